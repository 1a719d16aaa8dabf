import type { JitterSummary, Sample } from '../hop.js';
import { ascending, quantile } from './quantile.js';

/**
 * Milliseconds over a hop's attempts in the order they were sent, null where none answered. A difference is
 * taken only between neighbours that both answered, from one address; null when there is no such pair.
 */
export function summariseJitter(attempts: readonly (Sample | null)[]): JitterSummary | null {
  let pairs = 0;
  let sum = 0;
  // RFC 3550 section 6.4.1, from 0.
  let rfc3550 = 0;
  let previous: Sample | null = null;
  for (let index = 0; index < attempts.length; index++) {
    const sample = attempts[index] ?? null;
    if (sample !== null && previous !== null && sample.address === previous.address) {
      const change = Math.abs(sample.rttMs - previous.rttMs);
      pairs += 1;
      sum += change;
      rfc3550 += (change - rfc3550) / 16;
    }
    previous = sample;
  }
  if (pairs === 0) return null;
  return { mean: sum / pairs, rfc3550, p95MinusMin: quantile(delays(attempts), 0.95) };
}

/** How far each RTT is above the smallest of its address, ascending: two routers' RTTs are not compared. */
function delays(attempts: readonly (Sample | null)[]): number[] {
  const above: number[] = [];
  let of: string | null = null;
  let smallest = 0;
  for (let index = 0; index < attempts.length; index++) {
    const sample = attempts[index] ?? null;
    if (sample === null) continue;
    // Mostly they are all of one address, and this is done once.
    if (sample.address !== of) smallest = smallestOf(attempts, sample.address);
    of = sample.address;
    above.push(sample.rttMs - smallest);
  }
  return ascending(above);
}

function smallestOf(attempts: readonly (Sample | null)[], of: string): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (let index = 0; index < attempts.length; index++) {
    const sample = attempts[index] ?? null;
    if (sample !== null && sample.address === of && sample.rttMs < smallest) smallest = sample.rttMs;
  }
  return smallest;
}
