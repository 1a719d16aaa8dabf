/**
 * Simulated years in virtual time: 200 targets, 2,000 traces each, with faults put in at known places. What is
 * found, what is missed, what is said for nothing, and where it is said to be; beside it the old tool's rule
 * (any address not met before; latency above 200 ms) on the same traces. What counts as found is written down
 * in binding-notes/analysis.md and decided in packages/server/test/simulation/score.ts.
 *
 * TARGETS, TRACES, SEED and FIRST (number of the first target) choose a part of it.
 */

import type { Finding } from '../../packages/server/src/analyse/judgement.js';
import { ALL_KINDS, type Kind } from '../../packages/server/test/simulation/faults.js';
import { MIXED, type Traits } from '../../packages/server/test/simulation/network.js';
import { MOVES } from '../../packages/server/test/simulation/score.js';
import { add, nothing, type Result, simulate } from '../../packages/server/test/simulation/year.js';
import { machine, table } from '../shared/table.js';

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

/** What should raise nothing, each by itself. */
const QUIET: readonly (readonly [string, Traits, readonly Kind[]])[] = [
  ['per-flow balancing', { balanced: 0.6, widths: [2, 2, 3, 4, 8, 16], silent: 0, limited: 0 }, []],
  ['rate limiting', { balanced: 0, widths: [2], silent: 0, limited: 0.4 }, ['limit']],
  ['silent hops', { balanced: 0, widths: [2], silent: 0.4, limited: 0 }, ['silence']],
];

const years = (targets: number, traits: Traits, kinds: readonly Kind[]) => {
  const [ours, old] = [nothing(), nothing()];
  for (let number = FIRST; number < FIRST + targets; number++) {
    const year = simulate(number, { seed: SEED, traces: TRACES, traits, kinds });
    add(ours, year.ours);
    add(old, year.old);
    console.error(`${number + 1 - FIRST} of ${targets} targets …`);
  }
  return { ours, old };
};

const share = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(3));
const precision = ({ alarms }: Result, type: Finding['type']) => {
  const { right, wrong } = alarms.get(type) ?? { right: 0, wrong: 0 };
  return { right, all: right + wrong };
};

console.error(`SEED=${SEED}`);
const { ours, old } = years(TARGETS, MIXED, ALL_KINDS);
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
console.log(`\n${TARGETS} targets × ${TRACES} traces, seed ${SEED}. ${await machine()}\n`);
console.log(table(head, rows));

const targets = Math.ceil(TARGETS / 10);
const quiet = QUIET.map(([name, traits, kinds]) => {
  const { ours, old } = years(targets, traits, kinds);
  return [name, ours.traces, ours.wrongTraces, old.wrongTraces];
});
console.log(`\n${table(['alone', 'traces', 'traces with an alarm', 'by the old rule'], quiet)}`);

const bad = found.filter(({ tally: { found, episodes, hopRight }, right, all }) => {
  return right < GOAL.precision * all || found < GOAL.recall * episodes || hopRight < GOAL.hop * found;
});
if (bad.length > 0) {
  console.log(`\nmissed the goal: ${bad.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
