import { feasible, type Place } from '@locator/intel';
import type { PathRecord } from '../path-record.js';
import type { Finding } from './judgement.js';

/** A hop that is said to be at some place, and answered within that time. */
interface Placed {
  readonly ttl: number;
  readonly address: string;
  readonly place: Place & { readonly lat: number; readonly lon: number };
  /** Milliseconds, the shortest. */
  readonly rttMs: number;
}

/**
 * Places at which hops cannot be. Where this machine is nobody says, but light in fibre has been to both of two
 * hops and back within their RTTs, so they are no farther apart than half of both together allows. Of places
 * that contradict each other, the one that contradicts most others is taken for wrong, until none do.
 */
export function geoInfeasible(current: PathRecord): Finding[] {
  let left = placed(current);
  // As nearly always.
  if (left.every((one, at) => !left.some((other, behind) => behind > at && contradict(one, other))))
    return [];
  const found: Finding[] = [];
  for (;;) {
    const conflicts = left.map((one) => left.filter((other) => contradict(one, other)));
    const most = Math.max(0, ...conflicts.map(({ length }) => length));
    if (most === 0) return found.sort((a, b) => a.hop! - b.hop!);
    // Of equals the one that is bound most loosely stays: it is a farther hop, nearer ones are known best.
    const wrong = left.findLast((_, index) => conflicts[index]!.length === most)!;
    found.push(infeasible(current, wrong, conflicts[left.indexOf(wrong)]!));
    left = left.filter((one) => one !== wrong);
  }
}

function placed({ hops }: PathRecord): Placed[] {
  return hops.flatMap(({ hop, about }) => {
    const { lat, lon } = about?.place ?? {};
    if (hop.address === null || hop.rtt === null || lat == null || lon == null) return [];
    const place = { ...about!.place!, lat, lon };
    return [{ ttl: hop.ttl, address: hop.address, place, rttMs: hop.rtt.min }];
  });
}

function contradict(one: Placed, other: Placed): boolean {
  if (one === other || one.address === other.address) return false;
  return !between(one, other).feasible;
}

function between(one: Placed, other: Placed) {
  const radiusKm = (one.place.radiusKm ?? 0) + (other.place.radiusKm ?? 0);
  return feasible({ ...one.place, radiusKm }, other.place, one.rttMs + other.rttMs)!;
}

function infeasible(
  current: PathRecord,
  { ttl, address, place, rttMs }: Placed,
  others: readonly Placed[],
): Finding {
  const [other] = others as [Placed];
  const { distanceKm, boundKm } = between({ ttl, address, place, rttMs }, other);
  return {
    type: 'GeoInfeasible',
    detail:
      `Location of ${address} at hop ${ttl} is impossible: ${nameOf(place)} is ${Math.round(distanceKm)} km from ` +
      `${nameOf(other.place)} at hop ${other.ttl}, and light in fibre goes ${Math.round(boundKm)} km in their times`,
    hop: ttl,
    // A mistake of the database, not of the path.
    severity: 'info',
    confidence: others.length / (others.length + 1),
    since: current.startedAt,
    evidence: {
      address,
      place: {
        city: place.city,
        countryCode: place.countryCode,
        lat: place.lat,
        lon: place.lon,
        source: place.source,
      },
      minRttMs: rttMs,
      contradicts: others.map((one) => ({
        hop: one.ttl,
        address: one.address,
        ...between({ ttl, address, place, rttMs }, one),
      })),
    },
  };
}

function nameOf({ city, country, countryCode }: Place): string {
  return city ?? country ?? countryCode ?? 'its place';
}
