import type { Hop, JitterSummary, RttSummary, Sample } from '@locator/probe';

/*
 * How summaries follow from samples, as the tracer reckons them. A stored record has a mark in place of a summary
 * that comes out the same, to the last bit; any other is stored as it is. So these functions are part of the
 * format of stored records and never to be changed, whatever the tracer does in time to come.
 */

/** Milliseconds over all samples; null of none. */
export function derivedRtt(samples: readonly Sample[]): RttSummary | null {
  if (samples.length === 0) return null;
  const sorted = samples.map(({ rttMs }) => rttMs).sort((a, b) => a - b);
  return {
    samples: sorted.length,
    min: sorted[0]!,
    median: quantile(sorted, 0.5),
    max: sorted.at(-1)!,
    stddev: deviation(sorted),
    stamps: samples.every(({ stamp }) => stamp === 'kernel') ? 'kernel' : 'user',
  };
}

/** Over neighbouring attempts that one address answered; null without such a pair. */
export function derivedJitter(samples: Hop['samples']): JitterSummary | null {
  let pairs = 0;
  let sum = 0;
  let rfc3550 = 0;
  for (const [at, sample] of samples.entries()) {
    const previous = samples[at - 1];
    if (previous === undefined || previous.attempt + 1 !== sample.attempt) continue;
    if (previous.address !== sample.address) continue;
    const change = Math.abs(sample.rttMs - previous.rttMs);
    pairs += 1;
    sum += change;
    rfc3550 += (change - rfc3550) / 16;
  }
  if (pairs === 0) return null;
  return { mean: sum / pairs, rfc3550, p95MinusMin: quantile(delays(samples), 0.95) };
}

/** How far each RTT is above the smallest of its address, ascending. */
function delays(samples: readonly Sample[]): number[] {
  const smallest = new Map<string, number>();
  for (const { address, rttMs } of samples) {
    smallest.set(address, Math.min(rttMs, smallest.get(address) ?? rttMs));
  }
  return samples.map(({ address, rttMs }) => rttMs - smallest.get(address)!).sort((a, b) => a - b);
}

/** Linear between neighbours (type 7 of Hyndman and Fan). */
function quantile(sorted: readonly number[], p: number): number {
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** Of the sample (n − 1); 0 of one value. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
