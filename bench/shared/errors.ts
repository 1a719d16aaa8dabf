import type { Fate } from '../../test/lab/truth.js';
import type { Reading } from './peers.js';

/** How far one reading is from the truth. */
export interface RttError {
  readonly errorUs: number;
  /** By how much the truth itself may be too small, where the lab had no receive stamp of its own; else 0. */
  readonly uncertaintyUs: number;
}

/**
 * Compares one trace's readings with the fates of its probes. A tool's n-th reading at a TTL, stars counted, is
 * of the n-th probe sent with that TTL.
 */
export function rttErrors(readings: readonly Reading[], fates: readonly Fate[]): RttError[] {
  const sent = fates.toSorted((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
  const errors: RttError[] = [];
  for (const { ttl, rttsMs, andBeyond = false } of readings) {
    const truths = sent.filter(({ hopLimit }) => hopLimit === ttl || (andBeyond && hopLimit > ttl));
    for (const [index, rtt] of rttsMs.entries()) {
      const truth = truths[index];
      if (rtt === null) continue;
      if (truth?.outcome !== 'answered') throw new Error(`reading ${index} at TTL ${ttl} has no true answer`);
      errors.push({ errorUs: (rtt - truth.rttMs) * 1000, uncertaintyUs: truth.uncertaintyMs * 1000 });
    }
  }
  return errors;
}
