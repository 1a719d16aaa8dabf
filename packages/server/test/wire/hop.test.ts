import type { Description } from '@locator/intel';
import type { Capacity, Hop } from '@locator/probe';
import fc from 'fast-check';
import t from 'tap';
import Value from 'typebox/value';
import { encodeHop } from '../../src/wire/hop.js';
import { HopSchema } from '../../src/wire/hop-schema.js';
import { aHop } from '../a-trace.js';
import { seedOf } from '../seed.js';

const tokyo: Description = {
  address: '203.0.113.7',
  special: null,
  place: {
    city: 'Tokyo',
    subdivisions: ['Tokyo'],
    country: 'Japan',
    countryCode: 'JP',
    lat: 35.6895,
    lon: 139.6917,
    radiusKm: 20,
    timezone: 'Asia/Tokyo',
    source: 'GeoLite2-City',
  },
  network: { asn: 2516, name: 'KDDI CORPORATION', prefix: '203.0.113.0/24', source: 'GeoLite2-ASN' },
  threats: [
    {
      list: 'Spamhaus DROP',
      prefix: '203.0.113.0/24',
      reason: 'listed',
      sblId: 'SBL1',
      listedAt: '2026-01-01',
    },
  ],
};

const measured: Hop = {
  ...aHop(4, { address: '203.0.113.7', rtt: [10.12345, 10.5, 11] }).hop,
  addresses: ['203.0.113.7', '203.0.113.8'],
  rtt: { samples: 3, min: 10.12345, median: 10.5004, max: 11, stddev: 0.44444, stamps: 'kernel' },
  jitter: { mean: 0.43827, rfc3550: 0.0271, p95MinusMin: 0.87655 },
  loss: { sent: 4, received: 3, ratio: 0.25, verdict: 'rate-limited', evidence: '3 of 4 answered' },
  capacity: { kind: 'estimate', mbps: 94.12345, low: 90, high: 99.5, confidence: 0.95, samples: 14 },
  mpls: [{ label: 24001, trafficClass: 0, bottom: true, ttl: 1 }],
};

t.test('every field of a measured and known hop', async (t) => {
  t.strictSame(encodeHop({ hop: measured, about: tokyo, hostname: 'router.example.net' }), {
    ip: '203.0.113.7',
    latency: 10.5,
    jitter: 0.438,
    packet_loss: '25%',
    bandwidth_mbps: 94.123,
    location: 'Tokyo, Japan',
    asn: 2516,
    isp: 'KDDI CORPORATION',
    geo: { lat: 35.6895, lon: 139.6917, radius_km: 20, timezone: 'Asia/Tokyo' },
    hop: 4,
    hostname: 'router.example.net',
    addresses: ['203.0.113.7', '203.0.113.8'],
    rtt: { samples: 3, min: 10.123, median: 10.5, max: 11, stddev: 0.444, stamps: 'kernel' },
    samples_ms: [10.123, 10.5, 11, null],
    jitter_ms: { mean: 0.438, rfc3550: 0.027, p95_minus_min: 0.877 },
    loss: { sent: 4, received: 3, ratio: 0.25, verdict: 'rate-limited', evidence: '3 of 4 answered' },
    capacity: {
      kind: 'estimate',
      mbps: 94.123,
      low: 90,
      high: 99.5,
      confidence: 0.95,
      samples: 14,
      cause: null,
      reason: null,
    },
    network: { asn: 2516, name: 'KDDI CORPORATION', prefix: '203.0.113.0/24' },
    place: {
      city: 'Tokyo',
      country: 'Japan',
      country_code: 'JP',
      lat: 35.6895,
      lon: 139.6917,
      radius_km: 20,
      timezone: 'Asia/Tokyo',
      feasible: null,
      source: 'GeoLite2-City',
    },
    threats: [{ list: 'Spamhaus DROP', prefix: '203.0.113.0/24', reason: 'listed', listed_at: '2026-01-01' }],
    mpls: [{ label: 24001, traffic_class: 0, bottom: true, ttl: 1 }],
    special: null,
    unreachable: null,
    discarded: 0,
  });
});

t.test('a silent hop', async (t) => {
  t.strictSame(encodeHop(aHop(3)), {
    ip: '*',
    latency: null,
    jitter: 'None',
    packet_loss: '100%',
    bandwidth_mbps: 'None',
    location: 'Unknown',
    asn: 'Unknown',
    isp: 'Unknown',
    geo: 'Unknown',
    hop: 3,
    hostname: null,
    addresses: [],
    rtt: null,
    samples_ms: [null, null, null],
    jitter_ms: null,
    loss: { sent: 3, received: 0, ratio: 1, verdict: 'silent', evidence: '0 of 3 probes answered' },
    capacity: {
      kind: 'unmeasured',
      mbps: null,
      low: null,
      high: null,
      confidence: null,
      samples: null,
      cause: 'off',
      reason: 'not asked for',
    },
    network: null,
    place: null,
    threats: [],
    mpls: [],
    special: null,
    unreachable: null,
    discarded: 0,
  });
});

