import { binomial } from './binomial.js';

/** Probes of one hop over some traces. */
export interface Tally {
  readonly sent: number;
  readonly missing: number;
}

/** A hop that answers, in TTL order. */
export interface LossyHop {
  /** The latest trace first: as far back as they may show the same loss. */
  readonly now: readonly Tally[];
  /** Share that it usually misses, above 0. */
  readonly usual: number;
  /** Prior probability that it keeps answers back by itself. */
  readonly limited: number;
}

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

const SHARES = [0.03, 0.06, 0.1, 0.16, 0.25, 0.4, 0.6, 0.85];

/**
 * Where, and since how many traces, loss on the way explains best what hops miss beyond the usual. Loss is
 * met by every hop behind it; a hop that by itself keeps back any share of its answers misses them alone, and
 * may do so in either case. null where the latest trace does not speak for any: then it is over.
 */
export function bestLossRun(hops: readonly LossyHop[]): LossRun | null {
  const traces = Math.max(0, ...hops.map(({ now }) => now.length));
  let best: LossRun | null = null;
  for (const share of SHARES) {
    // What each trace by itself says of loss that begins at `start`, added up hop by hop from the last.
    const each = new Array<number>(traces).fill(0);
    for (let start = hops.length - 1; start >= 0; start--) {
      for (let at = 0; at < traces; at++) each[at]! += gain(hops[start]!, at, at + 1, share);
      if (each[0]! <= 0) continue;
      const length = longestRun(each);
      const score = hops.slice(start).reduce((sum, hop) => sum + gain(hop, 0, length, share), -PENALTY);
      if (best === null || score > best.score) best = { start, traces: length, share, score };
    }
  }
  return best;
}

/** For the choice among so many shares. */
const PENALTY = Math.log(SHARES.length);

/** How many traces from the latest on speak for it best, all together. */
function longestRun(each: readonly number[]): number {
  let [sum, most, length] = [0, 0, 0];
  for (const [at, one] of each.entries()) {
    sum += one;
    if (sum > most) [most, length] = [sum, at + 1];
  }
  return length;
}

/** Logarithm of how much likelier the loss of that share makes what a hop misses in the traces [from, to). */
function gain({ now, usual, limited }: LossyHop, from: number, to: number, share: number): number {
  const { sent, missing } = total(now.slice(from, to));
  if (sent === 0) return 0;
  const own = limited / (sent + 1);
  const lost = 1 - (1 - usual) * (1 - share);
  const without = (1 - limited) * binomial(missing, sent, usual) + own;
  const due = (1 - limited) * binomial(missing, sent, lost) + own * aboveOf(missing, sent, share);
  return Math.log(due / without);
}

/** Any share from `share` to 1 alike, what is missing in all: 1 where that is not less than was lost. */
function aboveOf(missing: number, sent: number, share: number): number {
  let sum = 0;
  for (let k = 0; k <= missing; k++) sum += binomial(k, sent + 1, share);
  return Math.min(1, sum) / (1 - share);
}

export function total(tallies: readonly Tally[]): Tally {
  return {
    sent: tallies.reduce((sum, { sent }) => sum + sent, 0),
    missing: tallies.reduce((sum, { missing }) => sum + missing, 0),
  };
}
