/** Relative error of a quantile. */
const ERROR = 0.01;
/** Bucket i holds values above GAMMA^(i − 1), up to GAMMA^i. */
const GAMMA = (1 + ERROR) / (1 - ERROR);
const LOG_GAMMA = Math.log(GAMMA);
/** Values outside are counted at these: in milliseconds a nanosecond and eleven days. */
const SMALLEST = 1e-6;
const LARGEST = 1e9;

/** Values that count as one, and how many there are of them. */
export interface Bucket {
  readonly value: number;
  readonly count: number;
}

/**
 * Quantiles of any number of positive values in bounded memory, each within 1 % of the exact one: a
 * histogram over powers of GAMMA (DDSketch: Masson, Rim, Lee; VLDB 2019). As many buckets as lie between the
 * smallest and the largest value: 116 from 10 to 100, at most 1,728.
 */
export class QuantileSketch {
  #counts: number[] = [];
  /** Number of the first bucket. */
  #first = 0;
  #total = 0;

  add(value: number): void {
    this.#total += 1;
    const within = Math.min(Math.max(value, SMALLEST), LARGEST);
    const bucket = Math.ceil(Math.log(within) / LOG_GAMMA);
    if (this.#counts.length === 0) this.#first = bucket;
    if (bucket < this.#first) {
      this.#counts.unshift(...new Array<number>(this.#first - bucket).fill(0));
      this.#first = bucket;
    }
    const at = bucket - this.#first;
    while (this.#counts.length <= at) this.#counts.push(0);
    this.#counts[at]! += 1;
  }

  /** The value below which the share `p` of all lies, as `quantile` of them, within 1 %; NaN of none. */
  quantile(p: number): number {
    if (this.#total === 0) return Number.NaN;
    const position = (this.#total - 1) * p;
    const rank = Math.floor(position);
    let passed = 0;
    let at = -1;
    while (at < this.#counts.length - 1 && passed <= rank) passed += this.#counts[++at]!;
    const below = representative(this.#first + at);
    if (position === rank || rank + 1 < passed) return below;
    do at += 1;
    while (this.#counts[at] === 0);
    return below + (representative(this.#first + at) - below) * (position - rank);
  }

  /** Every bucket that is not empty, by its value, which is within 1 % of all it holds; ascending. */
  buckets(): readonly Bucket[] {
    return this.#counts.flatMap((count, at) => {
      return count === 0 ? [] : [{ value: representative(this.#first + at), count }];
    });
  }
}

/** What all of a bucket's values are within 1 % of. */
function representative(bucket: number): number {
  return (2 * GAMMA ** bucket) / (GAMMA + 1);
}

/**
 * As `quantile` of the values that the buckets, in ascending order, stand for: linear between neighbours.
 * NaN when there are none.
 */
export function quantileOf(buckets: readonly Bucket[], p: number): number {
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const position = (total - 1) * p;
  const below = valueAt(buckets, Math.floor(position));
  const above = valueAt(buckets, Math.ceil(position));
  return below + (above - below) * (position - Math.floor(position));
}

/** The value of that rank, from 0. */
function valueAt(buckets: readonly Bucket[], rank: number): number {
  let passed = 0;
  for (const { value, count } of buckets) {
    passed += count;
    if (rank < passed) return value;
  }
  return Number.NaN;
}
