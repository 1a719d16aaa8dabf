/** Rounded to at most three decimals: microseconds, where the unit is milliseconds. Half goes up. */
export function threeDecimals(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** The same for what may be unknown. */
export function threeDecimalsOrNull(value: number | null): number | null {
  return value === null ? null : threeDecimals(value);
}
