import t from 'tap';
import { highLatency } from '../../src/analyse/high-latency.js';
import type { HopSpec, TraceSpec } from '../a-trace.js';
import { baselineOf, traceAt } from './a-baseline.js';

const addresses = ['10.0.0.1', '198.51.100.1', '198.51.100.2', '198.51.100.3', '203.0.113.80'];

/** A path with these RTTs, one per hop; null is a silent hop. */
function path(...rtts: readonly (number | readonly number[] | null)[]): TraceSpec {
  const hops = rtts.map((rtt, index): HopSpec => (rtt === null ? {} : { address: addresses[index]!, rtt }));
  return { hops, address: addresses[rtts.length - 1]! };
}

const judge = (current: TraceSpec, earlier: readonly TraceSpec[]) =>
  highLatency(traceAt(earlier.length, current), baselineOf(earlier));

/** Ten earlier traces of 1, 5, 10, 20, 30 ms, a little different each time. */
const usual = Array.from({ length: 10 }, (_, n) => path(...[1, 5, 10, 20, 30].map((rtt) => rtt + n / 20)));

t.test('as usual, faster, or with nothing to compare: no finding', async (t) => {
  t.same(judge(path(1, 5, 10, 20, 30), []), []);
  t.same(judge(path(1.2, 5.2, 10.2, 20.2, 30.2), usual), []);
  t.same(judge(path(0.1, 0.2, 0.3, 0.4, 0.5), usual), []);
  t.same(judge(path(1, 5, null, 20, null), usual), []);
  t.same(judge({ hops: [null, null], reached: false }, usual), []);
});

t.test('a rise is said where it starts, in these words', async (t) => {
  const found = judge(path(1, 5, 130, 140, 150), usual);
  t.match(found, [
    {
      type: 'HighLatency',
      detail: 'Latency spike detected: 130ms vs 10ms average',
      hop: 3,
      severity: 'high',
      evidence: {
        address: '198.51.100.2',
        method: 'statistics',
        earlierTraces: 10,
        after: 2,
        stepMs: { now: 125, usual: 5.001, raised: true },
        alsoAt: [{ hop: 4 }, { hop: 5 }],
      },
    },
  ]);
  t.equal(judge(path(1, 5, 10, 20, 150), usual)[0]?.detail, 'Latency spike detected: 150ms vs 30ms average');
  t.equal(judge(path(1, 5, 10, 20, 150), usual)[0]?.hop, 5, 'the destination needs no hop behind it');
  t.equal(judge(path(9, 13, 18, 28, 38), usual)[0]?.hop, 1, 'nor the first one before it');
});

t.test('how much it is weighs', async (t) => {
  const severities = [5, 40, 200].map(
    (rise) => judge(path(1, 5, 10 + rise, 20 + rise, 30 + rise), usual)[0]?.severity,
  );
  t.same(severities, ['low', 'medium', 'high']);
});

t.test('one late hop of one trace may be chance; each further one, or trace, is a witness', async (t) => {
  const late = path(1, 5, 10, 20, 150);
  const after = (n: number) => judge(late, [...usual, ...Array.from({ length: n }, () => late)])[0];
  t.match(after(0), { severity: 'info', evidence: { unsure: /chance/ } });
  t.equal(after(1)?.severity, 'info');
  t.match(after(2), { severity: 'high', evidence: { traces: 3 } });
  t.notOk('unsure' in after(2)!.evidence);
  t.equal(judge(path(1, 5, 130, 140, 150), usual)[0]?.severity, 'high', 'three routers at once are enough');
  t.equal(
    judge(path(1, 5, 130, 20, 150), usual)[0]?.severity,
    'info',
    'but not if one in between is not late',
  );
});

t.test('a queue that all packets of one trace met is no rise yet', async (t) => {
  const queue = path(1, 5, 13, 23, 33);
  t.equal(judge(queue, usual)[0]?.severity, 'info');
  t.equal(judge(queue, [...usual, queue])[0]?.severity, 'low');
});

t.test('after a rise has ended, what is usual begins anew', async (t) => {
  const raised = path(1, 5, 90, 100, 110);
  const before = [...Array.from({ length: 30 }, () => raised), ...usual, ...usual, ...usual].slice(-48);
  const [found] = judge(path(1, 5, 40, 50, 60), before);
  t.match(found, { hop: 3, severity: 'medium' });
  t.ok(Number(found!.evidence.usualMs) < 11);
});

t.test('a branch met too seldom is held against those at its place', async (t) => {
  const branch = (n: number, rise = 0): TraceSpec => ({
    hops: [
      addresses[0]!,
      { address: `198.51.100.${50 + (n % 10)}`, rtt: 10 + (n % 3) / 10 + rise },
      { address: addresses[4]!, rtt: 20 + (n % 4) / 10 + rise },
    ],
  });
  const earlier = Array.from({ length: 20 }, (_, n) => branch(n));
  t.match(judge(branch(3, 50), earlier), [{ hop: 2, evidence: { method: 'statistics', usualMs: 10.1 } }]);
});

