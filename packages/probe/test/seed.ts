import fc from 'fast-check';
import type { Test } from 'tap';

/**
 * The seed of a randomised test, printed so that `SEED=<n>` runs it again: another each time, or the `usual`
 * one of a test of frequencies, which a few seeds of many fail.
 */
export function seedOf(t: Test, usual = Math.floor(Math.random() * 2 ** 31)): number {
  const seed = process.env.SEED === undefined ? usual : Number(process.env.SEED);
  if (!Number.isInteger(seed)) throw new RangeError(`SEED is not an integer: ${process.env.SEED}`);
  t.comment(`SEED=${seed}`);
  return seed;
}

/** Uniform numbers in [0, 1): mulberry32, the same for the same seed everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One assertion: `check` throws for none of `runs` values; the smallest that it throws for is reported. */
export function holds<T>(
  t: Test,
  name: string,
  seed: number,
  runs: number,
  values: fc.Arbitrary<T>,
  check: (value: T) => void,
): void {
  const property = fc.property(values, (value) => check(value));
  t.doesNotThrow(() => fc.assert(property, { seed, numRuns: runs }), name);
}
