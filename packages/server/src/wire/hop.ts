import type { Description, Place } from '@locator/intel';
import type { Capacity, Hop } from '@locator/probe';
import type { DescribedHop } from '../path-record.js';
import { threeDecimals, threeDecimalsOrNull } from './decimals.js';
import type { HopJson } from './hop-schema.js';
import { packetLoss } from './packet-loss.js';

/** Where a hop is shown: the same but for `asn`, a number in a trace and `"AS2516"` in history. */
export type HopForm = 'trace' | 'history';

/** A hop as the documented JSON object. Pure. */
export function encodeHop({ hop, about, hostname }: DescribedHop, form: HopForm = 'trace'): HopJson {
  const place = about?.place ?? null;
  const network = about?.network ?? null;
  return {
    ip: hop.address ?? '*',
    latency: hop.rtt === null ? null : threeDecimals(hop.rtt.median),
    jitter: hop.jitter === null ? 'None' : threeDecimals(hop.jitter.mean),
    packet_loss: packetLoss(hop.loss),
    bandwidth_mbps: hop.capacity.kind === 'unmeasured' ? 'None' : threeDecimals(hop.capacity.mbps),
    location: location(place),
    asn: network === null ? 'Unknown' : form === 'history' ? `AS${network.asn}` : network.asn,
    isp: network?.name || 'Unknown',
    geo: geo(place),

    hop: hop.ttl,
    hostname,
    addresses: [...hop.addresses],
    ...measurement(hop),
    ...description(about),
    mpls: hop.mpls.map(({ label, trafficClass, bottom, ttl }) => ({
      label,
      traffic_class: trafficClass,
      bottom,
      ttl,
    })),
    unreachable: hop.unreachable,
  };
}

function location(place: Place | null): string {
  const parts = [place?.city, place?.country].filter((part) => part);
  return parts.length === 0 ? 'Unknown' : parts.join(', ');
}

function geo(place: Place | null): HopJson['geo'] {
  if (place === null || place.lat === null || place.lon === null) return 'Unknown';
  return { lat: place.lat, lon: place.lon, radius_km: place.radiusKm, timezone: place.timezone };
}

function measurement({ rtt, jitter, loss, capacity }: Hop) {
  return {
    rtt: rtt && {
      samples: rtt.samples,
      min: threeDecimals(rtt.min),
      median: threeDecimals(rtt.median),
      max: threeDecimals(rtt.max),
      stddev: threeDecimals(rtt.stddev),
      stamps: rtt.stamps,
    },
    jitter_ms: jitter && {
      mean: threeDecimals(jitter.mean),
      rfc3550: threeDecimals(jitter.rfc3550),
      p95_minus_min: threeDecimals(jitter.p95MinusMin),
    },
    loss: { ...loss, ratio: threeDecimals(loss.ratio) },
    capacity: encodeCapacity(capacity),
  };
}

function encodeCapacity(capacity: Capacity): HopJson['capacity'] {
  const unknown = { mbps: null, low: null, high: null, confidence: null, reason: null };
  switch (capacity.kind) {
    case 'estimate':
      return {
        ...unknown,
        kind: 'estimate',
        mbps: threeDecimals(capacity.mbps),
        low: threeDecimals(capacity.low),
        high: threeDecimals(capacity.high),
        confidence: threeDecimals(capacity.confidence),
      };
    case 'at-least':
      return { ...unknown, kind: 'at-least', mbps: threeDecimals(capacity.mbps), reason: capacity.reason };
    case 'unmeasured':
      return { ...unknown, kind: 'unmeasured', reason: capacity.reason };
  }
}

function description(about: Description | null) {
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
      // Judging it needs the place of this machine, which nobody has told.
      feasible: null,
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
