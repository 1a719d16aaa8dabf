import fc from 'fast-check';
import t from 'tap';
import { align } from '../../src/compare/align.js';
import { seedOf } from '../seed.js';

const equal = (a: string, b: string) => a === b;
const written = (a: string, b: string) =>
  align([...a], [...b], equal).map(([x, y]) => (x === y ? x : `${x ?? ''}/${y ?? ''}`));

t.test('what came, went or changed', async (t) => {
  t.same(written('abc', 'abc'), ['a', 'b', 'c']);
  t.same(written('abc', 'axbc'), ['a', '/x', 'b', 'c'], 'added');
  t.same(written('abcd', 'abd'), ['a', 'b', 'c/', 'd'], 'removed');
  t.same(written('abcd', 'axyd'), ['a', 'b/x', 'c/y', 'd'], 'changed');
  t.same(written('abcd', 'axd'), ['a', 'b/x', 'c/', 'd'], 'changed, and one less');
  t.same(written('', 'ab'), ['/a', '/b']);
  t.same(written('ab', ''), ['a/', 'b/']);
  t.same(written('ab', 'xy'), ['a/x', 'b/y']);
  t.same(written('', ''), []);
});

t.test('nothing is lost or twice, nothing out of order', async (t) => {
  const path = fc.array(fc.constantFrom(...'abcde'), { maxLength: 12 });
  fc.assert(
    fc.property(path, path, (a, b) => {
      const pairs = align(a, b, equal);
      const left = pairs.flatMap(([x]) => x ?? []);
      const right = pairs.flatMap(([, y]) => y ?? []);
      return left.join('') === a.join('') && right.join('') === b.join('');
    }),
    { seed: seedOf(t) },
  );
  t.pass('holds');
});
