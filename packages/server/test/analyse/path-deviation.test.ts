import t from 'tap';
import { randomFrom, seedOf } from '../../../probe/test/seed.js';
import { type Baseline, emptyBaseline, fold } from '../../src/analyse/baseline.js';
import { pathDeviations } from '../../src/analyse/path-deviation.js';
import type { HopSpec, TraceSpec } from '../a-trace.js';
import { times, traceAt } from './a-baseline.js';

type Path = readonly (string | null | HopSpec)[];

/** Destination of all these paths. */
const D = '203.0.113.80';
const usual: Path = ['10.0.0.1', '198.51.100.1', '198.51.100.2', D];
const via = (...addresses: readonly (string | null | HopSpec)[]): Path => ['10.0.0.1', ...addresses, D];

const specOf = (path: Path | TraceSpec): TraceSpec =>
  Array.isArray(path) ? { hops: path as Path, address: D } : (path as TraceSpec);

/** What is found in each of these traces, one after another; those before raise what they raise. */
function follow(before: readonly (Path | TraceSpec)[], ...then: readonly (Path | TraceSpec)[]) {
  let baseline: Baseline = emptyBaseline();
  const found = [...before, ...then].map((path, hour) => {
    const trace = traceAt(hour, specOf(path));
    const findings = pathDeviations(trace, baseline);
    baseline = fold(baseline, trace);
    return findings;
  });
  return found.slice(before.length);
}
const judge = (current: Path | TraceSpec, ...before: readonly (Path | TraceSpec)[]) =>
  follow(before, current)[0]!;
const brief = (found: ReturnType<typeof judge>) =>
  found.map(({ detail, hop, severity }) => [detail, hop, severity]);

t.test('no earlier trace, no deviation; the same path, no deviation', async (t) => {
  t.same(judge(usual), []);
  t.same(judge(usual, usual), []);
});

t.test('an address never seen at that hop', async (t) => {
  const found = judge(via('203.0.113.1', '198.51.100.2'), ...times(20, usual));
  t.match(found, [
    {
      type: 'PathDeviation',
      detail: 'New IP 203.0.113.1 detected at hop 2',
      hop: 2,
      severity: 'low',
      evidence: {
        address: '203.0.113.1',
        known: ['198.51.100.1'],
        level: 'address',
        tracesBefore: 20,
        branchesBefore: 1,
        pathSeen: { traces: 0, of: 20 },
        earlierTraces: 20,
      },
    },
  ]);
  t.equal(found[0]!.since, traceAt(20).startedAt);
  t.ok(found[0]!.confidence > 0.99999);
  t.notOk('note' in found[0]!.evidence);
});

t.test('with few earlier traces it is told of, with what speaks against it', async (t) => {
  const [one] = judge(via('203.0.113.1', '198.51.100.2'), usual);
  t.match(one, { detail: 'New IP 203.0.113.1 detected at hop 2', severity: 'info', confidence: 0 });
  t.match(one?.evidence.note, /^only 1 earlier trace at this hop: it may be a branch of a load balancer/);
  const [six] = judge(via('203.0.113.1', '198.51.100.2'), ...times(6, usual));
  t.match(six, { severity: 'info', evidence: { note: /^only 6 earlier traces/ } });
  t.ok(six!.confidence > 0.95 && six!.confidence < 0.999, 'six flows rule a second branch out at 95 %');
});

