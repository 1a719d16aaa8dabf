import type { DescribedHop, PathRecord } from '../path-record.js';
import type { Baseline } from './baseline.js';
import { type TraceDigest, tellsOfLoss } from './digest.js';
import type { Finding } from './judgement.js';
import { bestLossRun, type LossRun, type LossyHop, type Tally, total } from './loss-run.js';
import { wilsonInterval } from './wilson-interval.js';

/** Traces over which loss may add up to certainty. */
const RUN = 12;
/** Fewer earlier traces tell nothing of what is usual. */
const ENOUGH = 6;
/** Logarithm of how many times likelier loss has to be. */
const SURE = 4;
/** Misses for no reason at all; what is usual is never taken for less. */
const STRAY = 0.003;
/** Prior probabilities that a hop keeps answers back by itself; hosts do not limit echo replies. */
const LIMITED = { router: 0.2, echo: 0.005 } as const;

/** How sure the tracer is of a hop's verdict. */
const VERDICT = 0.95;

const NOTHING: Tally = { sent: 0, missing: 0 };

/** Hops of the path behind a lossy link, and what they and those behind them missed. */
interface Stretch {
  readonly hops: readonly DescribedHop[];
  readonly run: LossRun;
  readonly since: number;
  readonly now: Tally;
  readonly usual: Tally;
}

/**
 * Packets lost on their way: more answers missing from some hop on than is usual. Each probe to a hop behind a
 * lossy link has to pass it, so all those hops count together, over this trace and those just before it.
 * Answers that routers keep back (rate limits, silence) are no loss. What this trace alone shows to be lost,
 * and is no more than usual, is told of as such.
 */
export function packetLoss(current: PathRecord, baseline: Baseline): Finding[] {
  const shown = current.hops.find(isLossy);
  const stretch = baseline.recent.length < ENOUGH ? null : surprising(current, baseline);
  if (stretch !== null) return [unusual(stretch)];
  return shown === undefined ? [] : [plain(current, baseline, shown)];
}

function surprising(current: PathRecord, { recent, daily }: Baseline): Stretch | null {
  if (current.hops.every((one) => !tellsOfLoss(one) || one.hop.loss.received === one.hop.loss.sent))
    return null;
  // A hop that tells nothing now may have told in the traces before.
  const answering = current.hops.filter(({ hop }) => hop.address !== null);
  const length = Math.min(RUN, Math.floor(recent.length / 2));
  const older = recent.slice(0, recent.length - length);
  const latest = recent.slice(recent.length - length).reverse();

  const tallies = answering.map((one) => {
    const { hop } = one;
    const own = tellsOfLoss(one)
      ? { sent: hop.loss.sent, missing: hop.loss.sent - hop.loss.received }
      : NOTHING;
    return {
      now: [own, ...latest.map((one) => tallyOf(one, hop.ttl))],
      usual: usualOf(hop.ttl, older, daily),
    };
  });
  const hops = answering.map(({ hop }, index): LossyHop => {
    const { now, usual } = tallies[index]!;
    const isHost = hop.destination && current.protocol === 'icmp';
    return {
      now,
      usual: Math.max(STRAY, usual.missing / Math.max(1, usual.sent)),
      limited: isHost ? LIMITED.echo : LIMITED.router,
    };
  });

  const run = bestLossRun(hops);
  if (run === null || run.score < SURE) return null;
  const behind = answering.slice(run.start);
  const now = total(tallies.slice(run.start).flatMap(({ now }) => now.slice(0, run.traces)));
  const usual = total(tallies.slice(run.start).map(({ usual }) => usual));
  const isMore = intervalOf(now).low > intervalOf(usual).high;
  const since = run.traces === 1 ? current.startedAt : latest[run.traces - 2]!.startedAt;
  return isMore ? { hops: behind, run, since, now, usual } : null;
}

/**
 * Of the recent traces before the run and of those of the last days: whichever is less, so that loss is no habit
 * before it has lasted for days.
 */
function usualOf(ttl: number, older: readonly TraceDigest[], daily: readonly TraceDigest[]): Tally {
  const shares = [older, daily].map((traces) => total(traces.map((one) => tallyOf(one, ttl))));
  const known = shares.filter(({ sent }) => sent > 0);
  return known.reduce((a, b) => (b.missing * a.sent < a.missing * b.sent ? b : a), known[0] ?? NOTHING);
}

function tallyOf({ hops, firstTtl }: TraceDigest, ttl: number): Tally {
  const hop = hops[ttl - firstTtl];
  return hop === undefined ? NOTHING : { sent: hop.sent, missing: hop.sent - hop.received };
}

function unusual({ hops, run, since, now, usual }: Stretch): Finding {
  const { ttl, address, loss } = hops[0]!.hop;
  const share = now.missing / now.sent;
  return {
    type: 'PacketLoss',
    detail: `Packet loss detected: ${percent(share)} from hop ${ttl} on`,
    hop: ttl,
    severity: severityOf(share),
    confidence: 1 - Math.exp(-run.score),
    since,
    evidence: {
      address,
      share,
      ...now,
      hops: hops.length,
      traces: run.traces,
      interval: intervalOf(now),
      usual: { ...usual, interval: intervalOf(usual) },
      verdict: loss.evidence,
      asBefore: false,
    },
  };
}

/** Loss that the verdicts of this trace alone show. */
function plain(current: PathRecord, { recent }: Baseline, { hop }: DescribedHop): Finding {
  // The loss itself is the smallest at or behind the first hop; what is more there is the router's own.
  const least = current.hops.filter(isLossy).reduce((a, b) => (b.hop.loss.ratio < a.hop.loss.ratio ? b : a));
  const { sent, received, ratio } = least.hop.loss;
  const now = { sent, missing: sent - received };
  const usual = total(recent.map((one) => tallyOf(one, hop.ttl)));
  const asBefore = usual.missing > 0 && intervalOf(usual).high >= intervalOf(now).low;
  return {
    type: 'PacketLoss',
    detail: `Packet loss detected: ${percent(ratio)} from hop ${hop.ttl} on${asBefore ? ', no more than usual' : ''}`,
    hop: hop.ttl,
    severity: asBefore ? 'info' : severityOf(ratio),
    confidence: VERDICT,
    since: current.startedAt,
    evidence: {
      address: hop.address,
      share: ratio,
      ...now,
      traces: 1,
      interval: intervalOf(now),
      usual: usual.sent === 0 ? null : { ...usual, interval: intervalOf(usual) },
      verdict: hop.loss.evidence,
      asBefore,
      ...(recent.length < ENOUGH && {
        note: 'too few earlier traces to say what is usual: judged by this trace alone',
      }),
    },
  };
}

function isLossy({ hop }: DescribedHop): boolean {
  return hop.loss.verdict === 'forwarding';
}

function intervalOf({ sent, missing }: Tally) {
  return wilsonInterval(missing, sent);
}

function severityOf(share: number): Finding['severity'] {
  return share >= 0.5 ? 'high' : share >= 0.1 ? 'medium' : 'low';
}

/** Never `0%` for loss, nor `100%` while something arrives. */
function percent(share: number): string {
  return `${share === 1 ? 100 : Math.min(99, Math.max(1, Math.round(share * 100)))}%`;
}
