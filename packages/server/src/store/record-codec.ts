import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Hop } from '@locator/probe';
import type { DescribedHop, PathRecord } from '../path-record.js';
import { derivedJitter, derivedRtt } from './derived-summary.js';
import { RECORD_DICTIONARY } from './record-dictionary.js';
import { RECORD_DICTIONARY_2 } from './record-dictionary-2.js';
import { RECORD_DICTIONARY_3 } from './record-dictionary-3.js';
import { aboutShape, hopsShape } from './record-shapes.js';

/*
 * A stored record is one byte for its format, then JSON, deflated (RFC 1951) with a preset dictionary. A new way to
 * write gets a new number; all stay readable.
 *
 * 1: all of the record.
 * 2: with 0 in place of a hop's RTT and jitter summaries where they follow from its samples.
 * 3: the same, and what it has many of without names (record-shapes.ts).
 */
const FORMAT = 3;

/**
 * A record is some 8 kB of text: with a window to match, and so little of a search that it is 13 % longer for it, it
 * takes two thirds of the time. Any setting is read alike.
 */
const DEFLATE = { level: 2, windowBits: 14, memLevel: 6, chunkSize: 4096 } as const;

const dictionaries: Readonly<Record<number, Buffer>> = {
  1: Buffer.from(RECORD_DICTIONARY),
  2: Buffer.from(RECORD_DICTIONARY_2),
  3: Buffer.from(RECORD_DICTIONARY_3),
};

/** A record as bytes. */
export function encodeRecord(record: PathRecord): Buffer {
  const condensed = {
    ...record,
    hops: hopsShape.pack(record.hops.map(condense)),
    about: aboutShape.pack(record.about),
  };
  const dictionary = dictionaries[FORMAT];
  const deflated = deflateRawSync(JSON.stringify(condensed), { ...DEFLATE, dictionary });
  return Buffer.concat([Buffer.of(FORMAT), deflated]);
}

/** The record that was encoded, equal in every field. Throws on bytes that are none. */
export function decodeRecord(bytes: Uint8Array): PathRecord {
  const format = bytes[0] ?? 0;
  const dictionary = dictionaries[format];
  if (dictionary === undefined) throw new Error(`record format ${format} is not known`);
  const read = JSON.parse(inflateRawSync(bytes.subarray(1), { dictionary }).toString());
  if (format === 1) return read;
  if (format === 3) {
    read.hops = hopsShape.unpack(read.hops);
    if (read.about !== undefined) read.about = aboutShape.unpack(read.about);
  }
  return { ...read, hops: read.hops.map(expand) };
}

type Condensed = Omit<DescribedHop, 'hop'> & {
  readonly hop: Omit<Hop, 'rtt' | 'jitter'> & { rtt: Hop['rtt'] | 0; jitter: Hop['jitter'] | 0 };
};

function condense({ hop, ...rest }: DescribedHop): Condensed {
  const rtt = isSame(hop.rtt, derivedRtt(hop.samples)) ? 0 : hop.rtt;
  const jitter = isSame(hop.jitter, derivedJitter(hop.samples)) ? 0 : hop.jitter;
  return { hop: { ...hop, rtt, jitter }, ...rest };
}

function expand({ hop, ...rest }: Condensed): DescribedHop {
  const rtt = hop.rtt === 0 ? derivedRtt(hop.samples) : hop.rtt;
  const jitter = hop.jitter === 0 ? derivedJitter(hop.samples) : hop.jitter;
  return { hop: { ...hop, rtt, jitter }, ...rest };
}

/** Whether two summaries have the same figures, in the same order. */
function isSame(a: object | null, b: object | null): boolean {
  if (a === null || b === null) return a === b;
  const names = Object.keys(b);
  const own = Object.keys(a);
  return (
    own.length === names.length &&
    own.every((name, at) => name === names[at] && Object.is(Reflect.get(a, name), Reflect.get(b, name)))
  );
}
