import type { Hop } from '@locator/probe';
import type { PathRecord } from '../path-record.js';
import { atThisTimeOfDay, type Baseline } from './baseline.js';
import { rttsOf, type TraceDigest } from './digest.js';
import type { Finding } from './judgement.js';
import { compareLatency, type LatencyChange } from './latency-change.js';
import { median } from './median.js';
import type { MedianInterval } from './order-statistic-interval.js';
import { riseEvidence } from './rise-evidence.js';
import { UsualRtts } from './usual-rtts.js';

/** What comes at this time of day on so many of the last days is a habit. */
const HABIT_DAYS = 3;
const DAY_MS = 86_400_000;

/** In milliseconds: errors that differ by less are equal. */
const MICROSECOND = 0.001;
/** What is usual ends so many traces ago, so that a rise that lasts does not at once become usual itself. */
const LATEST = 16;
/** Fewer earlier traces give no interval: then none is left out. */
const ENOUGH = 6;

/** Fewer late answers than this may be chance. */
const FEW_SAMPLES = 3;
/** Logarithm of how many times likelier a rise has to be than chance: about three late hops, of one trace or more. */
const SURE = 11;

/** A hop that answered from the same address before, and what changed since. */
interface Compared {
  readonly hop: Hop & { readonly address: string };
  /** The hop that answered before it in this trace. */
  readonly previous: Hop | null;
  readonly total: LatencyChange;
  /** Of the last days those that had it at this time, too. */
  readonly days: number;
  /** Answers that were compared. */
  readonly samples: number;
  /** Earlier RTTs, milliseconds, oldest first. */
  readonly usual: readonly number[];
}

/**
 * A rise of the RTT that begins at some hop and is there at every later one: the queue or the detour is then
 * on the way, not in a router that is slow to answer. One finding, for the largest such rise.
 *
 * What comes every day at the same time is news on the first days. Once three of the last eight have had it
 * within an hour of this time of day, about as strong, it is habit and no finding.
 */
export function highLatency(current: PathRecord, baseline: Baseline): Finding[] {
  const compared = compare(current, baseline);
  const last = compared.at(-1);
  if (last === undefined) return [];

  const start = bestStart(compared.map(({ total }) => total.shift));
  // From there the first that is surely higher: there is one, the last is.
  const onset = compared.slice(start).find(({ total }) => total.raised)!;
  // Nothing behind it shows whether the way or only this router has become slow.
  if (onset === last && !last.hop.destination) return [];

  const { total, hop, previous, days } = onset;
  const behind = compared.slice(compared.indexOf(onset));
  const raised = behind.filter(({ total }) => total.raised);
  // How much longer the way is: the one at the beginning may be slow besides.
  const rise = median(behind.map(({ total }) => total.shift));
  // Where such a rise would not stand out, its absence says nothing.
  const witnesses = behind.filter((one) => one.total.threshold < rise || one === last);
  const { score, traces } = riseEvidence(
    witnesses.map(({ hop, total, usual }) => ({ address: hop.address, total, usual })),
    baseline.recent,
    rise,
  );
  const samples = raised.reduce((sum, one) => sum + one.samples, 0);
  const isSure = score >= SURE && samples >= FEW_SAMPLES;
  const severity = isSure ? severityOf(rise) : 'info';
  return [
    {
      type: 'HighLatency',
      detail: `Latency spike detected: ${inWords(total)}`,
      hop: hop.ttl,
      severity: total.method === 'plain threshold' && severity === 'high' ? 'medium' : severity,
      confidence: confidence(raised, score),
      since: sinceWhen(current, baseline, onset),
      evidence: {
        address: hop.address,
        nowMs: ms(total.now),
        usualMs: ms(total.before),
        thresholdMs: ms(total.threshold),
        interval: { now: bounds(total.interval.now), usual: bounds(total.interval.before) },
        method: total.method,
        earlierTraces: baseline.traces,
        daysAtThisTime: days,
        after: previous?.ttl ?? 0,
        riseMs: ms(rise),
        stepMs: stepChange(onset, baseline),
        traces,
        alsoAt: behind.slice(1).map(({ hop, total }) => ({ hop: hop.ttl, shiftMs: ms(total.shift) })),
        ...(total.method === 'plain threshold' && {
          note: 'too few earlier traces for statistics: judged by a plain threshold',
        }),
        ...(!isSure && { unsure: 'it may be chance: the next traces will show' }),
      },
    },
  ];
}

/** A rise that nobody notices is worth a word. */
function severityOf(riseMs: number): Finding['severity'] {
  if (riseMs < 2) return 'info';
  return riseMs >= 100 ? 'high' : riseMs >= 20 ? 'medium' : 'low';
}

