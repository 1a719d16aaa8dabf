/**
 * Simulated years in virtual time: 200 targets, 2,000 traces each, with faults put in at known places. What is
 * found, what is missed, what is said for nothing, and where it is said to be; beside it the old tool's rule
 * (any address not met before; latency above 200 ms) on the same traces. What counts as found is written down
 * in binding-notes/analysis.md and decided in packages/server/test/simulation/score.ts.
 *
 * TARGETS, TRACES, SEED and FIRST (number of the first target) choose a piece of it; PART, one or more of mixed,
 * balancing, limits and silence with commas, what goes wrong. RESULTS names a file that pieces are added to and reported
 * from; `PART=report` only reports.
 */

import type { Finding } from '../../packages/server/src/analyse/judgement.js';
import { ALL_KINDS, type Kind } from '../../packages/server/test/simulation/faults.js';
import { MIXED, type Traits } from '../../packages/server/test/simulation/network.js';
import { MOVES } from '../../packages/server/test/simulation/score.js';
import { type Result, simulate } from '../../packages/server/test/simulation/year.js';
import { machine, table } from '../shared/table.js';
import { Results } from './results.js';

const TARGETS = Number(process.env.TARGETS ?? 200);
const TRACES = Number(process.env.TRACES ?? 2000);
const SEED = Number(process.env.SEED ?? 1);
const FIRST = Number(process.env.FIRST ?? 0);

/** The bounds of precision, recall, and hops named right. */
const GOAL = { precision: 0.95, recall: 0.9, hop: 0.9 };

/** Faults in the order of the table, and what they are found as. */
const FAULTS: readonly (readonly [name: string, Finding['type']])[] = [
  ...Object.values(MOVES).map((name) => [name, 'PathDeviation'] as const),
  ['latency', 'HighLatency'],
  ['congestion', 'HighLatency'],
  ['loss', 'PacketLoss'],
  ['outage', 'DestinationUnreachable'],
  ['loop', 'RoutingLoop'],
];

interface Part {
  readonly name: string;
  readonly traits: Traits;
  readonly kinds: readonly Kind[];
  /** Of the mixed one's targets. */
  readonly share: number;
}

/** Everything together, and what should raise nothing, each by itself. */
const PARTS: Readonly<Record<string, Part>> = {
  mixed: { name: 'mixed', traits: MIXED, kinds: ALL_KINDS, share: 1 },
  balancing: {
    name: 'per-flow balancing',
    traits: { balanced: 0.6, widths: [2, 2, 3, 4, 8, 16], silent: 0, limited: 0 },
    kinds: [],
    share: 0.1,
  },
  limits: {
    name: 'rate limiting',
    traits: { balanced: 0, widths: [2], silent: 0, limited: 0.4 },
    kinds: ['limit'],
    share: 0.1,
  },
  silence: {
    name: 'silent hops',
    traits: { balanced: 0, widths: [2], silent: 0.4, limited: 0 },
    kinds: ['silence'],
    share: 0.1,
  },
};

const results = new Results(process.env.RESULTS);
console.error(`SEED=${SEED}`);
for (const name of (process.env.PART ?? Object.keys(PARTS).join(',')).split(',')) {
  if (name === 'report') continue;
  const part = PARTS[name];
  if (part === undefined) throw new Error(`There is no part ${name}`);
  const targets = Math.ceil(TARGETS * part.share);
  for (let number = FIRST; number < FIRST + targets; number++) {
    results.add(name, SEED, number, simulate(number, { seed: SEED, traces: TRACES, ...part }));
    console.error(`${part.name}: ${number + 1 - FIRST} of ${targets} targets …`);
  }
}

const share = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(3));
const precision = ({ alarms }: Result, type: Finding['type']) => {
  const { right, wrong } = alarms.get(type) ?? { right: 0, wrong: 0 };
  return { right, all: right + wrong };
};

const { ours, old, targets, seeds } = results.sum('mixed');
const found = FAULTS.flatMap(([name, type]) => {
  const tally = ours.tallies.get(name);
  return tally === undefined ? [] : [{ name, type, tally, ...precision(ours, type) }];
});
const rows = found.map(({ name, type, tally, right, all }) => {
  const [before, then] = [old.tallies.get(name)!, precision(old, type)];
  return [
    `${name} → ${type}`,
    tally.episodes,
    share(tally.found, tally.episodes),
    share(right, all),
    share(tally.hopRight, tally.found),
    share(tally.levelRight, tally.found),
    share(tally.hits, tally.shown),
    then.all === 0 ? '–' : share(before.found, before.episodes),
    then.all === 0 ? '–' : share(then.right, then.all),
  ];
});
const head = [
  'fault → finding',
  'faults',
  'recall',
  'precision',
  'hop',
  'level',
  'traces',
  'old recall',
  'old precision',
];
console.log(
  `\n${targets} targets, ${ours.traces.toLocaleString('en')} traces, seed ${seeds.join(', ')}. ${await machine()}\n`,
);
console.log(table(head, rows));

const alone = Object.entries(PARTS).filter(([part]) => part !== 'mixed');
const quiet = alone.map(([part, { name }]) => {
  const { ours, old } = results.sum(part);
  return [name, ours.traces, ours.wrongTraces, old.wrongTraces];
});
console.log(`\n${table(['alone', 'traces', 'traces with an alarm', 'by the old rule'], quiet)}`);

const bad = found.filter(({ tally: { found, episodes, hopRight }, right, all }) => {
  return right < GOAL.precision * all || found < GOAL.recall * episodes || hopRight < GOAL.hop * found;
});
const loud = quiet.filter(([, , alarms]) => alarms !== 0).map(([name]) => `${name} alone`);
const missed = [...bad.map(({ name }) => name), ...loud];
if (missed.length > 0) {
  console.log(`\nmissed the goal: ${missed.join(', ')}`);
  process.exitCode = 1;
}
