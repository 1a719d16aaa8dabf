import t from 'tap';
import { analyse } from '../../src/analyse/analyse.js';
import { aStoredTrace, earlierTraces, QUIET } from '../a-trace.js';

t.test('the first trace of a target: nothing to compare with, and that is said', async (t) => {
  t.same(analyse(aStoredTrace(1), []), {
    findings: [],
    alerts: [],
    riskScore: 0,
    riskFactors: [],
    baseline: { traces: 0, since: null },
  });
});

t.test('a quiet path among quiet ones scores 0', async (t) => {
  const earlier = earlierTraces(...Array.from({ length: 12 }, () => ({ hops: QUIET })));
  const judgement = analyse(aStoredTrace(13), earlier);
  t.same([judgement.findings, judgement.riskScore], [[], 0]);
  t.same(judgement.baseline, { traces: 12, since: earlier.at(-1)!.startedAt });
});

t.test(
  'a trace is never in its own baseline, nor is a later one, another protocol, or a stopped one',
  async (t) => {
    const strange = { hops: [QUIET[0], '203.0.113.1', QUIET[4]] };
    const usual = { hops: [QUIET[0], QUIET[1], QUIET[4]] };
    const current = aStoredTrace(5, strange);
    const earlier = [
      aStoredTrace(9, strange),
      current,
      aStoredTrace(4, { ...strange, protocol: 'udp' }),
      aStoredTrace(3, { ...strange, end: 'aborted' }),
      aStoredTrace(2, { hops: ['2001:db8::1', '203.0.113.1', '2001:db8::5'] }),
      aStoredTrace(1, usual),
    ];
    const { baseline, findings } = analyse(current, earlier);
    t.same(baseline, { traces: 1, since: earlier.at(-1)!.startedAt });
    t.same(
      findings.map(({ detail }) => detail),
      ['New IP 203.0.113.1 detected at hop 2'],
    );
  },
);

t.test('everything at once: each finding once, and the points of each', async (t) => {
  const earlier = earlierTraces(...Array.from({ length: 8 }, () => ({ hops: QUIET })));
  const judgement = analyse(
    aStoredTrace(9, {
      hops: [
        QUIET[0],
        { address: '203.0.113.1', rtt: 4, threats: [{ prefix: '203.0.113.0/24' }] },
        { address: QUIET[2], rtt: [80, 81, 82] },
        { address: QUIET[3], rtt: [90, 91], sent: 3, verdict: 'forwarding' },
        { address: QUIET[4], rtt: [150, 151], sent: 3, verdict: 'forwarding' },
      ],
    }),
    earlier,
  );
  t.same(
    judgement.findings.map(({ type, detail }) => [type, detail]),
    [
      ['MaliciousIP', 'IP 203.0.113.1 flagged as malicious: listed on Spamhaus DROP'],
      ['PathDeviation', 'New IP 203.0.113.1 detected at hop 2'],
      ['PacketLoss', 'Packet loss detected: 33% from hop 4 on'],
      ['HighLatency', 'Latency spike detected: 81ms vs 6ms average'],
    ],
  );
  t.same(judgement.alerts, ['IP 203.0.113.1 flagged as malicious: listed on Spamhaus DROP']);
  t.same(
    judgement.riskFactors.map(({ name, points }) => [name, points]),
    [
      ['listed transit', 40],
      ['packet loss', 10],
      ['high latency', 10],
      ['path deviation', 5],
    ],
  );
  t.equal(judgement.riskScore, 65);
});
