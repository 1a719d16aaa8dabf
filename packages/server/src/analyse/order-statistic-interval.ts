export interface MedianInterval {
  readonly low: number;
  readonly high: number;
  /** How sure it is that the true median lies within, whatever the distribution. */
  readonly coverage: number;
}

/**
 * The narrowest symmetric pair of order statistics that covers the median with at least `confidence`
 * (Hahn & Meeker, Statistical Intervals, 5.2): x(d) to x(n+1−d), covered with 1 − 2·P(Bin(n, ½) < d).
 * Below 6 values nothing covers it with 95 %; then it is all of them, with the coverage they have.
 */
export function medianInterval(values: readonly number[], confidence = 0.95): MedianInterval {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  // log P(Bin(n, ½) = k), k = 0 first: 2^-n alone would vanish at n = 1075.
  let logTerm = -n * Math.LN2;
  let below = Math.exp(logTerm);
  let d = 1;
  let coverage = Math.max(0, 1 - 2 * below);
  while (d < Math.ceil(n / 2)) {
    logTerm += Math.log((n - d + 1) / d);
    below += Math.exp(logTerm);
    if (1 - 2 * below < confidence) break;
    coverage = 1 - 2 * below;
    d += 1;
  }
  return { low: sorted[d - 1]!, high: sorted[n - d]!, coverage };
}
