import type { Fate } from '../../test/lab/truth.js';
import type { Reading } from './peers.js';

/**
 * Each reading's difference from the truth in microseconds. Tools print the RTTs of a TTL in the order of its
 * probes, so the n-th that answered is the n-th fate of that TTL.
 */
export function rttErrorsUs(readings: readonly Reading[], fates: readonly Fate[]): number[] {
  const answered = fates.filter(({ outcome }) => outcome === 'answered');
  const errors: number[] = [];
  for (const { ttl, rttsMs, andBeyond = false } of readings) {
    const truths = answered

      .filter(({ hopLimit }) => hopLimit === ttl || (andBeyond && hopLimit > ttl))
      .sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
    const values = rttsMs.filter((rtt) => rtt !== null);
    for (const [index, rtt] of values.entries()) {
      const truth = truths[index];
      if (truth !== undefined) errors.push((rtt - truth.rttMs) * 1000);
    }
  }
  return errors;
}