t.test('it is news for five traces, then it is the path', async (t) => {
  const moved = via('203.0.113.1', '198.51.100.2');
  const found = follow(times(20, usual), ...times(8, moved), usual, moved);
  t.same(
    found.map((findings) => findings.length),
    [1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
  );
  const since = found.slice(0, 5).map(([finding]) => finding!.since);
  t.same(since, times(5, traceAt(20).startedAt), 'and each says since when');
});

t.test('every branch of a load balancer seen before is usual, also a rare one', async (t) => {
  const other = via('198.51.100.11', '198.51.100.12');
  t.same(judge(usual, other, usual), []);
  t.same(judge(usual, ...times(20, other), usual, ...times(20, other)), []);
  const both = via({ addresses: ['198.51.100.11', '198.51.100.1'] }, '198.51.100.2');
  t.same(judge(both, other, usual), []);
  t.same(judge(via('198.51.100.1', '198.51.100.12'), usual, other), [], 'in any combination');
});

t.test('one more branch of a hop that is not known well is none; but none of the old ones is', async (t) => {
  const branch = (n: number) => via(`198.51.100.${n}`);
  const eight = [1, 2, 3, 4, 5, 6, 7, 8, 1, 3, 5, 2, 4, 6].map(branch);
  t.same(judge(branch(9), ...eight), [], '14 flows do not rule out a ninth branch');
  const known = Array.from({ length: 120 }, (_, n) => branch(1 + ((n * 5) % 8)));
  t.equal(judge(branch(9), ...known).length, 1, '120 do');
  const moved = follow(eight, ...times(8, branch(9)));
  const first = moved.findIndex((found) => found.length > 0);
  t.ok(first > 0, `it is said when none of the eight was met for ${first + 1} traces`);
  t.equal(moved[first]![0]!.since, traceAt(eight.length).startedAt, 'and that it began earlier');
});

t.test('a move to a balanced path is one deviation, and its branches are none', async (t) => {
  const branch = (n: number) => via(`203.0.113.${n}`, '198.51.100.2');
  const found = follow(times(30, usual), ...[1, 2, 1, 3, 4, 4, 2, 3, 1, 2].map(branch));
  const since = new Set(found.flat().map(({ since }) => since));
  t.same([...since], [traceAt(30).startedAt]);
  t.same(found.slice(6).flat(), []);
});

t.test('one new address beside a known one is new', async (t) => {
  const found = judge(
    via({ addresses: ['198.51.100.1', '203.0.113.1'] }, '198.51.100.2'),
    ...times(20, usual),
  );
  t.same(brief(found), [['New IP 203.0.113.1 detected at hop 2', 2, 'low']]);
});

t.test('silence is no deviation: neither its beginning nor its end', async (t) => {
  const silent = via(null, '198.51.100.2');
  t.same(judge(silent, ...times(20, usual)), []);
  t.same(judge(usual, ...times(20, silent)), []);
});

t.test('what lies behind the end of a trace that got nowhere was never known', async (t) => {
  const cut: TraceSpec = { hops: ['10.0.0.1', '198.51.100.1', null, null], address: D, reached: false };
  t.same(judge(usual, ...times(20, cut)), []);
  t.same(judge(cut, ...times(20, usual)), []);
});

t.test('a stretch is one finding, where it starts', async (t) => {
  const longer = via('203.0.113.1', '198.51.100.1', '198.51.100.2');
  t.same(brief(judge(longer, ...times(20, usual))), [['New IP 203.0.113.1 detected at hop 2', 2, 'low']]);
  const further = via('198.51.100.1', '198.51.100.2', '203.0.113.1', '203.0.113.2');
  t.same(brief(judge(further, ...times(20, usual))), [
    ['New IP 203.0.113.1 detected at hop 4, and 1 more up to hop 5', 4, 'low'],
  ]);
  const long = via('198.51.100.1', '198.51.100.2', '198.51.100.3');
  const twice = via('203.0.113.1', '198.51.100.2', '203.0.113.3');
  t.same(
    judge(twice, ...times(20, long)).map(({ hop }) => hop),
    [2, 4],
    'apart are two',
  );
});

t.test('a hop that is gone, or came in silence, is said once, where the path moved', async (t) => {
  t.same(brief(judge(via('198.51.100.2'), ...times(20, usual))), [
    ['Path changed before hop 2: 198.51.100.2 was at hop 3, and the path had 4 hops, not 3', 2, 'low'],
  ]);
  const inserted = judge(via(null, '198.51.100.1', '198.51.100.2'), ...times(20, usual));
  t.same(brief(inserted), [
    ['Path changed before hop 3: 198.51.100.1 was at hop 2, and the path had 4 hops, not 5', 3, 'low'],
  ]);
  t.equal(inserted[0]?.evidence.level, 'position');
});

t.test(
  'a hop that is gone is told of also where all behind it have been at their TTLs once before',
  async (t) => {
    const near = via('198.51.100.1', '198.51.100.2', '198.51.100.3');
    const far = via('203.0.113.1', '203.0.113.2', '198.51.100.2', '198.51.100.3');
    const gone = via('203.0.113.1', '203.0.113.2', '198.51.100.3');
    const found = follow([...times(20, near), ...times(20, far)], ...times(7, gone));
    t.same(
      found.map((findings) => brief(findings)),
      [...times(5, [['Path changed before hop 4: 198.51.100.3 was at hop 5', 4, 'low']]), [], []],
    );
    t.match(found[2], [
      {
        since: traceAt(40).startedAt,
        evidence: { level: 'position', tracesSince: 3, tracesBefore: 20, branchesBefore: 1 },
      },
    ]);
  },
);

t.test('a way of the last days, or a balancer over ways of unequal length, is no deviation', async (t) => {
  const short = via('198.51.100.1', '198.51.100.3');
  const long = via('198.51.100.1', '198.51.100.2', '198.51.100.3');
  t.same(judge(short, ...times(20, short), ...times(100, long)), []);
  const random = randomFrom(seedOf(t));
  const balanced = Array.from({ length: 40 }, () => (random() < 0.5 ? short : long));
  t.same(follow([...times(2, short), ...times(2, long), ...balanced], ...balanced).flat(), []);
});

t.test('a router that seldom answers shows a known move later: that is no other', async (t) => {
  const seldom = (answers: boolean) => via('198.51.100.1', answers ? '198.51.100.2' : null);
  const moved = (answers: boolean) => via('203.0.113.1', '198.51.100.1', answers ? '198.51.100.2' : null);
  const before = [...times(20, seldom(true)), ...times(8, moved(false))];
  t.same(judge(moved(true), ...before), []);
});

t.test(
  'known routers that come nearer are told of from the first on, also where nobody answered',
  async (t) => {
    const before = times(30, via('198.51.100.1', null, null, '198.51.100.2'));
    const nearer = via('198.51.100.1', null, '198.51.100.2');
    const found = follow(before, nearer, nearer, nearer);
    t.same(
      found.flat().map(({ hop, evidence }) => [hop, evidence.level]),
      times(3, [4, 'position']),
    );
  },
);

t.test('a change is told of once, where it begins, however late a router behind it answers', async (t) => {
  const before = times(20, via('198.51.100.1', '198.51.100.2'));
  const moved = (answers: boolean) => via('203.0.113.1', answers ? '203.0.113.2' : null);
  const found = follow(before, ...times(8, moved(false)), moved(true), moved(true));
  t.same(
    found.map((findings) => findings.map(({ hop }) => hop)),
    [...times(5, [2]), ...times(5, [])],
  );
});

t.test('of a place with more branches than can be kept nothing is told; of the others it is', async (t) => {
  const random = randomFrom(seedOf(t));
  const wide = Array.from({ length: 400 }, () =>
    via(`198.51.100.${3 + Math.floor(200 * random())}`, '198.51.100.2'),
  );
  t.same(follow(wide, via('203.0.113.1', '198.51.100.2')).flat(), []);
  t.match(follow(wide, via('198.51.100.3', '203.0.113.2')).flat(), [{ hop: 3, severity: 'low' }]);
});

const described = (address: string, asn: number, country: string): Path => [
  { address: '10.0.0.1', special: 'private' },
  { address: '198.51.100.1', asn: 64500, country: 'JP' },
  { address, asn, country },
  { address: D, asn: 64501, country: 'US' },
];

t.test('address, network and country are told apart', async (t) => {
  const earlier = times(20, described('198.51.100.2', 64500, 'JP'));
  const judged = (path: Path, before: readonly Path[] = earlier) =>
    judge(path, ...before).map(({ evidence, severity }) => [evidence.level, severity]);
  t.same(judged(described('198.51.100.3', 64500, 'JP')), [['address', 'low']]);
  t.same(judged(described('198.51.100.3', 64501, 'US')), [['address', 'low']], 'the path went through both');
  t.same(judged(described('198.51.100.3', 64666, 'JP')), [['as', 'medium']]);
  t.same(judged(described('198.51.100.3', 64666, 'RU')), [['country', 'high']]);
  t.same(
    judged(described('198.51.100.3', 64666, 'RU'), earlier.slice(0, 2)),
    [['country', 'medium']],
    'few traces, less sure',
  );
  t.same(
    judged(described('198.51.100.3', 64666, 'RU'), times(20, usual)),
    [['address', 'low']],
    'none was known',
  );
  const found = follow(earlier, ...times(3, described('198.51.100.3', 64666, 'RU')));
  t.same(
    found.map(([one]) => one?.evidence.level),
    times(3, 'country'),
    'it stays what it was while it is news',
  );
});

t.test('a name that leads elsewhere is not the network’s doing', async (t) => {
  const elsewhere: TraceSpec = {
    hops: ['10.0.0.1', '198.51.100.1', { address: '192.0.2.99', asn: 64666 }, '192.0.2.80'],
  };
  const earlier = times(20, ['10.0.0.1', { address: '198.51.100.1', asn: 64500 }, '198.51.100.2', D] as Path);
  t.same(brief(judge(elsewhere, ...earlier)), [
    ['New IP 192.0.2.99 detected at hop 3, and 1 more up to hop 4', 3, 'low'],
  ]);
  const nearer: TraceSpec = { hops: ['10.0.0.1', '198.51.100.1', '198.51.100.2', '192.0.2.80'] };
  t.same(brief(judge(nearer, ...earlier)), [['New IP 192.0.2.80 detected at hop 4', 4, 'info']]);
});

t.test('a path that was not taken for a thousand traces is forgotten', async (t) => {
  const other = via('198.51.100.11', '198.51.100.12');
  t.equal(judge(other, other, ...times(990, usual)).length, 0);
  t.equal(judge(other, other, ...times(1010, usual)).length, 1);
});
