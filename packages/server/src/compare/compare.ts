import { align, type Pair } from './align.js';
import type { HopSummary, PathSummary } from './summarise.js';

/** `same`: somebody answers on both sides, or nobody on either. */
export type HopChange = 'same' | 'changed' | 'added' | 'removed';

export interface HopComparison {
  readonly change: HopChange;
  readonly a: HopSummary | null;
  readonly b: HopSummary | null;
  /** Milliseconds, b − a; null where one of them has no RTT. */
  readonly rttDifference: number | null;
  /**
   * Whether the 95 % intervals of both medians are apart: chance does not explain the difference. null where
   * there are too few values for such intervals.
   */
  readonly isSure: boolean | null;
  /** Whether it is of other networks now; null where they are not known. */
  readonly networkChanged: boolean | null;
}

export interface Comparison {
  readonly a: PathSummary;
  readonly b: PathSummary;
  readonly hops: readonly HopComparison[];
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

/** Values of which a 95 % order-statistic interval of the median is the least and the largest. */
const ENOUGH = 6;

/** What differs between two paths to one target, hop by hop. Pure. */
export function compare(a: PathSummary, b: PathSummary): Comparison {
  const hops = align(a.hops, b.hops, isLike).map(compareHops);
  const count = (change: HopChange) => hops.filter((hop) => hop.change === change).length;
  return { a, b, hops, added: count('added'), removed: count('removed'), changed: count('changed') };
}

/** The same router, or one of the same set of a load balancer; a silent hop is like any other silent one. */
function isLike(a: HopSummary, b: HopSummary): boolean {
  if (a.addresses.length === 0 || b.addresses.length === 0) return a.addresses.length === b.addresses.length;
  return a.addresses.some((address) => b.addresses.includes(address));
}

function compareHops([a, b]: Pair<HopSummary>): HopComparison {
  if (a === null || b === null) {
    const change = a === null ? 'added' : 'removed';
    return { change, a, b, rttDifference: null, isSure: null, networkChanged: null };
  }
  const both = a.rtt !== null && b.rtt !== null;
  const enough = both && a.rtt.values >= ENOUGH && b.rtt.values >= ENOUGH;
  return {
    change: isLike(a, b) ? 'same' : 'changed',
    a,
    b,
    rttDifference: both ? b.rtt.median - a.rtt.median : null,
    isSure: enough ? a.rtt.high < b.rtt.low || b.rtt.high < a.rtt.low : null,
    networkChanged:
      a.asns.length === 0 || b.asns.length === 0 ? null : !a.asns.some((asn) => b.asns.includes(asn)),
  };
}
