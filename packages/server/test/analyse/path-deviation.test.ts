import t from 'tap';
import { baselineOf } from '../../src/analyse/baseline.js';
import { pathDeviations } from '../../src/analyse/path-deviation.js';
import { aTrace, type HopSpec, type TraceSpec } from '../a-trace.js';

type Path = readonly (string | null | HopSpec)[];

/** Destination of all these paths. */
const D = '203.0.113.80';

function deviations(current: Path | TraceSpec, ...earlier: readonly (Path | TraceSpec)[]) {
  const trace = (path: Path | TraceSpec) => aTrace(isPath(path) ? { hops: path, address: D } : path);
  return pathDeviations(trace(current), baselineOf(earlier.map(trace)));
}

const isPath = (path: Path | TraceSpec): path is Path => Array.isArray(path);
const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);
const brief = (found: ReturnType<typeof deviations>) =>
  found.map(({ detail, hop, severity }) => [detail, hop, severity]);

const usual: Path = ['10.0.0.1', '198.51.100.1', '198.51.100.2', D];

t.test('no earlier trace, no deviation; the same path, no deviation', async (t) => {
  t.same(deviations(usual), []);
  t.same(deviations(usual, usual), []);
});

t.test('an address never seen at that hop', async (t) => {
  const found = deviations(['10.0.0.1', '203.0.113.1', '198.51.100.2', D], ...times(6, usual));
  t.match(found, [
    {
      type: 'PathDeviation',
      detail: 'New IP 203.0.113.1 detected at hop 2',
      hop: 2,
      severity: 'low',
      evidence: { address: '203.0.113.1', known: ['198.51.100.1'], level: 'address', earlierTraces: 6 },
    },
  ]);
  t.notOk('note' in found[0]!.evidence);

  const [doubtful] = deviations(['10.0.0.1', '203.0.113.1', '198.51.100.2', D], usual);
  t.equal(doubtful?.detail, 'New IP 203.0.113.1 detected at hop 2');
  t.match(doubtful?.evidence.note, /^only 1 earlier trace: it may be a branch of a load balancer/);
});

t.test('every branch of a load balancer seen before is usual', async (t) => {
  const other: Path = ['10.0.0.1', '198.51.100.11', '198.51.100.12', D];
  t.same(deviations(usual, other, usual), []);
  t.same(deviations(usual, other, other, usual), [], 'also the rare one');
  const both: Path = ['10.0.0.1', { addresses: ['198.51.100.11', '198.51.100.1'] }, '198.51.100.2', D];
  t.same(deviations(both, other, usual), []);
  t.same(deviations(other, both, both, ['10.0.0.1', null, '198.51.100.12', D]), [], 'also one among several');
});

t.test('one new address beside a known one is new', async (t) => {
  const found = deviations(
    ['10.0.0.1', { addresses: ['198.51.100.1', '203.0.113.1'] }, '198.51.100.2', D],
    ...times(6, usual),
  );
  t.same(brief(found), [['New IP 203.0.113.1 detected at hop 2', 2, 'low']]);
});

t.test('of a hop balanced over more addresses than were ever seen, one more is usual', async (t) => {
  const via = (n: number): Path => ['10.0.0.1', `198.51.100.${n}`, D];
  const many = [1, 2, 3, 4, 5, 6, 7].map(via);
  t.same(deviations(via(8), ...many), []);
  t.equal(deviations(via(8), ...many.slice(0, 2)).length, 1, 'two different ones do not tell');
  t.equal(deviations(via(8), ...[1, 2, 3, 1, 2, 3, 1, 2, 3].map(via)).length, 1, 'three steady ones do');
});

t.test('silence is no deviation: neither its beginning nor its end', async (t) => {
  const silent: Path = ['10.0.0.1', null, '198.51.100.2', D];
  t.same(deviations(silent, ...times(6, usual)), []);
  t.same(deviations(usual, ...times(6, silent)), []);
  t.equal(
    deviations(usual, silent, ['10.0.0.1', '198.51.100.77', '198.51.100.2', D]).length,
    1,
    'somebody answered once',
  );
});

