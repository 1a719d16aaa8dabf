import { LossTestimony, type LossyHop } from './loss-testimony.js';

/** Loss that begins at one hop and is met by all behind it. */
export interface LossRun {
  /** Index of the first hop behind the lossy link. */
  readonly start: number;
  /** Traces, the latest included, that show it. */
  readonly traces: number;
  /** Most probable share of packets lost. */
  readonly share: number;
  /** Logarithm of how many times likelier the figures are with this loss than without. */
  readonly score: number;
}

/** Logarithm of how many times likelier it has to be that loss is over. */
const OVER = 3;

const SHARES = [0.03, 0.06, 0.1, 0.16, 0.25, 0.4, 0.6, 0.85];

/**
 * Where, and since how many traces, loss on the way explains best what hops miss beyond the usual. Loss is
 * met by every hop behind it; a hop that by itself keeps back any share of its answers misses them alone, and
 * may do so in either case. null where the latest traces do not speak for any: then it is over. Nor is any looked for
 * with a score below `least`.
 */
export function bestLossRun(hops: readonly LossyHop[], least: number): LossRun | null {
  const traces = Math.max(0, ...hops.map(({ now }) => now.length));
  let best: LossRun | null = null;
  const testimonies = hops.map((hop) => new LossTestimony(hop));
  const lengths: number[] = [];
  for (const share of SHARES) {
    if (mostOf(testimonies, traces, share) < least + PENALTY - ROUNDING) continue;
    // By number of traces: what all hops from `start` on say of such loss, added up from the last.
    const sums = new Float64Array(traces);
    for (let start = hops.length - 1; start >= 0; start--) {
      testimonies[start]!.addTo(sums, share);
      if (!(sums[0]! > 0)) continue;
      const length = lengths[start] ?? longest(hops.slice(start));
      lengths[start] = length;
      for (let at = 0; at < length && sums[at]! > 0; at++) {
        const score = sums[at]! - PENALTY;
        if (best === null || score > best.score) best = { start, traces: at + 1, share, score };
      }
    }
  }
  return best;
}

/** For the choice among so many shares. */
const PENALTY = Math.log(SHARES.length);
/** More than what sums of logarithms may be wrong by. */
const ROUNDING = 1e-6;

/** What all hops from any on say, of any number of traces, of such loss, at most: it takes no logarithms to know. */
function mostOf(testimonies: readonly LossTestimony[], traces: number, share: number): number {
  const sums = new Float64Array(traces);
  let most = Number.NEGATIVE_INFINITY;
  for (let start = testimonies.length - 1; start >= 0; start--) {
    testimonies[start]!.addMost(sums, share);
    for (const sum of sums) most = Math.max(most, sum);
  }
  return most;
}

/**
 * How many traces, the latest included, may be of one loss that these hops show: as far back as the latest of them do
 * not tell that what came before is over.
 */
function longest(hops: readonly LossyHop[]): number {
  const all = hops.flatMap(({ now, limited }) => (limited < 0.5 ? [now] : []));
  const traces = Math.max(0, ...hops.map(({ now }) => now.length));
  // Of the latest trace, the latest two, and so on.
  const sums: Misses[] = [{ sent: 0, missing: 0, usual: 0 }];
  for (let at = 0; at < traces; at++) {
    let { sent, missing, usual } = sums[at]!;
    for (const now of all) {
      const one = now[at];
      if (one === undefined) continue;
      sent += one.sent;
      missing += one.missing;
      usual += one.sent * one.usual;
    }
    sums.push({ sent, missing, usual });
    for (let latest = 1; latest <= at; latest++) if (isOver(sums[latest]!, sums[at + 1]!)) return at;
  }
  return traces;
}

/** Probes, how many were missing, and how many of them usually are. */
interface Misses {
  readonly sent: number;
  readonly missing: number;
  readonly usual: number;
}

/** Whether the latest of all are so many times likelier without the loss that was before. */
function isOver(latest: Misses, all: Misses): boolean {
  const { missing, sent } = latest;
  const usual = latest.usual / sent;
  const share = Math.min((all.missing - missing) / (all.sent - sent), 0.99);
  if (!(share > usual)) return false;
  return missing * Math.log(share / usual) + (sent - missing) * Math.log((1 - share) / (1 - usual)) < -OVER;
}