/** All hops that were there before, in TTL order; none where the last of them is not raised. */
function compare(current: PathRecord, baseline: Baseline): Compared[] {
  const lately = new UsualRtts(beforeLatest(baseline.recent), baseline.places);
  const answering = current.hops.filter(({ hop }) => hop.address !== null && hop.rtt !== null);
  const compared: Compared[] = [];
  for (let at = answering.length - 1; at >= 0; at--) {
    const described = answering[at]!;
    const { hop } = described;
    const address = hop.address!;
    const now = rttsOf(described);
    const usual = now.length === 0 ? undefined : lately.of(hop.ttl, address);
    if (usual === undefined) continue;
    const change = compareLatency(now, usual);
    const days = change.raised ? daysAsHigh(baseline, current.startedAt, address, change) : 0;
    const total = days >= HABIT_DAYS ? { ...change, raised: false } : change;
    if (compared.length === 0 && !total.raised) return [];
    const previous = answering[at - 1]?.hop ?? null;
    compared.push({ hop: { ...hop, address }, previous, samples: now.length, total, days, usual });
  }
  return compared.reverse();
}

/**
 * Days on which the RTT was about as much higher at this time of day, between half and twice as much, and was not
 * within half a day of it.
 */
function daysAsHigh(
  { daily }: Pick<Baseline, 'daily'>,
  startedAt: number,
  address: string,
  { before, shift }: LatencyChange,
): number {
  const risesOf = (traces: readonly TraceDigest[]) =>
    traces
      .flatMap(({ hops }) => hops.find((hop) => hop.address === address)?.rttMs ?? [])
      .map((rtt) => rtt - before);
  const high = atThisTimeOfDay({ daily }, startedAt).filter((one) => {
    const [rise] = risesOf([one]);
    if (rise === undefined || rise <= shift / 2 || rise >= shift * 2) return false;
    const around = risesOf(daily.filter((other) => Math.abs(other.startedAt - one.startedAt) <= DAY_MS / 2));
    // It is one of them.
    return around.length === 1 || median(around) < shift / 2;
  });
  return new Set(high.map(({ startedAt }) => Math.floor(startedAt / DAY_MS))).size;
}

function beforeLatest(recent: readonly TraceDigest[]): readonly TraceDigest[] {
  const latest = Math.min(LATEST, Math.floor(recent.length / 3), recent.length - ENOUGH);
  return latest > 0 ? recent.slice(0, -latest) : recent;
}

/**
 * Where a single step, from nothing to the median of all that follows, fits the shifts best: the least sum of
 * absolute errors, so that one slow router, before or after, does not move it.
 */
function bestStart(shifts: readonly number[]): number {
  let best = { start: 0, error: Infinity };
  for (let start = 0; start < shifts.length; start++) {
    const level = [...shifts.slice(start)].sort((a, b) => a - b)[Math.floor((shifts.length - start) / 2)]!;
    const error = shifts.reduce((sum, shift, at) => sum + Math.abs(shift - (at < start ? 0 : level)), 0);
    // Of equals the later: a router may be slow, but none is faster than the way to it.
    if (error <= best.error + MICROSECOND) best = { start, error };
  }
  return best.start;
}

/** It is never surer than the interval that the usual median is known by. */
function confidence(raised: readonly Compared[], score: number): number {
  const known = Math.max(...raised.map(({ total }) => total.interval.before.coverage));
  return Math.min(known, 1 / (1 + Math.exp(-score)));
}

/** The first of the last traces in a row whose RTT there was that high already. */
function sinceWhen(current: PathRecord, { recent }: Baseline, { hop, total }: Compared): number {
  let since = current.startedAt;
  for (const { startedAt, hops } of recent.toReversed()) {
    const rtt = hops.find(({ address }) => address === hop.address)?.rttMs ?? null;
    if (rtt === null) continue;
    if (rtt <= total.before + total.threshold) break;
    since = startedAt;
  }
  return since;
}

/** What changed between the hop before and this one; null where they never followed each other lately. */
function stepChange({ hop, previous }: Compared, { recent }: Baseline) {
  const usual = recent.flatMap(({ hops }) => {
    const answering = hops.filter(({ rttMs }) => rttMs !== null);
    const at = answering.findIndex(({ address }) => address === hop.address);
    if (at < 0 || (answering[at - 1]?.address ?? null) !== (previous?.address ?? null)) return [];
    return answering[at]!.rttMs! - (answering[at - 1]?.rttMs ?? 0);
  });
  if (usual.length === 0) return null;
  const base = previous?.rtt?.median ?? 0;
  const { now, before, raised } = compareLatency(
    hop.samples.filter(({ address }) => address === hop.address).map(({ rttMs }) => rttMs - base),
    usual,
  );
  return { now: ms(now), usual: ms(before), raised };
}

/** As precise as is known: microseconds. */
function ms(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function bounds({ low, high, coverage }: MedianInterval): MedianInterval {
  return { low: ms(low), high: ms(high), coverage };
}

/** `150ms vs 30ms average`: whole milliseconds, with a decimal where that hides the difference. */
function inWords({ now, before }: LatencyChange): string {
  const digits = Math.round(now) === Math.round(before) || before < 10 ? 1 : 0;
  const text = (value: number) => `${Number(value.toFixed(digits))}ms`;
  return `${text(now)} vs ${text(before)} average`;
}
