import type { JitterSummary, Sample } from '../hop.js';
import { quantile } from './quantile.js';

/**
 * Milliseconds over a hop's attempts in the order they were sent, null where none answered. A difference is
 * taken only between neighbours that both answered, from one address; null when there is no such pair.
 */
export function summariseJitter(attempts: readonly (Sample | null)[]): JitterSummary | null {
  const changes = attempts.flatMap((sample, index) => {
    const previous = attempts[index - 1] ?? null;
    const pair = sample !== null && previous !== null && sample.address === previous.address;
    return pair ? [Math.abs(sample.rttMs - previous.rttMs)] : [];
  });
  if (changes.length === 0) return null;
  return {
    mean: changes.reduce((sum, change) => sum + change, 0) / changes.length,
    // RFC 3550 section 6.4.1, from 0.
    rfc3550: changes.reduce((jitter, change) => jitter + (change - jitter) / 16, 0),
    p95MinusMin: quantile(delays(attempts), 0.95),
  };
}

/** How far each RTT is above the smallest of its address, ascending: two routers' RTTs are not compared. */
function delays(attempts: readonly (Sample | null)[]): number[] {
  const samples = attempts.filter((sample) => sample !== null);
  const smallest = new Map<string, number>();
  for (const { address, rttMs } of samples) {
    smallest.set(address, Math.min(rttMs, smallest.get(address) ?? rttMs));
  }
  return samples.map(({ address, rttMs }) => rttMs - smallest.get(address)!).sort((a, b) => a - b);
}
