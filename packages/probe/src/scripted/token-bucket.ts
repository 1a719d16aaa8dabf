import type { RateLimit } from './network.js';

/** Holds up to `burst` tokens, full at first, and gains `perSecond`. Asked in order of time. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perMs: number;
  #tokens: number;
  #since = 0;

  constructor(limit: RateLimit) {
    this.#burst = 'everyMs' in limit ? 1 : limit.burst;
    this.#perMs = 'everyMs' in limit ? 1 / limit.everyMs : limit.perSecond / 1000;
    this.#tokens = this.#burst;
  }

  /** Whether there is a token at `time` (ms), which is taken. */
  take(time: number): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + (time - this.#since) * this.#perMs);
    this.#since = time;
    // Sums of fractions of a token come out a rounding error short of one.
    if (this.#tokens < 1 - 1e-9) return false;
    this.#tokens -= 1;
    return true;
  }
}
