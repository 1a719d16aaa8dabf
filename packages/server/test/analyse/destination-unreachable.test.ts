import t from 'tap';
import { baselineOf } from '../../src/analyse/baseline.js';
import { destinationUnreachable } from '../../src/analyse/destination-unreachable.js';
import { aTrace, QUIET, type TraceSpec } from '../a-trace.js';

const reached: TraceSpec = { hops: QUIET };
const silent: TraceSpec = { hops: [...QUIET.slice(0, 3), null, null], address: QUIET[4], reached: false };
const refused: TraceSpec = {
  hops: [...QUIET.slice(0, 2), { address: QUIET[2], unreachable: 'host-unreachable' }],
  address: QUIET[4],
  reached: false,
  unreachable: 'host-unreachable',
};

const judge = (current: TraceSpec, ...earlier: readonly TraceSpec[]) =>
  destinationUnreachable(aTrace(current), baselineOf(earlier.map(aTrace))).map(
    ({ detail, hop, severity }) => [detail, hop, severity],
  );
const times = (n: number, spec: TraceSpec) => Array.from({ length: n }, () => spec);

t.test('reached, or stopped by the user: nothing', async (t) => {
  t.same(judge(reached), []);
  t.same(judge({ ...silent, end: 'aborted' }, reached), []);
});

t.test('a router says so', async (t) => {
  t.same(judge(refused), [
    ['Destination unreachable: host-unreachable said by 198.51.100.9 at hop 3', 3, 'medium'],
  ]);
  t.same(judge(refused, ...times(2, reached), refused), [
    [
      'Destination unreachable: host-unreachable said by 198.51.100.9 at hop 3; it answered in 2 of 3 earlier traces',
      3,
      'high',
    ],
  ]);
});

t.test('silence', async (t) => {
  const words = 'Destination did not answer: the last answer is of 198.51.100.9 at hop 3';
  t.same(judge(silent), [[words, 3, 'info']], 'alone it is worth a word, not points');
  t.same(judge(silent, ...times(5, reached)), [
    [`${words}; it answered in 5 of 5 earlier traces`, 3, 'medium'],
  ]);
  t.same(judge(silent, reached, ...times(5, silent)), [
    [`${words}; it answered in 1 of 6 earlier traces`, 3, 'low'],
  ]);
  t.same(judge(silent, ...times(5, silent)), [], 'as ever');
  t.same(judge({ hops: [null, null], reached: false }), [
    ['Destination did not answer: nothing answered', null, 'info'],
  ]);
});
