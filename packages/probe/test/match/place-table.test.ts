import fc from 'fast-check';
import t from 'tap';
import { PlaceTable } from '../../src/match/place-table.js';
import { seedOf } from '../seed.js';

t.test('does what a Map does, whatever comes and goes', async (t) => {
  // Few keys, so that they meet again, and far apart in both halves.
  const key = fc.tuple(fc.nat(40), fc.constantFrom(0, 1, 0x1ffff)).map(([low, high]) => high * 2 ** 32 + low);
  const step = fc.record({ key, place: fc.nat(2 ** 31 - 2), remove: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new PlaceTable();
      const map = new Map<number, number>();
      for (const { key, place, remove } of steps) {
        if (remove) {
          table.delete(key);
          map.delete(key);
        } else {
          table.set(key, place);
          map.set(key, place);
        }
        if (table.size !== map.size) return false;
      }
      return steps.every(({ key }) => table.get(key) === map.get(key));
    }),
    { seed: seedOf(t), numRuns: 300 },
  );
});

t.test('thousands at once, and none of them after', async (t) => {
  const table = new PlaceTable();
  for (let n = 0; n < 10_000; n++) table.set(n * 0x10001, n);
  t.equal(table.size, 10_000);
  let wrong = 0;
  for (let n = 0; n < 10_000; n++) if (table.get(n * 0x10001) !== n) wrong += 1;
  t.equal(wrong, 0);
  for (let n = 0; n < 10_000; n++) table.delete(n * 0x10001);
  t.equal(table.size, 0);
  t.equal(table.get(0), undefined);
});
