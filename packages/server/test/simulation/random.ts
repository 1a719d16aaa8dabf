import { randomFrom } from '../../../probe/test/seed.js';

/** Seeded draws. */
export interface Random {
  /** Uniform in [0, 1). */
  (): number;
  between(low: number, high: number): number;
  /** Every factor alike. */
  factor(low: number, high: number): number;
  /** Both ends included. */
  integer(low: number, high: number): number;
  exponential(mean: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly T[]): T;
}

export function seeded(seed: number): Random {
  const uniform = randomFrom(seed);
  const between = (low: number, high: number) => low + (high - low) * uniform();
  const integer = (low: number, high: number) => Math.floor(between(low, high + 1));
  return Object.assign(() => uniform(), {
    between,
    integer,
    factor: (low: number, high: number) => low * (high / low) ** uniform(),
    exponential: (mean: number) => -mean * Math.log(1 - uniform()),
    chance: (probability: number) => uniform() < probability,
    pick: <T>(values: readonly T[]): T => values[integer(0, values.length - 1)]!,
  });
}
