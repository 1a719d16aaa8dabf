import { binomial, logChoose } from './binomial.js';

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
  const each = Array.from({ length: Math.max(0, ...hops.map(({ now }) => now.length)) }, (_, at) => {
    const asked = all.flatMap((now) => now[at] ?? []);
    const sent = asked.reduce((sum, one) => sum + one.sent, 0);
    const missing = asked.reduce((sum, one) => sum + one.missing, 0);
    return { sent, missing, usual: asked.reduce((sum, one) => sum + one.sent * one.usual, 0) };
  });
  for (let length = 2; length <= each.length; length++) {
    for (let latest = 1; latest < length; latest++) {
      if (isOver(total(each.slice(0, latest)), total(each.slice(latest, length)))) return length - 1;
    }
  }
  return each.length;
}

/** Probes, how many were missing, and how many of them usually are. */
interface Misses {
  readonly sent: number;
  readonly missing: number;
  readonly usual: number;
}

/** Whether the latest are so many times likelier without the loss that was before. */
function isOver(latest: Misses, before: Misses): boolean {
  const usual = latest.usual / latest.sent;
  const share = Math.min(before.missing / before.sent, 0.99);
  if (!(share > usual)) return false;
  const { missing, sent } = latest;
  return missing * Math.log(share / usual) + (sent - missing) * Math.log((1 - share) / (1 - usual)) < -OVER;
}

function total(all: readonly Misses[]): Misses {
  return all.reduce((a, b) => ({
    sent: a.sent + b.sent,
    missing: a.missing + b.missing,
    usual: a.usual + b.usual,
  }));
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
  // By number of traces in which it keeps answers back, the latest included; before, it did as usual.
  const limiting = new Float64Array(now.length);
  let [sent, missing, usually] = [0, 0, 0];
  for (const [at, one] of now.entries()) {
    const usual = likelihood(one, share);
    for (let since = 0; since < at; since++) limiting[since]! += usual;
    usually += usual;
    sent += one.sent;
    missing += one.missing;
    // Any share alike, which is not less than what is lost before it.
    limiting[at] = Math.log(aboveOf(missing, sent, share)) - Math.log(sent + 1) - logChoose(sent, missing);
    const own = limiting.subarray(0, at + 1).reduce(logSum) - Math.log(at + 1);
    all[at] = logSum(Math.log1p(-limited) + usually, Math.log(limited) + own);
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
  if (share === 0) return 1;
  let sum = 0;
  for (let k = 0; k <= missing; k++) sum += binomial(k, sent + 1, share);
  return Math.min(1, sum) / (1 - share);
}

function logSum(a: number, b: number): number {
  const [most, least] = a > b ? [a, b] : [b, a];
  return most + Math.log1p(Math.exp(least - most));
}
