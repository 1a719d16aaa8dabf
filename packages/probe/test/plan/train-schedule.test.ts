import t from 'tap';
import { chooseTrains, roughly } from '../../src/plan/train-schedule.js';
import { hopOf, msPerLoad, repliesTo } from '../statistics/train-replies.js';

const rough = (widest: number, narrowest: number, noiseMs = 0.02) => ({
  widestMsPerLoad: msPerLoad(widest),
  narrowestMsPerLoad: msPerLoad(narrowest),
  noiseMs,
});

t.test('what the first trains show', async (t) => {
  t.equal(roughly([hopOf(1, [])]), null);
  const found = roughly([
    hopOf(1, repliesTo([1, 8], 1, msPerLoad(100))),
    hopOf(2, repliesTo([1, 8], 2, msPerLoad(5))),
  ]);
  t.ok(Math.abs(found!.widestMsPerLoad - msPerLoad(100)) < 0.01);
  t.ok(Math.abs(found!.narrowestMsPerLoad - msPerLoad(5)) < 0.01);
});

t.test('a machine that was held up in the middle of the first trains', async (t) => {
  const heldUp = repliesTo([1, 8], 2, msPerLoad(20)).map((reply) => ({
    ...reply,
    delayMs: reply.delayMs + 1,
  }));
  t.equal(roughly([hopOf(1, []), hopOf(2, [], { heldUp: [] })]), null);
  const { narrowestMsPerLoad } = roughly([hopOf(1, []), hopOf(2, [], { heldUp })])!;
  t.ok(narrowestMsPerLoad > 0.75 * msPerLoad(20), 'whole delays tell how slow it may be');
  const one = roughly([hopOf(2, repliesTo([1], 2, msPerLoad(20)), { heldUp: heldUp.slice(1) })])!;
  t.ok(one.narrowestMsPerLoad > 0.75 * msPerLoad(20));
});

t.test('a slow link behind others’ packets is not taken for a fast one', async (t) => {
  // The train of one load waited for 14 ms, that of eight did not: it looks as if each load took 1 ms.
  const slow = repliesTo([1, 8], 2, msPerLoad(3.5)).map((reply) =>
    reply.loads === 1 ? { ...reply, delayMs: reply.delayMs + 14 } : reply,
  );
  const { narrowestMsPerLoad } = roughly([hopOf(1, repliesTo([1, 8], 1, msPerLoad(1000))), hopOf(2, slow)])!;
  t.ok(narrowestMsPerLoad > 0.75 * msPerLoad(3.5), `${narrowestMsPerLoad}`);
});

t.test('thorough: rounds of long trains, and of many short ones', async (t) => {
  const loads = (round: number) => chooseTrains(rough(500, 100), 'thorough', round).map(({ loads }) => loads);
  t.ok(Math.max(...loads(1)) > 16 && Math.max(...loads(3)) > 16);
  t.ok(Math.max(...loads(2)) <= 8 && loads(2).length > 2 * loads(1).length);
});

t.test('lengths', async (t) => {
  for (const level of ['quick', 'thorough'] as const) {
    const longest = (widest: number, narrowest: number) =>
      Math.max(...chooseTrains(rough(widest, narrowest), level, 1).map(({ loads }) => loads));
    t.equal(longest(1000, 1000), 64, 'fast paths need many packets');
    t.equal(longest(1000, 20), 48);
    t.ok(longest(2, 2) * msPerLoad(2) <= 30, 'a slow one is not kept busy for long');
    t.equal(longest(1, 1), 4);
    for (const mbps of [1, 5, 20, 100, 500, 1000]) {
      const chosen = chooseTrains(rough(mbps, mbps), level, 1);
      t.ok(chosen[0]!.loads > 1 && chosen[1]!.loads === 1, 'the most telling come first');
      t.ok(chosen.filter(({ half }) => !half).length >= 3);
    }
    t.ok(chooseTrains(rough(500, 500), level, 1).some(({ half }) => half));
  }
});
