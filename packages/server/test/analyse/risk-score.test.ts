import fc from 'fast-check';
import t from 'tap';
import { holds, seedOf } from '../../../probe/test/seed.js';
import { analyse } from '../../src/analyse/analyse.js';
import type { Finding } from '../../src/analyse/judgement.js';
import type { Listing } from '../../src/analyse/listing.js';
import { RISK_WEIGHTS, riskScore } from '../../src/analyse/risk-score.js';
import type { HopSpec, TraceSpec } from '../a-trace.js';
import { baselineOf, traceAt } from './a-baseline.js';

// Only for a machine with much else to do.
t.setTimeout(120_000);

const listing = (role: Listing['role'], kind: Listing['kind'], prefix = '203.0.113.0/24'): Listing => ({
  address: '203.0.113.1',
  ttl: 4,
  role,
  kind,
  threat: { list: 'Spamhaus DROP', prefix, reason: '', sblId: null, listedAt: null },
});
const finding = (type: Finding['type'], severity: Finding['severity']): Finding => ({
  type,
  severity,
  detail: `a ${severity} one`,
  hop: null,
  confidence: 1,
  since: 0,
  evidence: {},
});

t.test('nothing found, nothing scored', async (t) => {
  t.same(riskScore([], []), { riskScore: 0, riskFactors: [] });
  t.same(riskScore([], [finding('PathDeviation', 'info')]), { riskScore: 0, riskFactors: [] });
});

t.test(
  'a listed destination is red, a listed router yellow, networks less, anomalies alone never red',
  async (t) => {
    const score = (...args: Parameters<typeof riskScore>) => riskScore(...args).riskScore;
    t.equal(score([listing('destination', 'prefix')], []), 70);
    t.equal(score([listing('transit', 'prefix')], []), 40);
    t.equal(score([listing('destination', 'as')], []), 30);
    t.equal(score([listing('transit', 'as')], []), 15);
    const types = [
      'PathDeviation',
      'HighLatency',
      'PacketLoss',
      'RoutingLoop',
      'DestinationUnreachable',
    ] as const;
    t.equal(
      score(
        [],
        types.map((type) => finding(type, 'critical')),
      ),
      60,
    );
  },
);

t.test('factors are named and say why; one entry and one type count once, at their worst', async (t) => {
  t.same(
    riskScore(
      [
        listing('transit', 'prefix'),
        { ...listing('destination', 'prefix'), address: '203.0.113.9', ttl: null },
      ],
      [finding('PathDeviation', 'low'), finding('PathDeviation', 'high'), finding('MaliciousIP', 'critical')],
    ),
    {
      riskScore: 90,
      riskFactors: [
        {
          name: 'listed destination',
          points: 70,
          because: '203.0.113.9, the destination, is in 203.0.113.0/24, listed on Spamhaus DROP',
        },
        { name: 'path deviation', points: 20, because: 'a high one' },
      ],
    },
  );
  t.same(
    riskScore([listing('destination', 'prefix', 'a'), listing('transit', 'prefix', 'b')], []).riskFactors.map(
      ({ points, because }) => [points, because],
    ),
    [
      [70, '203.0.113.1 at hop 4, the destination, is in a, listed on Spamhaus DROP'],
      [30, '203.0.113.1 at hop 4, a router on the way, is in b, listed on Spamhaus DROP'],
    ],
    'the last has what is left of 100',
  );
});

t.test('weights can be others', async (t) => {
  const weights = { ...RISK_WEIGHTS, anomaly: { ...RISK_WEIGHTS.anomaly, low: 1.5 }, anomalyCap: 2 };
  const { riskScore: score } = riskScore(
    [],
    [finding('PacketLoss', 'low'), finding('HighLatency', 'low')],
    weights,
  );
  t.equal(score, 2);
});

// Few addresses, prefixes and RTTs, so that paths meet each other and listings collide.
const address = fc.integer({ min: 1, max: 12 }).map((n) => `198.51.100.${n}`);
const threat = fc.record({
  prefix: fc.constantFrom('198.51.100.0/24', '198.51.0.0/16', '198.51.100.4/32', 'AS64500', 'AS64501'),
  list: fc.constantFrom('Spamhaus DROP', 'Spamhaus ASN-DROP', 'risky_ips.local.json'),
});
const hop: fc.Arbitrary<HopSpec> = fc.record({
  address: fc.option(address, { freq: 4 }),
  rtt: fc.array(fc.constantFrom(1, 10, 30, 31, 150), { minLength: 1, maxLength: 3 }),
  sent: fc.constantFrom(3, 10),
  verdict: fc.constantFrom('none', 'forwarding', 'rate-limited', 'silent', 'path-changed', 'unknown'),
  asn: fc.constantFrom(64500, 64502),
  country: fc.constantFrom('JP', 'US', 'RU'),
  threats: fc.array(threat, { maxLength: 3 }),
});
const path: fc.Arbitrary<TraceSpec> = fc.record({
  hops: fc.array(hop, { minLength: 1, maxLength: 8 }),
  address,
  reached: fc.boolean(),
  threats: fc.array(threat, { maxLength: 1 }),
});

t.test('of any path: the factors sum to the score, and one threat more never lowers it', async (t) => {
  const seed = seedOf(t);
  const history = fc.array(path, { maxLength: 14 });
  const judge = (current: TraceSpec, earlier: readonly TraceSpec[]) =>
    analyse(traceAt(earlier.length, current), baselineOf(earlier));

  holds(t, 'sums exactly, 0 to 100', seed, 1000, fc.tuple(path, history), ([current, earlier]) => {
    const { riskScore, riskFactors } = judge(current, earlier);
    const sum = riskFactors.reduce((sum, { points }) => sum + points, 0);
    if (sum !== riskScore || sum < 0 || sum > 100) throw new Error(`${sum} is not ${riskScore}`);
    if (riskFactors.some(({ points, because }) => points <= 0 || because === ''))
      throw new Error('an empty factor');
  });

  holds(
    t,
    'monotone',
    seed,
    2000,
    fc.tuple(path, history, fc.nat(), threat),
    ([current, earlier, at, more]) => {
      const hops = current.hops as readonly HopSpec[];
      const worse = {
        ...current,
        hops: hops.map((hop, n) =>
          n === at % hops.length ? { ...hop, threats: [...hop.threats!, more] } : hop,
        ),
      };
      const [before, after] = [judge(current, earlier).riskScore, judge(worse, earlier).riskScore];
      if (after < before) throw new Error(`${before} fell to ${after}`);
    },
  );
});
