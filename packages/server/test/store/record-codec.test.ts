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
  const json = (bytes: Uint8Array) =>
    inflateRawSync(bytes.subarray(1), { dictionary: Buffer.from(RECORD_DICTIONARY_2) }).toString();
  const record = measured([333, 123, null, 123.25]);
  t.equal(json(encodeRecord(record)).match(/"rtt":0,"jitter":0/g)?.length, record.hops.length);

  const [first, ...others] = record.hops;
  const odd = { ...first!.hop, rtt: { ...first!.hop.rtt!, median: 1 }, jitter: null };
  const changed = { ...record, hops: [{ ...first!, hop: odd }, ...others] };
  t.same(decodeRecord(encodeRecord(changed)), changed);
});

t.test('records of the first format are read', async (t) => {
  const record = measured([1.5, 2.5]);
  const dictionary = Buffer.from(RECORD_DICTIONARY);
  const bytes = Buffer.concat([Buffer.of(1), deflateRawSync(JSON.stringify(record), { dictionary })]);
  t.ok(isDeepStrictEqual(decodeRecord(bytes), record));
  t.throws(() => decodeRecord(Buffer.of(9, 1, 2)), { message: 'record format 9 is not known' });
  t.throws(() => decodeRecord(Buffer.of()), { message: 'record format 0 is not known' });
});

t.test('the dictionaries are what they were when records were written with them', async (t) => {
  const { createHash } = await import('node:crypto');
  const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
  t.equal(digest(RECORD_DICTIONARY), 'de88cf28509258cc');
  t.equal(digest(RECORD_DICTIONARY_2), '32ec4da33c3f035f');
});
