import { type Description, feasible, type Position } from '@locator/intel';
import type { Hop } from '@locator/probe';
import type { DescribedHop } from './path-record.js';

/** Databases without a radius give the middle of a city, or of what is taken for one. */
const UNKNOWN_RADIUS_KM = 50;

/**
 * A hop with what is known about its address. Where this machine's `position` is known, so is whether light in
 * fibre can have been at the hop's place and back in its shortest RTT.
 */
export function describeHop(
  hop: Hop,
  about: Description | null,
  hostname: string | null,
  position: Position | null,
): DescribedHop {
  const place = about?.place ?? null;
  if (position === null || place === null || hop.rtt === null) return { hop, about, hostname };
  const radiusKm = place.radiusKm ?? UNKNOWN_RADIUS_KM;
  const verdict = feasible({ ...place, radiusKm }, position, hop.rtt.min);
  return verdict === null
    ? { hop, about, hostname }
    : { hop, about, hostname, placeFeasible: verdict.feasible };
}
