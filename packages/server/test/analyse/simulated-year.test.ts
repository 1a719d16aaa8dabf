import t from 'tap';
import { ALL_KINDS, type Kind } from '../simulation/faults.js';
import { MIXED, type Traits } from '../simulation/network.js';
import { add, nothing, type Result, simulate } from '../simulation/year.js';

// The small form of `npm run bench -- analysis`: one seed, few targets, so that it is the same every time.
const SEED = Number(process.env.SEED ?? 1);
const TARGETS = 10;
const TRACES = 300;

function years(traits: Traits, kinds: readonly Kind[], targets = TARGETS): { ours: Result; old: Result } {
  const [ours, old] = [nothing(), nothing()];
  for (let number = 0; number < targets; number++) {
    const year = simulate(number, { seed: SEED, traces: TRACES, traits, kinds });
    add(ours, year.ours);
    add(old, year.old);
  }
  return { ours, old };
}

t.test('what goes wrong is found, where it is, and little else', async (t) => {
  t.comment(`SEED=${SEED}`);
  const { ours, old } = years(MIXED, ALL_KINDS);
  const sum = { episodes: 0, found: 0, hopRight: 0 };
  for (const [name, tally] of ours.tallies) {
    t.comment(`${name}: ${tally.found} of ${tally.episodes}, hop right ${tally.hopRight}`);
    for (const key of ['episodes', 'found', 'hopRight'] as const) sum[key] += tally[key];
  }
  t.ok(sum.episodes >= 25, `${sum.episodes} faults`);
  t.ok(sum.found >= 0.9 * sum.episodes, `${sum.found} found`);
  t.ok(sum.hopRight >= 0.9 * sum.found, `${sum.hopRight} at the right hop`);
  for (const [type, { right, wrong }] of ours.alarms) {
    t.ok(right >= 0.95 * (right + wrong), `${type}: ${right} right, ${wrong} wrong`);
  }
  t.ok(
    ours.wrongTraces < old.wrongTraces / 10,
    `the old rule: ${old.wrongTraces}, this: ${ours.wrongTraces}`,
  );
});

const ALONE: readonly (readonly [string, Traits, readonly Kind[]])[] = [
  ['per-flow balancing', { balanced: 0.6, widths: [2, 3, 4, 8, 16], silent: 0, limited: 0 }, []],
  ['rate limiting', { balanced: 0, widths: [2], silent: 0, limited: 0.4 }, ['limit']],
  ['silent hops', { balanced: 0, widths: [2], silent: 0.4, limited: 0 }, ['silence']],
];

for (const [name, traits, kinds] of ALONE) {
  t.test(`${name} alone raises nothing`, async (t) => {
    t.comment(`SEED=${SEED}`);
    const { ours } = years(traits, kinds, 7);
    t.equal(ours.wrongTraces, 0, `of ${ours.traces}`);
  });
}
