import t from 'tap';
import { routingLoop } from '../../src/analyse/routing-loop.js';
import { aTrace, QUIET } from '../a-trace.js';

/** A path that gets nowhere, one letter per hop's address; `.` is silence. */
const path = (letters: string) =>
  aTrace({
    hops: [...letters].map((letter) => (letter === '.' ? null : `198.51.100.${letter.charCodeAt(0)}`)),
    address: QUIET[4],
    reached: false,
    end: 'max-hops',
  });

const where = (letters: string) =>
  routingLoop(path(letters)).map(({ hop, evidence }) => [hop, evidence.to, evidence.period]);

t.test('paths that go round', async (t) => {
  t.same(where('ghABAB'), [[3, 6, 2]]);
  t.same(where('ABABABA'), [[1, 7, 2]]);
  t.same(where('gABCABCA'), [[2, 8, 3]]);
  t.same(where('gABCABC...'), [[2, 7, 3]], 'silence at the end');
  t.same(where('gAB.BA.AB'), [[2, 9, 2]], 'and within');
  t.same(where('gA.A.A'), [[2, 6, 2]], 'with a router that never answers');
  t.same(where('ghAAAA'), [[3, 6, 1]], 'with itself');
  t.match(routingLoop(path('ghABAB')), [
    {
      type: 'RoutingLoop',
      detail: 'Routing loop: 198.51.100.65, 198.51.100.66 repeat from hop 3 to hop 6',
      severity: 'high',
    },
  ]);
});

t.test('paths that do not', async (t) => {
  for (const letters of [
    '',
    '.',
    '....',
    'A',
    'AB',
    'ABC',
    'ABA',
    'gAA',
    'gAAA',
    'gABCA',
    'ABABC',
    'A..A',
    'A.B.C',
  ]) {
    t.same(where(letters), [], letters);
  }
  t.same(routingLoop({ ...path('gABABABD'), reached: true }), [], 'it gets through');
});
