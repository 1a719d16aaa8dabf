import t from 'tap';
import { packetLoss } from '../../src/analyse/packet-loss.js';
import { type HopSpec, QUIET, type TraceSpec } from '../a-trace.js';
import { baselineOf, times, traceAt } from './a-baseline.js';

type Loss = readonly [missing: number, verdict?: HopSpec['verdict']];

/** The quiet path, of which so many of ten probes are missing at each hop, with the verdict on that. */
function path(...losses: readonly Loss[]): TraceSpec {
  const hops = losses.map(
    ([missing, verdict], index): HopSpec => ({
      address: missing === 10 ? null : QUIET[index]!,
      rtt: Array(10 - missing).fill(5),
      sent: 10,
      verdict: verdict ?? (missing === 0 ? 'none' : 'forwarding'),
    }),
  );
  return { hops, address: QUIET[4] };
}

const judge = (current: TraceSpec, earlier: readonly TraceSpec[] = []) =>
  packetLoss(traceAt(earlier.length, current), baselineOf(earlier));
const clean = path([0], [0], [0], [0], [0]);
const few = (missing: number, verdict: HopSpec['verdict'] = 'unknown') =>
  path([0], [0], [missing, verdict], [missing, verdict], [missing, verdict]);

t.test('nothing missing, nothing said', async (t) => {
  t.same(judge(clean), []);
  t.same(judge(clean, times(20, clean)), []);
  t.same(judge(clean, [...times(20, clean), ...times(6, few(5, 'forwarding'))]), [], 'what is over is over');
});

t.test('with little history the verdicts of the trace count, and that is said', async (t) => {
  const [found] = judge(path([0], [0], [3], [2], [2]));
  t.match(found, {
    type: 'PacketLoss',
    detail: 'Packet loss detected: 20% from hop 3 on',
    hop: 3,
    severity: 'medium',
    evidence: { sent: 10, missing: 2, address: QUIET[2], usual: null, note: /^too few earlier traces/ },
  });
  t.equal(judge(path([0], [0], [0], [0], [6]))[0]?.severity, 'high');
  t.same(judge(few(2)), [], 'and without a verdict nothing');
});

t.test('loss on the way, from its first hop on, against what is usual', async (t) => {
  const [found] = judge(path([0], [0], [3], [2], [4]), times(20, clean));
  t.match(found, {
    detail: 'Packet loss detected: 30% from hop 3 on',
    hop: 3,
    severity: 'medium',
    evidence: { sent: 30, missing: 9, traces: 1, hops: 3, usual: { missing: 0 } },
  });
  t.equal(found?.since, traceAt(20).startedAt);
  const { interval, usual } = found!.evidence as {
    interval: { low: number };
    usual: { interval: { high: number } };
  };
  t.ok(interval.low > usual.interval.high, 'the intervals are disjoint');
});

t.test('a little loss adds up over traces', async (t) => {
  const little = path([0], [0], [0], [1, 'unknown'], [1, 'unknown']);
  t.same(judge(little, times(20, clean)), [], 'two of twenty may be chance');
  const found = judge(little, [...times(20, clean), ...times(4, little)]);
  t.match(found, [{ hop: 4, evidence: { traces: 5, sent: 100, missing: 10 } }]);
  t.equal(found[0]!.since, traceAt(20).startedAt);
});

t.test('answers that are held back are no loss', async (t) => {
  for (const verdict of [
    'rate-limited',
    'silent',
    'path-changed',
    'unreachable-beyond',
    'unknown',
  ] as const) {
    t.same(judge(path([0], [5, verdict], [0], [0], [0]), times(20, clean)), [], verdict);
    const habit = path([0], [5, verdict], [0], [0], [0]);
    t.same(judge(habit, [...times(10, clean), ...times(12, habit)]), [], `${verdict} for long`);
  }
  const [found] = judge(path([0], [8, 'rate-limited'], [2], [2], [2]), times(20, clean));
  t.match(found, { hop: 3, detail: 'Packet loss detected: 20% from hop 3 on' });
});

t.test('a hop of which nothing came through tells of loss, too', async (t) => {
  const heavy = (third: number) => path([0], [0], [third, 'unknown'], [5, 'unknown'], [5, 'unknown']);
  const [found] = judge(heavy(5), [...times(20, clean), heavy(10), heavy(10)]);
  t.match(found, { hop: 3, evidence: { traces: 3 } });
});

t.test('a router that always keeps some back is not where loss begins', async (t) => {
  const usual = path([0], [3, 'rate-limited'], [0], [0], [0]);
  const lossy = path([0], [4, 'unknown'], [3, 'unknown'], [3, 'unknown'], [3, 'unknown']);
  t.match(judge(lossy, [...times(20, usual), lossy, lossy]), [{ hop: 3 }]);
});

t.test('what is over is not told of again because of a stray miss', async (t) => {
  const stray = path([0], [0], [0], [0], [1, 'unknown']);
  t.same(judge(stray, [...times(20, clean), ...times(8, few(5, 'forwarding')), clean, clean]), []);
});

t.test('a verdict that the traces before do not bear out is worth a word', async (t) => {
  const [found] = judge(path([0], [0], [0], [1, 'forwarding'], [1, 'forwarding']), times(20, clean));
  t.match(found, { severity: 'info', evidence: { asBefore: false, note: /to be sure/ } });
});

t.test('a path that always loses as much is told of as such', async (t) => {
  const [found] = judge(few(2, 'forwarding'), times(30, few(2, 'forwarding')));
  t.match(found, {
    detail: 'Packet loss detected: 20% from hop 3 on, no more than usual',
    severity: 'info',
    evidence: { asBefore: true },
  });
  t.match(judge(few(7, 'forwarding'), times(30, few(2, 'forwarding'))), [
    { severity: 'high', evidence: { asBefore: false } },
  ]);
});
