import t from 'tap';
import { between, pathChanges } from '../../src/statistics/path-change.js';
import { path } from './samples.js';

t.test('a hop that answers from one address and then from another', async (t) => {
  t.strictSame(pathChanges(path('aaabbb')), [{ after: 2000, before: 3000 }]);
  t.strictSame(pathChanges(path('aaa..bbb')), [{ after: 2000, before: 5000 }]);
  t.strictSame(pathChanges(path('aabbaa')), [
    { after: 1000, before: 2000 },
    { after: 3000, before: 4000 },
  ]);
});

t.test('several hops see one change', async (t) => {
  t.strictSame(pathChanges(path('xxxxxx', 'aaabbb', 'cc.ddd', 'eeef')), [{ after: 1004, before: 3004 }]);
});

t.test('no change', async (t) => {
  t.strictSame(pathChanges(path('aaaaaa', '......', 'a', '')), []);
  t.strictSame(pathChanges(path('abaabbab')), [], 'balanced from packet to packet');
  t.strictSame(pathChanges(path('aaaaab')), [], 'one answer is too little');
  t.strictSame(pathChanges(path('ab', 'a.b')), []);
});

t.test('the path between two times', async (t) => {
  const [hop] = between(path('abcdef'), 1000, 3000);
  t.strictSame(
    hop!.attempts.map(({ answeredBy }) => answeredBy),
    ['b', 'c', 'd'],
  );
});
