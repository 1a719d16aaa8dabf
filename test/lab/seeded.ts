/** Random choices that follow from a seed. */
export interface Seeded {
  /** 0 to 1, without 1. */
  unit(): number;
  between(low: number, high: number): number;
  /** Evenly over the logarithm: as often from 1 to 10 as from 10 to 100. */
  logBetween(low: number, high: number): number;
  /** Both ends included. */
  whole(low: number, high: number): number;
  chance(share: number): boolean;
  pick<T>(values: readonly T[]): T;
}

/** Mulberry32: 32 bits of state, good enough to draw test networks. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + (high - low) * unit();
  const whole = (low: number, high: number) => low + Math.floor(unit() * (high - low + 1));
  return {
    unit,
    between,
    logBetween: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    whole,
    chance: (share) => unit() < share,
    pick: (values) => values[whole(0, values.length - 1)]!,
  };
}
