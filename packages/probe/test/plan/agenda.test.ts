import t from 'tap';
import { Agenda } from '../../src/plan/agenda.js';
import { randomFrom, seedOf } from '../seed.js';

let rank = 0;
const entry = (name: string) => ({ name, due: Number.POSITIVE_INFINITY, rank: rank++, place: 0 });

t.test('whoever is due, lowest rank first', async (t) => {
  const agenda = new Agenda<ReturnType<typeof entry>>();
  for (const [name, at] of [
    ['c', 3],
    ['b', 1],
    ['a1', 2],
    ['a2', 2],
  ] as const)
    agenda.enter(at, entry(name));
  t.equal(agenda.earliest, 1);
  t.equal(agenda.take(0), undefined, 'nobody is due yet');
  t.equal(agenda.take(2)?.name, 'b');
  t.equal(agenda.earliest, Number.NEGATIVE_INFINITY, 'somebody is due already');
  t.same(
    [agenda.take(2), agenda.take(2), agenda.take(2)].map((item) => item?.name),
    ['a1', 'a2', undefined],
  );
  t.equal(agenda.earliest, 3);
  t.equal(agenda.take(9)?.name, 'c');
  t.equal(agenda.take(9), undefined);
  t.equal(agenda.earliest, Number.POSITIVE_INFINITY);
});

t.test('who came first goes first, however often it is entered again', async (t) => {
  const agenda = new Agenda<ReturnType<typeof entry>>();
  const first = entry('first');
  const second = entry('second');
  agenda.enter(1, second);
  agenda.enter(1, first);
  for (let turn = 0; turn < 3; turn++) {
    t.equal(agenda.take(1), first);
    agenda.enter(1, first);
  }
});

t.test('newcomers are due at once, behind all who have been served already', async (t) => {
  const agenda = new Agenda<ReturnType<typeof entry>>();
  const newcomers = ['a', 'b', 'c'].map(entry);
  for (const item of newcomers) agenda.add(item);
  t.equal(agenda.earliest, Number.NEGATIVE_INFINITY);
  t.equal(agenda.take(1), newcomers[0]);
  agenda.enter(1, newcomers[0]!);
  agenda.enter(0, newcomers[2]!);
  t.same(
    [1, 1, 1, 1].map((now) => agenda.take(now)?.name),
    ['a', 'b', 'c', undefined],
  );
  t.equal(agenda.earliest, Number.POSITIVE_INFINITY);
  agenda.add(newcomers[1]!);
  t.equal(agenda.take(1), newcomers[1], 'also after it was empty');
});

t.test('each is in it once, at its earliest time', async (t) => {
  const agenda = new Agenda<ReturnType<typeof entry>>();
  const one = entry('one');
  agenda.enter(5, one);
  agenda.enter(9, one);
  agenda.enter(2, one);
  t.equal(agenda.earliest, 2);
  t.equal(agenda.take(9), one);
  t.equal(agenda.take(9), undefined);
  agenda.enter(5, one);
  t.equal(agenda.earliest, 5, 'and can be entered again');
  t.equal(agenda.take(9), one);
  t.equal(agenda.take(9), undefined);
});

t.test('agrees with sorting, whatever is entered again earlier', async (t) => {
  const seed = seedOf(t);
  const random = randomFrom(seed);
  for (let round = 0; round < 200; round++) {
    const agenda = new Agenda<ReturnType<typeof entry>>();
    const entries = Array.from({ length: 1 + Math.floor(random() * 60) }, (_, n) => entry(String(n)));
    const due = new Map<ReturnType<typeof entry>, number>();
    for (let n = 0; n < 2 * entries.length; n++) {
      const item = entries[Math.floor(random() * entries.length)]!;
      const at = Math.floor(random() * 20);
      agenda.enter(at, item);
      due.set(item, Math.min(at, due.get(item) ?? at));
    }
    for (const now of [5, 12, 20]) {
      const expected = [...due].filter(([, at]) => at <= now).map(([item]) => item);
      for (const item of expected) due.delete(item);
      const taken = expected.map(() => agenda.take(now));
      expected.sort((a, b) => a.rank - b.rank);
      t.same(taken, expected, `round ${round}, seed ${seed}`);
      t.equal(agenda.take(now), undefined);
    }
  }
});
