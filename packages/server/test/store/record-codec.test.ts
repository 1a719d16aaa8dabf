import { isDeepStrictEqual } from 'node:util';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import t from 'tap';
import { summariseJitter } from '../../../probe/src/statistics/jitter.js';
import { summariseRtt } from '../../../probe/src/statistics/rtt.js';
import type { PathRecord } from '../../src/path-record.js';
import { decodeRecord, encodeRecord } from '../../src/store/record-codec.js';
import { RECORD_DICTIONARY } from '../../src/store/record-dictionary.js';
import { RECORD_DICTIONARY_2 } from '../../src/store/record-dictionary-2.js';
import { RECORD_DICTIONARY_3 } from '../../src/store/record-dictionary-3.js';
import { aTrace } from '../a-trace.js';
import { seedOf } from '../seed.js';

/** A record whose summaries are those of the tracer, of RTTs that are null where an attempt got no answer. */
function measured(attempts: readonly (number | null)[]): PathRecord {
  const record = aTrace();
  const hops = record.hops.map(({ hop, ...rest }) => {
    const samples = attempts.map((rttMs, attempt) =>
      rttMs === null
        ? null
        : ({ attempt, address: hop.address!, rttMs, stamp: 'kernel', replyHopLimit: 60 } as const),
    );
    const answered = samples.filter((sample) => sample !== null);
    return {
      ...rest,
      hop: { ...hop, samples: answered, rtt: summariseRtt(answered), jitter: summariseJitter(samples) },
    };
  });
  return { ...record, hops };
}

/** The JSON of format 3. */
function written(bytes: Uint8Array) {
  const dictionary = Buffer.from(RECORD_DICTIONARY_3);
  return JSON.parse(inflateRawSync(bytes.subarray(1), { dictionary }).toString());
}

t.test('what comes out is what went in, to the last bit', async (t) => {
  const rtt = fc.double({ min: 0, max: 5000, noNaN: true }).map((ms) => Math.round(ms * 1e6) / 1e6);
  fc.assert(
    fc.property(fc.array(fc.option(rtt), { maxLength: 12 }), (attempts) => {
      const record = measured(attempts);
      return isDeepStrictEqual(decodeRecord(encodeRecord(record)), record);
    }),
    { seed: seedOf(t) },
  );
  t.pass('holds');
});

t.test('summaries that follow from the samples take no room, others are kept as they are', async (t) => {
  const record = measured([333, 123, null, 123.25]);
  const { hops } = written(encodeRecord(record));
  const [RTT, JITTER] = [4, 5];
  t.strictSame(
    hops.map(([hop]: [unknown[]]) => [hop[RTT], hop[JITTER]]),
    record.hops.map(() => [0, 0]),
  );

  const [first, ...others] = record.hops;
  const odd = { ...first!.hop, rtt: { ...first!.hop.rtt!, median: 1 }, jitter: null };
  const changed = { ...record, hops: [{ ...first!, hop: odd }, ...others] };
  t.same(decodeRecord(encodeRecord(changed)), changed);
});

t.test('what has other fields than ours, or in another order, keeps its names', async (t) => {
  const record = measured([1, 2, 3]);
  const [first, second, third, ...others] = record.hops;
  const { ttl, ...hop } = first!.hop;
  const hops = [
    { ...first!, hop: { ...hop, ttl } },
    { ...second!, hop: { ...second!.hop, colour: 'blue', loss: { ...second!.hop.loss, sent: undefined } } },
    { ...third!, more: [1] },
    ...others,
  ] as unknown as PathRecord['hops'];
  const odd = { ...record, hops, about: undefined as never };
  const read = decodeRecord(encodeRecord(odd));
  t.strictSame(read, JSON.parse(JSON.stringify(odd)));
  t.strictSame(Object.keys(read.hops[0]!.hop), Object.keys(hops[0]!.hop), 'in the same order, too');
  const shapes = written(encodeRecord(odd)).hops.map((one: unknown) => Array.isArray(one));
  t.strictSame(shapes, [true, true, false, true, true]);
});

