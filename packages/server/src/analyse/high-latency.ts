import type { Hop } from '@locator/probe';
import type { PathRecord } from '../path-record.js';
import { type Baseline, linkOf } from './baseline.js';
import type { Finding } from './judgement.js';
import { compareLatency, type LatencyChange } from './latency-change.js';

/** A hop that answered from the same address before, and what changed since. */
interface Compared {
  readonly hop: Hop & { readonly address: string };
  /** The hop that answered before it in this trace. */
  readonly previous: Hop | null;
  readonly total: LatencyChange;
}

/**
 * A rise of the RTT that begins at some hop and is there at every later one: the queue or the detour is then
 * on the way, not in a router that is slow to answer. One finding, for the largest such rise.
 */
export function highLatency(current: PathRecord, baseline: Baseline): Finding[] {
  const compared = compare(current, baseline);
  const last = compared.at(-1);
  if (last === undefined || !last.total.raised) return [];

  const start = bestStart(compared.map(({ total }) => total.shift));
  // From there the first that is surely higher: there is one, the last is.
  const onset = compared.slice(start).find(({ total }) => total.raised)!;
  // Nothing behind it shows whether the way or only this router has become slow.
  if (onset === last && !last.hop.destination) return [];

  const { total, hop, previous } = onset;
  const own = stepChange(onset, baseline);
  const severity = total.shift >= 100 ? 'high' : total.shift >= 20 ? 'medium' : 'low';
  return [
    {
      type: 'HighLatency',
      detail: `Latency spike detected: ${inWords(total)}`,
      hop: hop.ttl,
      severity: total.method === 'statistics' || severity === 'low' ? severity : 'medium',
      evidence: {
        address: hop.address,
        nowMs: total.now,
        usualMs: total.before,
        thresholdMs: total.threshold,
        interval: total.interval,
        method: total.method,
        earlierTraces: baseline.rtts.get(hop.address)!.length,
        after: previous?.ttl ?? 0,
        stepMs: own === null ? null : { now: own.now, usual: own.before, raised: own.raised },
        alsoAt: compared
          .slice(compared.indexOf(onset) + 1)
          .map(({ hop, total }) => ({ hop: hop.ttl, shiftMs: total.shift })),
        ...(total.method === 'plain threshold' && {
          note: 'too few earlier traces for statistics: judged by a plain threshold',
        }),
      },
    },
  ];
}

function compare(current: PathRecord, baseline: Baseline): Compared[] {
  const compared: Compared[] = [];
  let previous: Hop | null = null;
  for (const { hop } of current.hops) {
    const { address } = hop;
    if (address === null || hop.rtt === null) continue;
    const usual = baseline.rtts.get(address);
    // A hop whose address changed within the trace has RTTs of two paths.
    if (usual !== undefined && hop.loss.verdict !== 'path-changed') {
      compared.push({ hop: { ...hop, address }, previous, total: compareLatency(rttsOf(hop), usual) });
    }
    previous = hop;
  }
  return compared;
}

/** RTTs of the address that the hop goes by. */
function rttsOf(hop: Hop): number[] {
  return hop.samples.filter(({ address }) => address === hop.address).map(({ rttMs }) => rttMs);
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
    if (error < best.error) best = { start, error };
  }
  return best.start;
}

/** What changed between the hop before and this one; null where they never followed each other before. */
function stepChange({ hop, previous }: Compared, baseline: Baseline): LatencyChange | null {
  const usual = baseline.steps.get(linkOf(previous?.address ?? null, hop.address));
  if (usual === undefined) return null;
  const base = previous?.rtt?.median ?? 0;
  return compareLatency(
    rttsOf(hop).map((rtt) => rtt - base),
    usual,
  );
}

/** `150ms vs 30ms average`: whole milliseconds, with a decimal where that hides the difference. */
function inWords({ now, before }: LatencyChange): string {
  const digits = Math.round(now) === Math.round(before) || before < 10 ? 1 : 0;
  const text = (value: number) => `${Number(value.toFixed(digits))}ms`;
  return `${text(now)} vs ${text(before)} average`;
}
