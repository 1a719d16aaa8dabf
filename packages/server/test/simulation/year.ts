import { analyse } from '../../src/analyse/analyse.js';
import { emptyBaseline, fold } from '../../src/analyse/baseline.js';
import type { Finding } from '../../src/analyse/judgement.js';
import { type Kind, schedule } from './faults.js';
import { aNetwork, Supply, type Traits } from './network.js';
import { observe } from './observe.js';
import { OldRule } from './old-rule.js';
import { seeded } from './random.js';
import { type Alarm, alarmsOf, Score, type Tally } from './score.js';

/** Traces are about an hour apart: 2,000 of them are twelve weeks, of 200 targets 46 years. */
const HOUR_MS = 3_600_000;

export interface Circumstances {
  readonly seed: number;
  readonly traces: number;
  readonly traits: Traits;
  /** What goes wrong, one as often as another; nothing for an empty list. */
  readonly kinds: readonly Kind[];
}

/** How well one judge did, over any number of targets. */
export interface Result {
  /** By name of the fault. */
  readonly tallies: Map<string, Tally>;
  readonly alarms: Map<Finding['type'], { right: number; wrong: number }>;
  /** Traces that raised a false alarm. */
  wrongTraces: number;
  traces: number;
}

export interface Year {
  readonly ours: Result;
  readonly old: Result;
}

export const nothing = (): Result => ({ tallies: new Map(), alarms: new Map(), wrongTraces: 0, traces: 0 });

/** Traces one simulated target for years, and holds what is found against what was the matter. */
export function simulate(number: number, { seed, traces, traits, kinds }: Circumstances): Year {
  const random = seeded(seed * 100_003 + number);
  const supply = new Supply(random, traits);
  const network = aNetwork(random, supply, `target-${number}.example`);
  const faults = schedule(random, supply, network, traces, kinds);
  const rule = new OldRule();
  const scores = { ours: new Score(network, faults), old: new Score(network, faults) };
  let baseline = emptyBaseline();
  let startedAt = Date.UTC(2026, 0, 1);
  for (let at = 0; at < traces; at++) {
    startedAt += HOUR_MS * random.between(0.7, 1.3);
    const trace = observe(random, network, faults, at, startedAt);
    scores.ours.add(at, trace, onceEach(alarmsOf(analyse(trace, baseline).findings)));
    scores.old.add(at, trace, rule.judge(trace));
    baseline = fold(baseline, trace);
  }
  return { ours: resultOf(scores.ours, traces), old: resultOf(scores.old, traces) };
}

/** Of each type the first: a trace is right or wrong about it, once. */
function onceEach(alarms: readonly Alarm[]): Alarm[] {
  return alarms.filter(({ type }, index) => alarms.findIndex((one) => one.type === type) === index);
}

function resultOf(score: Score, traces: number): Result {
  const wrongTraces = new Set(score.wrong.map(({ at }) => at)).size;
  return { tallies: new Map(score.tallies()), alarms: score.alarms, wrongTraces, traces };
}

/** Adds `more` to `sum`, in place. */
export function add(sum: Result, more: Result): void {
  for (const [kind, tally] of more.tallies) sum.tallies.set(kind, plus(sum.tallies.get(kind), tally));
  for (const [type, count] of more.alarms) sum.alarms.set(type, plus(sum.alarms.get(type), count));
  sum.wrongTraces += more.wrongTraces;
  sum.traces += more.traces;
}

function plus<T extends object>(a: T | undefined, b: T): T {
  if (a === undefined) return b;
  const numbers = Object.entries(b as Record<string, number>).map(([name, value]) => [
    name,
    (a as Record<string, number>)[name]! + value,
  ]);
  return Object.fromEntries(numbers) as T;
}