t.test('asn is a number in a trace and a text in history', async (t) => {
  const hop = aHop(1, { address: '203.0.113.7', asn: 2516 });
  t.equal(encodeHop(hop).asn, 2516);
  t.equal(encodeHop(hop, 'trace').asn, 2516);
  t.equal(encodeHop(hop, 'history').asn, 'AS2516');
  t.equal(encodeHop(aHop(1, { address: '203.0.113.7' }), 'history').asn, 'Unknown');
});

t.test('location with parts missing', async (t) => {
  const at = (place: Partial<NonNullable<Description['place']>> | null) =>
    encodeHop({
      hop: measured,
      about: { ...tokyo, place: place === null ? null : { ...tokyo.place!, ...place } },
      hostname: null,
    });
  t.equal(at({ city: null }).location, 'Japan');
  t.equal(at({ city: '' }).location, 'Japan');
  t.equal(at({ country: null }).location, 'Tokyo');
  t.equal(at({ city: null, country: null }).location, 'Unknown');
  t.equal(at(null).location, 'Unknown');
  t.equal(at({ lat: null }).geo, 'Unknown');
  t.equal(at({ lon: null }).geo, 'Unknown');
  t.equal(at(null).geo, 'Unknown');
  t.strictSame(at({ lat: 0, lon: 0, radiusKm: null, timezone: null }).geo, {
    lat: 0,
    lon: 0,
    radius_km: null,
    timezone: null,
  });
});

t.test('a network without a name is an unknown ISP', async (t) => {
  const about = { ...tokyo, network: { ...tokyo.network!, name: '' } };
  t.equal(encodeHop({ hop: measured, about, hostname: null }).isp, 'Unknown');
});

t.test('capacity: a bound is a number, the kind says what it is', async (t) => {
  const atLeast = encodeHop(
    aHop(1, {
      address: '192.0.2.1',
      capacity: {
        kind: 'at-least',
        mbps: 700.00049,
        cause: 'source-limited',
        reason: 'limited by the sender',
      },
    }),
  );
  t.equal(atLeast.bandwidth_mbps, 700);
  t.strictSame(atLeast.capacity, {
    kind: 'at-least',
    mbps: 700,
    low: null,
    high: null,
    confidence: null,
    samples: null,
    cause: 'source-limited',
    reason: 'limited by the sender',
  });
});

t.test('capacity: one stored before causes were said has none', async (t) => {
  const old = { kind: 'unmeasured', reason: 'capacity is not measured yet' } as unknown as Capacity;
  const { bandwidth_mbps, capacity } = encodeHop(aHop(1, { address: '192.0.2.1', capacity: old }));
  t.equal(bandwidth_mbps, 'None');
  t.match(capacity, { kind: 'unmeasured', cause: null, reason: 'capacity is not measured yet' });
});

t.test('special and unreachable', async (t) => {
  const json = encodeHop(
    aHop(2, { address: '10.0.0.1', special: 'private', unreachable: 'host-unreachable' }),
  );
  t.equal(json.special, 'private');
  t.equal(json.unreachable, 'host-unreachable');
});

t.test('any hop fits the published schema, and its numbers have at most three decimals', async (t) => {
  const capacity = fc.oneof(
    fc.record({
      kind: fc.constant('estimate' as const),
      mbps: fc.double({ min: 0.001, max: 1e5, noNaN: true }),
      low: fc.double({ min: 0, max: 1e5, noNaN: true }),
      high: fc.double({ min: 0, max: 1e5, noNaN: true }),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      samples: fc.nat(100),
    }),
    fc.record({
      kind: fc.constant('at-least' as const),
      mbps: fc.double({ min: 0.001, max: 1e5, noNaN: true }),
      cause: fc.constant('source-limited' as const),
      reason: fc.string(),
    }),
    fc.record({
      kind: fc.constant('unmeasured' as const),
      cause: fc.constant('noisy' as const),
      reason: fc.string(),
    }),
  );
  const spec = fc.record(
    {
      address: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constant(null)),
      rtt: fc.array(fc.double({ min: 0.001, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 5 }),
      asn: fc.nat(2 ** 32 - 1),
      country: fc.constantFrom('JP', 'DE', 'US'),
      city: fc.string(),
      hostname: fc.string(),
      threats: fc.array(fc.record({ prefix: fc.string() })),
      unreachable: fc.string(),
      capacity,
    },
    { requiredKeys: ['address'] },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), spec, (ttl, spec) => {
      const json = JSON.parse(JSON.stringify(encodeHop(aHop(ttl, spec))));
      const { latency } = json;
      return Value.Check(HopSchema, json) && (latency === null || /^\d+(\.\d{1,3})?$/.test(String(latency)));
    }),
    { seed: seedOf(t) },
  );
  t.pass('for any hop');
});
