import t from 'tap';
import { findNarrowings } from '../../src/statistics/narrowing.js';
import { randomFrom, seedOf } from '../seed.js';
import { dispersionOf } from './train-replies.js';

const stairs = (values: readonly number[]) =>
  findNarrowings(values.map((ms, index) => dispersionOf(index + 1, ms)));
const ranges = (values: readonly number[]) => stairs(values).map(({ from, to }) => [from, to]);

t.test('a staircase', async (t) => {
  t.same(findNarrowings([]), []);
  t.same(ranges([0.1]), [[1, 1]]);
  t.same(ranges([0.1, 0.101, 0.099, 0.5, 0.502]), [
    [1, 3],
    [4, 5],
  ]);
  const [first, second] = stairs([0.1, 0.101, 0.099, 0.5, 0.502]);
  t.ok(Math.abs(first!.msPerLoad - 0.1) < 0.001);
  t.ok(Math.abs(second!.msPerLoad - 0.501) < 0.002);
});

t.test('it never goes down: a hop that is slow to answer is no narrow link', async (t) => {
  const found = stairs([0.1, 0.1, 0.4, 0.1, 0.1, 0.1]);
  t.equal(found.length, 1);
  t.ok(Math.abs(found[0]!.msPerLoad - 0.1) < 0.001, 'and does not count');
});

t.test('hops at the edge that see neither neighbour clearly belong to none', async (t) => {
  const hops = [0.1, 0.1, 0.1, 0.3, 1, 1, 1].map((ms, index) =>
    dispersionOf(index + 1, ms, index === 3 ? 0.2 : 0.01 * ms),
  );
  for (const { from, to } of findNarrowings(hops)) t.notOk(from <= 4 && 4 <= to);
});

t.test('a hop whose packets the sender itself spread is no edge, however well it fits', async (t) => {
  const late = { ...dispersionOf(2, 0.5), sentMsPerLoad: 0.45 };
  const hops = [dispersionOf(1, 0.1), late, dispersionOf(3, 0.5), dispersionOf(4, 0.5)];
  t.same(
    findNarrowings(hops).map(({ from, to }) => [from, to]),
    [
      [1, 1],
      [3, 4],
    ],
    'hop 2 may be before the narrow link',
  );
});

t.test('random staircases', async (t) => {
  const random = randomFrom(seedOf(t));
  for (let round = 0; round < 100; round++) {
    const values: number[] = [];
    for (let ms = 0.02 + random(); values.length < 12; ) {
      if (random() < 0.2) ms *= 1.5 + 3 * random();
      values.push(ms * (1 + 0.01 * (random() - 0.5)));
    }
    const found = stairs(values);
    t.same(
      found.flatMap(({ hops }) => hops.map(({ ttl }) => ttl)),
      values.map((_, index) => index + 1),
      'every hop is in one stretch, in order',
    );
    t.ok(found.every(({ msPerLoad }, index) => index === 0 || msPerLoad >= found[index - 1]!.msPerLoad));
    for (const { msPerLoad, hops } of found) {
      t.ok(hops.every((hop) => Math.abs(hop.msPerLoad / msPerLoad - 1) < 0.03));
    }
  }
});
