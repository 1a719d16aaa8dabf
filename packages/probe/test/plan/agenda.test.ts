import t from 'tap';
import { Agenda } from '../../src/plan/agenda.js';
import { randomFrom, seedOf } from '../seed.js';

const entry = (name: string) => ({ name, due: Number.POSITIVE_INFINITY });

t.test('earliest first, first come first among equals', async (t) => {
  const agenda = new Agenda<ReturnType<typeof entry>>();
  for (const [name, at] of [
    ['c', 3],
    ['a', 1],
    ['b1', 2],
    ['b2', 2],
  ] as const)
    agenda.enter(at, entry(name));
  t.equal(agenda.earliest, 1);
  t.same(
    [agenda.take(), agenda.take(), agenda.take(), agenda.take()].map((item) => item?.name),
    ['a', 'b1', 'b2', 'c'],
  );
  t.equal(agenda.take(), undefined);
  t.equal(agenda.earliest, Number.POSITIVE_INFINITY);
});

t.test('each is in it once, at its earliest time', async (t) => {
  const agenda = new Agenda<ReturnType<typeof entry>>();
  const one = entry('one');
  agenda.enter(5, one);
  agenda.enter(9, one);
  agenda.enter(2, one);
  t.equal(agenda.earliest, 2);
  t.equal(agenda.take(), one);
  t.equal(agenda.take(), undefined);
  agenda.enter(5, one);
  t.equal(agenda.earliest, 5, 'and can be entered again, also for the time of a stale entry');
  t.equal(agenda.take(), one);
  t.equal(agenda.take(), undefined);
});

t.test('agrees with sorting', async (t) => {
  const seed = seedOf(t);
  const random = randomFrom(seed);
  for (let round = 0; round < 200; round++) {
    const agenda = new Agenda<{ at: number; due: number }>();
    const times = Array.from({ length: 1 + Math.floor(random() * 60) }, () => Math.floor(random() * 20));
    for (const at of times) agenda.enter(at, { at, due: Number.POSITIVE_INFINITY });
    const taken = times.map(() => agenda.take()?.at);
    t.same(
      taken,
      times.sort((a, b) => a - b),
      `round ${round}, seed ${seed}`,
    );
  }
});
