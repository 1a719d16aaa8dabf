import t from 'tap';
import { listingsOf } from '../../src/analyse/listing.js';
import { alerts, maliciousIps } from '../../src/analyse/malicious-ip.js';
import { aTrace, QUIET, type TraceSpec } from '../a-trace.js';

const judge = (spec: TraceSpec) => {
  const listings = listingsOf(aTrace(spec));
  return { findings: maliciousIps(listings, 0), alerts: alerts(listings) };
};

t.test('no list names the path', async (t) => {
  t.same(judge({}), { findings: [], alerts: [] });
});

t.test('a listed router on the way', async (t) => {
  const { findings, alerts } = judge({
    hops: [
      QUIET[0],
      {
        address: '203.0.113.1',
        threats: [{ prefix: '203.0.113.0/24', sblId: 'SBL1', listedAt: '2026-01-01' }],
      },
      QUIET[3],
    ],
  });
  t.same(alerts, ['IP 203.0.113.1 flagged as malicious: listed on Spamhaus DROP']);
  t.match(findings, [
    {
      type: 'MaliciousIP',
      detail: alerts[0],
      hop: 2,
      severity: 'high',
      evidence: {
        address: '203.0.113.1',
        role: 'transit',
        prefix: '203.0.113.0/24',
        sblId: 'SBL1',
        listedAt: '2026-01-01',
      },
    },
  ]);
});

t.test('the destination weighs more, a network less', async (t) => {
  const severities = (spec: TraceSpec) => judge(spec).findings.map(({ severity }) => severity);
  const prefix = [{ prefix: '203.0.113.0/24' }];
  const as = [{ prefix: 'AS64500', list: 'Spamhaus ASN-DROP' }];
  t.same(severities({ hops: [QUIET[0], { address: QUIET[4], threats: prefix }] }), ['critical']);
  t.same(severities({ hops: [QUIET[0], { address: QUIET[4], threats: as }] }), ['medium']);
  t.same(severities({ hops: [{ address: QUIET[1], threats: as }, QUIET[4]] }), ['low']);
  t.same(judge({ hops: [{ address: QUIET[1], threats: as }, QUIET[4]] }).alerts, [
    'IP 198.51.100.1 flagged as malicious: its network AS64500 is listed on Spamhaus ASN-DROP',
  ]);
});

t.test(
  'a listed destination that does not answer is flagged all the same, one that does, once',
  async (t) => {
    const threats = [{ prefix: '203.0.113.0/24' }];
    const silent = judge({ hops: [QUIET[0], null], address: QUIET[4], reached: false, threats });
    t.match(silent.findings, [{ hop: null, severity: 'critical', evidence: { role: 'destination' } }]);
    t.equal(silent.alerts.length, 1);
    const answering = judge({ hops: [QUIET[0], { address: QUIET[4], threats }], threats });
    t.match(answering.findings, [{ hop: 2, severity: 'critical' }]);
    t.equal(answering.findings.length, 1);
  },
);

t.test('one alert per address and list', async (t) => {
  const threats = [
    { prefix: '203.0.113.0/24' },
    { prefix: '203.0.0.0/16' },
    { prefix: '203.0.113.1/32', list: 'risky_ips.local.json' },
  ];
  const { findings, alerts } = judge({
    hops: [{ address: '203.0.113.1', threats }, { address: '203.0.113.1', threats }, QUIET[3]],
  });
  t.same(alerts, [
    'IP 203.0.113.1 flagged as malicious: listed on Spamhaus DROP',
    'IP 203.0.113.1 flagged as malicious: listed on risky_ips.local.json',
  ]);
  t.equal(findings.length, 3, 'a finding per entry, at the first hop only');
});
