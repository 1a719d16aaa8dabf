import type { DescribedHop, PathRecord } from '../path-record.js';
import type { Baseline } from './baseline.js';
import { digest, type TraceDigest } from './digest.js';
import type { Finding } from './judgement.js';
import { bestLossRun, type LossRun } from './loss-run.js';
import type { Asked, LossyHop } from './loss-testimony.js';
import { sum, type Tally, tallyOf, UsualAnswers } from './usual-answers.js';
import { wilsonInterval } from './wilson-interval.js';

/** Traces over which loss may add up to certainty. */
const RUN = 12;
/** Fewer earlier traces tell nothing of what is usual. */
const ENOUGH = 6;
/** Logarithm of how many times likelier loss has to be: there are many hops, and many traces. */
const SURE = 6.5;
/**
 * Prior probabilities that a hop begins to keep answers back by itself, and that it does where it always missed
 * more than those behind it, by so much; hosts do not limit echo replies.
 */
const LIMITED = { router: 0.2, known: 0.9, echo: 0.0005, excess: 0.1 } as const;

/** How sure the tracer is of a hop's verdict. */
const VERDICT = 0.95;

const NOTHING: Tally = { sent: 0, missing: 0 };

/** Hops of the path behind a lossy link, and what they and those behind them missed. */
interface Stretch {
  readonly first: DescribedHop;
  readonly hops: number;
  readonly run: LossRun;
  readonly since: number;
  readonly now: Tally;
  readonly usual: Tally;
}

/** A hop up to the last that answers, and how it usually answers. */
interface Habit {
  readonly described: DescribedHop;
  readonly usual: UsualAnswers;
  /** It keeps answers back, now or always: its misses tell little. */
  readonly isLimiter: boolean;
}

/**
 * Packets lost on their way: more answers missing from some hop on than is usual. Each probe to a hop behind a
 * lossy link has to pass it, so all those hops count together, over this trace and those just before it.
 * Answers that routers keep back (rate limits, silence) are no loss. What this trace alone shows to be lost,
 * and is no more than usual or not surely more, is told of as such.
 */
export function packetLoss(current: PathRecord, baseline: Baseline): Finding[] {
  const shown = current.hops.find(isLossy);
  const stretch = baseline.recent.length < ENOUGH ? null : surprising(current, baseline);
  if (stretch !== null) return [unusual(stretch)];
  return shown === undefined ? [] : [plain(current, baseline, shown)];
}

function surprising(current: PathRecord, { recent, daily }: Baseline): Stretch | null {
  const now = digest(current);
  if (now.hops.every(({ sent, received }) => sent === received)) return null;
  const length = Math.min(RUN, Math.floor(recent.length / 2));
  const older = recent.slice(0, recent.length - length);
  const run = [now, ...recent.slice(recent.length - length).reverse()];

  const habits = habitsOf(current.hops.slice(0, now.hops.length), older, daily);
  const hopsOfRun = habits.map((habit) => lossyHop(habit, run, current));
  const found = bestLossRun(hopsOfRun, SURE);
  if (found === null || found.score < SURE) return null;
  const behind = habits.slice(found.start).filter(({ described: { hop } }) => hop.address !== null);
  const telling = behind.filter(({ isLimiter }) => !isLimiter);
  const hops = telling.length > 0 ? telling : behind;
  const traces = run.slice(0, found.traces);
  const missed = total(hops.flatMap(({ described }) => traces.map((one) => at(one, described.hop.ttl))));
  const usual = total(hops.map(({ usual }) => usual.all));
  const isMore = intervalOf(missed).low > intervalOf(usual).high;
  const since = traces.at(-1)!.startedAt;
  const first = hops[0]!.described;
  return isMore ? { first, hops: hops.length, run: found, since, now: missed, usual } : null;
}

/**
 * What is usual is that of the recent traces before the run or that of those of the last days: whichever is less,
 * so that loss is no habit before it has lasted for days.
 */
function habitsOf(
  hops: readonly DescribedHop[],
  older: readonly TraceDigest[],
  daily: readonly TraceDigest[],
): Habit[] {
  const habits: Habit[] = [];
  let least = 1;
  for (const described of hops.toReversed()) {
    const { ttl, address, loss } = described.hop;
    const [a, b] = [older, daily].map((traces) => new UsualAnswers(traces, ttl)) as [
      UsualAnswers,
      UsualAnswers,
    ];
    const isLess = b.all.sent > 0 && (a.all.sent === 0 || b.shareOf() < a.shareOf());
    const usual = isLess ? b : a;
    const share = usual.shareOf(address);
    least = Math.min(least, share);
    const isLimiter = share - least > LIMITED.excess || loss.verdict === 'rate-limited';
    habits.unshift({ described, usual, isLimiter });
  }
  return habits;
}

function lossyHop(
  { described, usual, isLimiter }: Habit,
  run: readonly TraceDigest[],
  current: PathRecord,
): LossyHop {
  const { hop } = described;
  const isHost = hop.destination && current.protocol === 'icmp';
  const router = isLimiter ? LIMITED.known : LIMITED.router;
  const silent = usual.silence;
  return {
    now: run.map((trace): Asked => {
      const { sent, missing } = at(trace, hop.ttl);
      const address = trace.hops[hop.ttl - trace.firstTtl]?.address ?? null;
      return { sent, missing, usual: usual.shareOf(address), silent };
    }),
    limited: isHost ? LIMITED.echo : router,
  };
}

/** What the hop there missed in that trace. */
function at({ hops, firstTtl }: TraceDigest, ttl: number): Tally {
  const hop = hops[ttl - firstTtl];
  return hop === undefined ? NOTHING : tallyOf(hop);
}

function total(tallies: readonly Tally[]): Tally {
  return tallies.reduce(sum, NOTHING);
}

function unusual({ first, hops, run, since, now, usual }: Stretch): Finding {
  const { ttl, address, loss } = first.hop;
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
      hops,
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
  const usual = total(recent.map((one) => at(one, hop.ttl)));
  const isFew = recent.length < ENOUGH;
  const asBefore = usual.missing > 0 && intervalOf(usual).high >= intervalOf(now).low;
  return {
    type: 'PacketLoss',
    detail: `Packet loss detected: ${percent(ratio)} from hop ${hop.ttl} on${asBefore ? ', no more than usual' : ''}`,
    hop: hop.ttl,
    severity: isFew && !asBefore ? severityOf(ratio) : 'info',
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
      ...(isFew && { note: 'too few earlier traces to say what is usual: judged by this trace alone' }),
      ...(!isFew && !asBefore && { note: 'too few answers to be sure that it is more than usual' }),
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
