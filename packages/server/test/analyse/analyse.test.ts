import t from 'tap';
import { analyse } from '../../src/analyse/analyse.js';
import { emptyBaseline, fold } from '../../src/analyse/baseline.js';
import { QUIET } from '../a-trace.js';
import { baselineOf, times, traceAt } from './a-baseline.js';

t.test('the first trace of a target: nothing to compare with, and that is said', async (t) => {
  t.same(analyse(traceAt(0), emptyBaseline()), {
    findings: [],
    alerts: [],
    riskScore: 0,
    riskFactors: [],
    baseline: { traces: 0, since: null },
  });
});

t.test('a quiet path among quiet ones scores 0', async (t) => {
  const judgement = analyse(traceAt(12), baselineOf(times(12, { hops: QUIET })));
  t.same([judgement.findings, judgement.riskScore], [[], 0]);
  t.same(judgement.baseline, { traces: 12, since: traceAt(0).startedAt });
});

t.test('a baseline does not change when a trace is judged by it or added to it', async (t) => {
  const baseline = baselineOf(times(12, { hops: QUIET }));
  const copy = structuredClone(baseline);
  const strange = traceAt(12, { hops: [QUIET[0], '203.0.113.1', ...QUIET.slice(2)] });
  const before = analyse(strange, baseline);
  t.equal(before.findings.length, 1);
  const after = fold(baseline, strange);
  t.same(baseline, copy);
  t.same(analyse(strange, baseline), before, 'so that a trace is never part of what it is held against');
  t.equal(after.traces, 13);
});

t.test('everything at once: each finding once, and the points of each', async (t) => {
  const judgement = analyse(
    traceAt(20, {
      hops: [
        QUIET[0],
        { address: '203.0.113.1', rtt: 4, threats: [{ prefix: '203.0.113.0/24' }] },
        { address: QUIET[2], rtt: [80, 81, 82] },
        { address: QUIET[3], rtt: [90, 91], sent: 4, verdict: 'forwarding' },
        { address: QUIET[4], rtt: [150, 151], sent: 4, verdict: 'forwarding' },
      ],
    }),
    baselineOf(times(20, { hops: QUIET })),
  );
  t.same(
    judgement.findings.map(({ type, detail }) => [type, detail]),
    [
      ['MaliciousIP', 'IP 203.0.113.1 flagged as malicious: listed on Spamhaus DROP'],
      ['PathDeviation', 'New IP 203.0.113.1 detected at hop 2'],
      ['PacketLoss', 'Packet loss detected: 50% from hop 4 on'],
      ['HighLatency', 'Latency spike detected: 81ms vs 6ms average'],
    ],
  );
  t.same(judgement.alerts, ['IP 203.0.113.1 flagged as malicious: listed on Spamhaus DROP']);
  t.same(
    judgement.riskFactors.map(({ name, points }) => [name, points]),
    [
      ['listed transit', 40],
      ['packet loss', 20],
      ['high latency', 10],
      ['path deviation', 5],
    ],
  );
  t.equal(judgement.riskScore, 75);
});

t.test('what goes round is a loop, and no other way, delay or loss', async (t) => {
  const round = {
    hops: [...QUIET.slice(0, 3), QUIET[1], QUIET[2], QUIET[1], QUIET[2]].map((address, n) => ({
      address,
      rtt: 9 * n + 2,
    })),
    address: QUIET[4],
    reached: false,
    end: 'loop' as const,
  };
  const baseline = baselineOf(times(12, { hops: QUIET }));
  const types = analyse(traceAt(12, round), baseline).findings.map(({ type }) => type);
  t.same(types, ['DestinationUnreachable', 'RoutingLoop']);
  const after = fold(baseline, traceAt(12, round));
  t.same([...after.places.keys()], [...baseline.places.keys()], 'and it is not learned from');
});
