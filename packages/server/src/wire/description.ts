import type { Description } from '@locator/intel';
import { threeDecimalsOrNull } from './decimals.js';

/** What is known about a hop's address, in the clean types of the documented object. Pure. */
export function encodeDescription(about: Description | null, placeFeasible: boolean | null = null) {
  const { place = null, network = null, threats = [], special = null } = about ?? {};
  return {
    network: network && { asn: network.asn, name: network.name, prefix: network.prefix },
    place: place && {
      city: place.city,
      country: place.country,
      country_code: place.countryCode,
      lat: place.lat,
      lon: place.lon,
      radius_km: threeDecimalsOrNull(place.radiusKm),
      timezone: place.timezone,
      feasible: placeFeasible,
      source: place.source,
    },
    threats: threats.map(({ list, prefix, reason, listedAt }) => ({
      list,
      prefix,
      reason,
      listed_at: listedAt,
    })),
    special: special?.kind ?? null,
  };
}
