import t from 'tap';
import { destinationUnreachable } from '../../src/analyse/destination-unreachable.js';
import type { Finding } from '../../src/analyse/judgement.js';
import { QUIET, type TraceSpec } from '../a-trace.js';
import { baselineOf, times, traceAt } from './a-baseline.js';

const reached: TraceSpec = { hops: QUIET };
const silent: TraceSpec = { hops: [...QUIET.slice(0, 3), null, null], address: QUIET[4], reached: false };
const refused: TraceSpec = {
  hops: [...QUIET.slice(0, 2), { address: QUIET[2], unreachable: 'host-unreachable' }],
  address: QUIET[4],
  reached: false,
  unreachable: 'host-unreachable',
};

const judge = (current: TraceSpec, ...earlier: readonly TraceSpec[]) =>
  destinationUnreachable(traceAt(earlier.length, current), baselineOf(earlier)).map(
    ({ detail, hop, severity }) => [detail, hop, severity],
  );

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

t.test('since when, and how sure', async (t) => {
  const earlier = [...times(10, reached), silent, silent];
  const [found] = destinationUnreachable(traceAt(12, silent), baselineOf(earlier));
  t.equal(found?.since, traceAt(10).startedAt);
  t.ok(found!.confidence > 0.5 && found!.confidence < 1);
});

t.test('where packets are lost on the way, all to it may have been', async (t) => {
  const baseline = baselineOf(times(10, reached));
  const loss = (share: number): Finding => ({
    type: 'PacketLoss',
    detail: 'loss',
    hop: 2,
    severity: 'medium',
    confidence: 1,
    since: 0,
    evidence: { share },
  });
  const severity = (share: number) =>
    destinationUnreachable(traceAt(10, silent), baseline, [loss(share)]).map((one) => one.severity);
  t.same(severity(0.5), ['info']);
  t.same(severity(0.1), ['medium'], 'three in a row at one in ten');
});
