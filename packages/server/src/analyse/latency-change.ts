import { MAD_TO_SIGMA, median, medianAbsoluteDeviation } from './median.js';
import { type MedianInterval, medianInterval } from './order-statistic-interval.js';

/** Fewer values than this give no statement about their median with 95 % confidence. */
const ENOUGH = 6;

/** RTTs of a baseline are rounded by a little less. */
const ROUNDING = 1.0002;

export interface LatencyChange {
  /** Milliseconds: the medians, and the first minus the second. */
  readonly now: number;
  readonly before: number;
  readonly shift: number;
  /** Higher by more than chance and habit explain. */
  readonly raised: boolean;
  readonly method: 'statistics' | 'plain threshold';
  /** What `shift` had to exceed, milliseconds. */
  readonly threshold: number;
  readonly interval: { readonly now: MedianInterval; readonly before: MedianInterval };
}

/**
 * Whether RTTs (or differences of RTTs) went up, milliseconds. With at least six values from before: the
 * intervals of both medians are disjoint, and the shift is more than 1 ms and more than three standard
 * deviations of what was usual. With fewer: it is more than 25 ms and more than half of what it was, and
 * above every value from before. Neither list may be empty.
 */
export function compareLatency(now: readonly number[], before: readonly number[]): LatencyChange {
  const [is, was] = [median(now), median(before)];
  const interval = { now: medianInterval(now), before: medianInterval(before) };
  const statistics = before.length >= ENOUGH;
  const threshold = statistics
    ? Math.max(1, 3 * MAD_TO_SIGMA * medianAbsoluteDeviation(before))
    : Math.max(25, was / 2);
  const shift = is - was;
  return {
    now: is,
    before: was,
    shift,
    raised: interval.now.low > interval.before.high * ROUNDING && shift > threshold,
    method: statistics ? 'statistics' : 'plain threshold',
    threshold,
    interval,
  };
}
