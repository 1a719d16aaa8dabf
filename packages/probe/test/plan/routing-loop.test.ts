import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { findRoutingLoop } from '../../src/plan/routing-loop.js';
import { holds, seedOf } from '../seed.js';

/** A path in letters, one per TTL; `.` is a silent hop. */
const loopOf = (path: string, firstTtl = 1) =>
  findRoutingLoop(
    [...path].map((letter) => (letter === '.' ? null : letter)),
    firstTtl,
  );

const cases: readonly [path: string, loop: [from: number, to: number] | null, why: string][] = [
  ['', null, 'nothing'],
  ['......', null, 'silence'],
  ['abcdef', null, 'a path'],
  ['abcbcbc', [2, 3], 'two routers, three turns'],
  ['abcbcb', null, 'not three whole turns'],
  ['abcbc', null, 'two turns'],
  ['bcbcbc', [1, 2], 'from the first hop on'],
  ['abcdbcdbcd', [2, 4], 'three routers'],
  ['abcdebcdebcde', [2, 5], 'four routers'],
  ['abc.cbc', [2, 3], 'one answer is missing'],
  ['ab.b.b.b', [2, 3], 'one of the two says nothing'],
  ['abcbcbc..', [2, 3], 'nothing after it'],
  ['aabcbcbc', [3, 4], 'twice the same before it'],
  ['abbbbbb', null, 'an address translator answers for all behind it'],
  ['ab.bb.bb.b', null, 'and so it does with gaps'],
  ['abcbcbcd', null, 'it goes on'],
  ['b.....b', null, 'twice is chance'],
  ['a.......c', null, 'nothing comes again'],
];

for (const [path, loop, why] of cases) {
  t.test(`${JSON.stringify(path)}: ${why}`, async (t) => {
    t.strictSame(loopOf(path), loop && { from: loop[0], to: loop[1] });
  });
}

t.test('TTLs count from the first one asked', async (t) => {
  t.strictSame(loopOf('abcbcbc', 5), { from: 6, to: 7 });
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const letters = fc.uniqueArray(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), { maxLength: 26 });
  holds(t, 'addresses that all differ are no loop', seed, 300, letters, (path) => {
    assert.equal(findRoutingLoop(path, 1), null);
  });
  const looping = fc
    .record({
      letters: fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { minLength: 2, maxLength: 10 }),
      at: fc.nat(8),
      turns: fc.integer({ min: 3, max: 5 }),
    })
    .map(({ letters, at, turns }) => ({
      from: Math.min(at, letters.length - 2),
      period: letters.length - Math.min(at, letters.length - 2),
      letters,
      turns,
    }));
  holds(t, 'three turns or more are, and which', seed, 500, looping, ({ letters, from, period, turns }) => {
    const path = [...letters];
    for (let turn = 1; turn < turns; turn++) path.push(...letters.slice(from));
    assert.deepEqual(findRoutingLoop(path, 1), { from: from + 1, to: from + period });
  });
});