t.test('what lies behind the end of a trace that got nowhere was never known', async (t) => {
  const cut: TraceSpec = { hops: ['10.0.0.1', '198.51.100.1', null, null], address: D, reached: false };
  t.same(deviations(usual, ...times(6, cut)), []);
  t.same(deviations(cut, ...times(6, usual)), []);
});

t.test('an inserted hop is the one new address, not every hop behind it', async (t) => {
  const longer: Path = ['10.0.0.1', '203.0.113.1', '198.51.100.1', '198.51.100.2', D];
  t.same(brief(deviations(longer, ...times(6, usual))), [['New IP 203.0.113.1 detected at hop 2', 2, 'low']]);
  const further: Path = ['10.0.0.1', '198.51.100.1', '198.51.100.2', '203.0.113.1', '203.0.113.2', D];
  t.same(
    brief(deviations(further, ...times(6, usual))).map(([detail]) => detail),
    ['New IP 203.0.113.1 detected at hop 4', 'New IP 203.0.113.2 detected at hop 5'],
    'also behind where the path used to end',
  );
});

t.test('a hop that is gone, or came in silence, is said once, where the path moved', async (t) => {
  t.same(brief(deviations(['10.0.0.1', '198.51.100.2', D], ...times(6, usual))), [
    ['Path changed before hop 2: 198.51.100.2 was at hop 3, and the path had 4 hops, not 3', 2, 'low'],
  ]);
  t.same(brief(deviations(['10.0.0.1', null, '198.51.100.1', '198.51.100.2', D], ...times(6, usual))), [
    ['Path changed before hop 3: 198.51.100.1 was at hop 2, and the path had 4 hops, not 5', 3, 'low'],
  ]);
});

t.test('address, network and country are told apart', async (t) => {
  const at = (address: string, asn: number, country: string): Path => [
    { address: '10.0.0.1', special: 'private' },
    { address: '198.51.100.1', asn: 64500, country: 'JP' },
    { address, asn, country },
    { address: D, asn: 64501, country: 'US' },
  ];
  const earlier = times(6, at('198.51.100.2', 64500, 'JP'));
  const judged = (path: Path, baseline = earlier) =>
    deviations(path, ...baseline).map(({ evidence, severity }) => [evidence.level, severity]);
  t.same(judged(at('198.51.100.3', 64500, 'JP')), [['address', 'low']]);
  t.same(judged(at('198.51.100.3', 64501, 'US')), [['address', 'low']], 'the path went through both before');
  t.same(judged(at('198.51.100.3', 64666, 'JP')), [['as', 'medium']]);
  t.same(judged(at('198.51.100.3', 64666, 'RU')), [['country', 'high']]);
  t.same(
    judged(at('198.51.100.3', 64666, 'RU'), earlier.slice(0, 2)),
    [['country', 'medium']],
    'few traces, less sure',
  );
  const undescribed = times(6, usual);
  t.same(
    judged(at('198.51.100.3', 64666, 'RU'), undescribed),
    [['address', 'low']],
    'nothing was known of networks',
  );
});

t.test('a name that leads elsewhere is not the network’s doing', async (t) => {
  const elsewhere: TraceSpec = {
    hops: ['10.0.0.1', '198.51.100.1', { address: '192.0.2.99', asn: 64666 }, '192.0.2.80'],
  };
  const earlier = times(6, ['10.0.0.1', { address: '198.51.100.1', asn: 64500 }, '198.51.100.2', D] as Path);
  t.same(brief(deviations(elsewhere, ...earlier)), [
    ['New IP 192.0.2.99 detected at hop 3', 3, 'low'],
    ['New IP 192.0.2.80 detected at hop 4', 4, 'info'],
  ]);
});