t.test('records of earlier formats are read', async (t) => {
  const record = measured([1.5, 2.5]);
  const bytes = (format: number, words: string, content: object) => {
    const dictionary = Buffer.from(words);
    return Buffer.concat([Buffer.of(format), deflateRawSync(JSON.stringify(content), { dictionary })]);
  };
  t.ok(isDeepStrictEqual(decodeRecord(bytes(1, RECORD_DICTIONARY, record)), record));
  const marked = record.hops.map(({ hop, ...rest }) => ({ hop: { ...hop, rtt: 0, jitter: 0 }, ...rest }));
  const second = decodeRecord(bytes(2, RECORD_DICTIONARY_2, { ...record, hops: marked }));
  t.ok(isDeepStrictEqual(second, record));
  t.throws(() => decodeRecord(Buffer.of(9, 1, 2)), { message: 'record format 9 is not known' });
  t.throws(() => decodeRecord(Buffer.of()), { message: 'record format 0 is not known' });
});

/** Has every shape in it once. */
const described = {
  address: '192.0.2.1',
  special: {
    kind: 'documentation',
    name: 'Documentation (TEST-NET-1)',
    prefix: '192.0.2.0/24',
    rfc: 'RFC 5737',
    globallyReachable: false,
    embedded: null,
  },
  place: {
    city: 'Zürich',
    subdivisions: ['Zurich'],
    country: 'Switzerland',
    countryCode: 'CH',
    lat: 47.4,
    lon: 8.5,
    radiusKm: 20,
    timezone: 'Europe/Zurich',
    source: 'a database',
  },
  network: { asn: 64500, name: 'Example', prefix: '192.0.2.0/24', source: 'another' },
  threats: [],
};
const aHop = {
  ttl: 1,
  address: '192.0.2.1',
  addresses: ['192.0.2.1'],
  samples: [{ attempt: 0, address: '192.0.2.1', rttMs: 1.5, stamp: 'kernel', replyHopLimit: 63 }],
  rtt: null,
  jitter: null,
  loss: { sent: 3, received: 1, ratio: 0.5, verdict: 'unknown', evidence: '1 of 3' },
  capacity: { kind: 'estimate', mbps: 9, low: 8, high: 10, confidence: 0.95, samples: 14 },
  mpls: [],
  unreachable: null,
  mtu: null,
  destination: false,
  discarded: 0,
} as const;
const bounded = { kind: 'at-least', mbps: 5, cause: 'noisy', reason: 'why' } as const;
const unmeasured = { kind: 'unmeasured', cause: 'off', reason: 'not asked for' } as const;
const oneOfEach: PathRecord = {
  ...aTrace(),
  hops: [
    { hop: aHop, about: described, hostname: 'a.example' },
    { hop: { ...aHop, capacity: bounded }, about: null, hostname: null, placeFeasible: true },
    { hop: { ...aHop, capacity: unmeasured }, about: null, hostname: null },
  ],
  about: described,
};
const ABOUT = [
  '192.0.2.1',
  ['documentation', 'Documentation (TEST-NET-1)', '192.0.2.0/24', 'RFC 5737', false, null],
  ['Zürich', ['Zurich'], 'Switzerland', 'CH', 47.4, 8.5, 20, 'Europe/Zurich', 'a database'],
  [64500, 'Example', '192.0.2.0/24', 'another'],
  [],
];
const hopWith = (capacity: readonly unknown[]) => [
  1,
  '192.0.2.1',
  ['192.0.2.1'],
  [[0, '192.0.2.1', 1.5, 'kernel', 63]],
  null,
  0,
  [3, 1, 0.5, 'unknown', '1 of 3'],
  capacity,
  [],
  null,
  null,
  false,
  0,
];
const ONE_OF_EACH = {
  hops: [
    [hopWith(['estimate', 9, 8, 10, 0.95, 14]), ABOUT, 'a.example'],
    [hopWith(['at-least', 5, 'noisy', 'why']), null, null, true],
    [hopWith(['unmeasured', 'off', 'not asked for']), null, null],
  ],
  about: ABOUT,
};

t.test('the shapes are what they were when records were written with them', async (t) => {
  const { hops, about } = written(encodeRecord(oneOfEach));
  t.strictSame({ hops, about }, ONE_OF_EACH);
  t.strictSame(decodeRecord(encodeRecord(oneOfEach)), oneOfEach);
});

t.test('the dictionaries are what they were when records were written with them', async (t) => {
  const { createHash } = await import('node:crypto');
  const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
  t.equal(digest(RECORD_DICTIONARY), 'de88cf28509258cc');
  t.equal(digest(RECORD_DICTIONARY_2), '32ec4da33c3f035f');
  t.equal(digest(RECORD_DICTIONARY_3), '2b6311a4a74c5b8c');
});
