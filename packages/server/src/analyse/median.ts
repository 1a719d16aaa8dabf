/** The middle value, or the mean of the two in the middle. Of nothing it is NaN. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/**
 * Median absolute deviation: the median distance from the median. Times 1.4826 it estimates the standard
 * deviation of normally distributed values, and a minority of outliers does not move it.
 */
export function medianAbsoluteDeviation(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}

/** What makes a median absolute deviation comparable to a standard deviation: 1 / Φ⁻¹(3/4). */
export const MAD_TO_SIGMA = 1.4826;
