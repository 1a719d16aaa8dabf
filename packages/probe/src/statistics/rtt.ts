import type { RttSummary, Sample } from '../hop.js';
import type { StampSource } from '../socket/packet-socket.js';
import { ascending, quantile } from './quantile.js';

/** Milliseconds over all samples; null when there are none. */
export function summariseRtt(samples: readonly Sample[]): RttSummary | null {
  if (samples.length === 0) return null;
  const sorted = new Array<number>(samples.length);
  let stamps: StampSource = 'kernel';
  for (let index = 0; index < samples.length; index++) {
    const { rttMs, stamp } = samples[index]!;
    sorted[index] = rttMs;
    if (stamp !== 'kernel') stamps = stamp;
  }
  ascending(sorted);
  return {
    samples: sorted.length,
    min: sorted[0]!,
    median: median(sorted),
    max: sorted.at(-1)!,
    stddev: deviation(sorted),
    stamps,
  };
}

/** The middle of ascending values, the mean of the two middle ones of an even number; NaN of none. */
export function median(sorted: readonly number[]): number {
  return quantile(sorted, 0.5);
}

/** Of the sample (n − 1); 0 of one value. */
function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  const mean = sum / values.length;
  let squares = 0;
  for (let index = 0; index < values.length; index++) squares += (values[index]! - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
