import { atMost, logChoose } from './binomial.js';

/** Probes of one hop in one trace, and how that hop usually answers. */
export interface Asked {
  readonly sent: number;
  readonly missing: number;
  /** Share that the router which answered usually misses, above 0 and below 1. */
  readonly usual: number;
  /** Share of traces in which nobody answers there at all: a branch of the way that is silent. */
  readonly silent: number;
}

/** A hop in TTL order. */
export interface LossyHop {
  /** The latest trace first: as far back as they may show the same loss. */
  readonly now: readonly Asked[];
  /** Prior probability that since some trace it keeps answers back by itself. */
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

/** Logarithm of how many times likelier it has to be that loss is over. */
const OVER = 3;

const SHARES = [0.03, 0.06, 0.1, 0.16, 0.25, 0.4, 0.6, 0.85];

/**
 * Where, and since how many traces, loss on the way explains best what hops miss beyond the usual. Loss is
 * met by every hop behind it; a hop that by itself keeps back any share of its answers misses them alone, and
 * may do so in either case. null where the latest traces do not speak for any: then it is over.
 */
export function bestLossRun(hops: readonly LossyHop[]): LossRun | null {
  const traces = Math.max(0, ...hops.map(({ now }) => now.length));
  let best: LossRun | null = null;
  const without = hops.map((hop) => likelihoods(hop, 0));
  const lengths = hops.map((_, start) => longest(hops.slice(start)));
  for (const share of SHARES) {
    // By number of traces: what all hops from `start` on say of such loss, added up from the last.
    const sums = new Float64Array(traces);
    for (let start = hops.length - 1; start >= 0; start--) {
      const lossy = likelihoods(hops[start]!, share);
      for (let at = 0; at < traces; at++) sums[at]! += lossy[at]! - without[start]![at]!;
      for (let at = 0; at < lengths[start]! && sums[at]! > 0; at++) {
        const score = sums[at]! - PENALTY;
        if (best === null || score > best.score) best = { start, traces: at + 1, share, score };
      }
    }
  }
  return best;
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

/** For the choice among so many shares. */
const PENALTY = Math.log(SHARES.length);

/**
 * Of what a hop answered in the latest trace, the latest two, and so on, the logarithm of the likelihood where
 * that share is lost on the way to it. Which of the probes were answered is left out: it is equally likely in
 * every case.
 */
function likelihoods({ now, limited }: LossyHop, share: number): Float64Array {
  const all = new Float64Array(now.length);
  let [sent, missing, usually] = [0, 0, 0];
  // Where it keeps answers back since any of these traces, and did as usual before.
  let limiting = Number.NEGATIVE_INFINITY;
  for (const [at, one] of now.entries()) {
    const usual = likelihood(one, share);
    usually += usual;
    sent += one.sent;
    missing += one.missing;
    // Any share alike, which is not less than what is lost before it.
    const own = Math.log(aboveOf(missing, sent, share)) - Math.log(sent + 1) - logChoose(sent, missing);
    limiting = logSum(limiting + usual, own);
    all[at] = logSum(Math.log1p(-limited) + usually, Math.log(limited) + limiting - Math.log(at + 1));
  }
  return all;
}

/** Of one trace, by the hop's habit. */
function likelihood({ sent, missing, usual, silent }: Asked, share: number): number {
  if (sent === 0) return 0;
  const gone = 1 - (1 - usual) * (1 - share);
  const answers = Math.log1p(-silent) + missing * Math.log(gone) + (sent - missing) * Math.log1p(-gone);
  return missing === sent ? logSum(answers, Math.log(silent)) : answers;
}

/** Any share from `share` to 1 alike, what is missing in all: 1 where that is not less than was lost. */
function aboveOf(missing: number, sent: number, share: number): number {
  return share === 0 ? 1 : atMost(missing, sent + 1, share) / (1 - share);
}

function logSum(a: number, b: number): number {
  const [most, least] = a > b ? [a, b] : [b, a];
  return least === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(least - most));
}