t.test('a router that is slow to answer is no rise of the path', async (t) => {
  t.same(judge(path(1, 5, 130, 20, 30), usual), []);
  t.same(judge(path(1, 5, 130, 140, 30), usual), []);
  const silentEnd: TraceSpec = { ...path(1, 5, 10, 120), reached: false, address: addresses[4]! };
  t.same(judge(silentEnd, usual), [], 'nor the last one that answers, when it is not the destination');
});

t.test('one slow router on the way, or one with odd samples, does not move the start', async (t) => {
  t.equal(judge(path(1, 90, 10, 80, 90), usual)[0]?.hop, 4);
  t.equal(judge(path(1, 5, 70, 250, 90), usual)[0]?.hop, 3);
  t.equal(judge(path(1, 5, [70, 70, 9], 80, 90), usual)[0]?.hop, 4, 'the first hop that is surely higher');
});

t.test('what is within the usual spread, or below a millisecond, is nothing', async (t) => {
  const noisy = [20, 35, 25, 60, 30, 45, 22, 38].map((rtt) => path(1, rtt));
  t.same(judge(path(1, [58, 59, 61]), noisy), []);
  t.equal(judge(path(1, [158, 159, 161]), noisy).length, 1);
  const still = Array.from({ length: 10 }, () => path(0.1, 0.2));
  t.same(judge(path(0.1, 1.1), still), []);
  t.equal(judge(path(0.1, 1.3), still)[0]?.detail, 'Latency spike detected: 1.3ms vs 0.2ms average');
  t.same(judge(path(0.1, [0.2, 5, 5]), still), [], 'and one of three as usual makes it doubtful');
});

t.test('five earlier traces are too few for statistics, six are enough', async (t) => {
  const rise = path(1, 5, 17, 27, 37);
  t.same(judge(rise, usual.slice(0, 5)), []);
  t.equal(judge(rise, usual.slice(0, 6))[0]?.evidence.method, 'statistics');
  const [found] = judge(path(1, 5, 130, 140, 150), usual.slice(0, 1));
  t.match(found, {
    detail: 'Latency spike detected: 130ms vs 10ms average',
    severity: 'medium',
    evidence: { method: 'plain threshold', earlierTraces: 1, note: /too few earlier traces/ },
  });
});

t.test('a hop is compared with itself wherever it is on the path now', async (t) => {
  const moved: TraceSpec = {
    hops: [
      { address: addresses[0]!, rtt: 1 },
      { address: '192.0.2.50', rtt: 60 },
      { address: addresses[2]!, rtt: 70 },
      { address: addresses[4]!, rtt: 90 },
    ],
  };
  const [found] = judge(moved, usual);
  t.equal(found?.hop, 3, 'the new router has no past');
  t.match(found?.evidence, { after: 2, stepMs: null, address: addresses[2] });
});

t.test('RTTs from both sides of a path change are not mixed', async (t) => {
  const changing: TraceSpec = {
    hops: [
      { address: addresses[0]!, rtt: 1 },
      {
        address: addresses[1]!,
        addresses: [addresses[1]!, '192.0.2.1'],
        rtt: [90, 80],
        verdict: 'path-changed',
      },
    ],
    address: addresses[1]!,
  };
  t.same(judge(changing, usual), []);
});

t.test('since when', async (t) => {
  const raised = path(1, 5, 40, 50, 60);
  const [found] = judge(raised, [...usual, raised, raised, raised]);
  t.equal(found?.since, traceAt(usual.length).startedAt);
});

t.test('a rise that lasts becomes what is usual', async (t) => {
  const raised = path(1, 5, 40, 50, 60);
  const after = (n: number) => judge(raised, [...usual, ...Array.from({ length: n }, () => raised)]).length;
  t.same([after(1), after(8), after(60)], [1, 1, 0]);
});

t.test('congestion at the same hours is news for three days, then habit', async (t) => {
  const days = 12;
  const high = (hour: number) => hour >= 19 && hour < 23;
  const earlier: TraceSpec[] = [];
  const found: number[] = [];
  for (let hour = 0; hour < 24 * days; hour++) {
    const day = Math.floor(hour / 24);
    const rise = day >= 5 && high(hour % 24) ? 30 + (hour % 3) : 0;
    const spec = path(1, 5, 10 + rise, 20 + rise, 30 + rise + (hour % 7) / 10);
    if (judge(spec, earlier).length > 0) found.push(day);
    earlier.push(spec);
  }
  t.same([...new Set(found)], [5, 6, 7]);
  const longer = path(1, 5, 40, 50, 60);
  const days8 = Array.from({ length: 24 * 8 }, () => longer);
  const shorter = [...days8, ...Array.from({ length: 30 }, (_, n) => path(1, 5, 10, 20, 30 + (n % 7) / 10))];
  t.equal(judge(longer, shorter).length, 1, 'a way that was longer at all hours is none');
  const worse = path(1, 5, 130, 140, 150);
  t.equal(judge(worse, earlier.slice(0, -4)).length, 1, 'more than the habit is news');
});
