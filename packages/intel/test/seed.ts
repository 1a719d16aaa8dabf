import type { Test } from 'tap';

/** The seed of a randomised test, printed so that `SEED=<n>` runs it again. */
export function seedOf(t: Test): number {
  const seed =
    process.env.SEED === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(process.env.SEED);
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
