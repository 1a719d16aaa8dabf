import type { JitterSummary, RttSummary, Sample } from '../hop.js';
import { type Bucket, QuantileSketch, quantileOf } from './quantile-sketch.js';

/** Addresses of one hop that are kept apart; any more count as one. */
const MOST_ADDRESSES = 16;

/** Milliseconds over all samples so far. The three quantiles are within 1 %, all else is exact. */
export interface RunningRtt extends RttSummary {
  readonly p95: number;
  readonly p99: number;
}

/**
 * `summariseRtt` and `summariseJitter` for a hop that is probed for days: the same figures, one attempt at a
 * time and in bounded memory. Quantiles are within 1 % of the RTT, all else is exact.
 */
export class RunningHop {
  #samples = 0;
  #min = Infinity;
  #max = -Infinity;
  /** Welford: the mean so far and the sum of the squared differences from it. */
  #mean = 0;
  #squares = 0;
  #isKernel = true;
  /** The attempt before, null when it was not answered. */
  #previous: Sample | null = null;
  #changes = 0;
  #changeSum = 0;
  #rfc3550 = 0;
  readonly #sketch = new QuantileSketch();
  readonly #byAddress = new Map<string, { min: number; readonly sketch: QuantileSketch }>();

  /** The next attempt in the order they were sent; null when it was not answered. */
  add(attempt: Sample | null): void {
    if (attempt !== null) {
      this.#addRtt(attempt);
      if (this.#previous?.address === attempt.address) this.#addChange(attempt.rttMs - this.#previous.rttMs);
    }
    this.#previous = attempt;
  }

  /** The answer to an attempt that was added as not answered: it says nothing of jitter any more. */
  addLate(sample: Sample): void {
    this.#addRtt(sample);
  }

  #addRtt({ address, rttMs, stamp }: Sample): void {
    this.#samples += 1;
    this.#min = Math.min(this.#min, rttMs);
    this.#max = Math.max(this.#max, rttMs);
    const fromMean = rttMs - this.#mean;
    this.#mean += fromMean / this.#samples;
    this.#squares += fromMean * (rttMs - this.#mean);
    this.#isKernel &&= stamp === 'kernel';
    this.#sketch.add(rttMs);

    const isKept = this.#byAddress.has(address) || this.#byAddress.size < MOST_ADDRESSES - 1;
    const key = isKept ? address : 'others';
    const kept = this.#byAddress.get(key) ?? { min: rttMs, sketch: new QuantileSketch() };
    kept.min = Math.min(kept.min, rttMs);
    kept.sketch.add(rttMs);
    this.#byAddress.set(key, kept);
  }

  #addChange(difference: number): void {
    const change = Math.abs(difference);
    this.#changes += 1;
    this.#changeSum += change;
    this.#rfc3550 += (change - this.#rfc3550) / 16;
  }

  /** As `summariseRtt` of all samples; null when there are none. */
  rtt(): RunningRtt | null {
    if (this.#samples === 0) return null;
    const quantile = (p: number) => Math.min(Math.max(this.#sketch.quantile(p), this.#min), this.#max);
    return {
      samples: this.#samples,
      min: this.#min,
      median: quantile(0.5),
      max: this.#max,
      p95: quantile(0.95),
      p99: quantile(0.99),
      stddev: this.#samples < 2 ? 0 : Math.sqrt(this.#squares / (this.#samples - 1)),
      stamps: this.#isKernel ? 'kernel' : 'user',
    };
  }

  /** As `summariseJitter` of all attempts; null without a pair of neighbours to compare. */
  jitter(): JitterSummary | null {
    if (this.#changes === 0) return null;
    const p95 =
      this.#byAddress.size === 1
        ? this.#sketch.quantile(0.95) - this.#min
        : quantileOf(this.#aboveSmallest(), 0.95);
    return { mean: this.#changeSum / this.#changes, rfc3550: this.#rfc3550, p95MinusMin: Math.max(0, p95) };
  }

  /** How far each RTT is above the smallest of its address, ascending. */
  #aboveSmallest(): readonly Bucket[] {
    const pooled = [...this.#byAddress.values()].flatMap(({ min, sketch }) =>
      sketch.buckets().map(({ value, count }) => ({ value: value - min, count })),
    );
    return pooled.sort((a, b) => a.value - b.value);
  }
}
