import type { Baseline } from './baseline.js';
import { type HopDigest, rttCode, rttOfCode, type TraceDigest } from './digest.js';
import type { Place, Sighting } from './place.js';

/*
 * A baseline as bytes, little-endian:
 *
 *     1 format | 4 traces | 8 since, NaN of none | 1 places | 1 recent traces | 1 daily traces | 4 length of the words
 *     words: addresses and countries, JSON
 *     each place    1 TTL | 4 answered | 4 start | 4 wide, 0 if it is not | 1 sightings, and
 *     each sighting 2 address | 4 first | 4 last | 4 traces | 8 since | 4 seen | 4 AS | 2 country
 *     each trace    8 start | 1 hops to the destination, 0 if not reached | 1 first TTL | 1 hops, and
 *     each hop      2 address | 2 RTT (rttCode), 0 if none | 1 sent | 1 received
 *
 * An address or a country is its number among the words, from 1; 0 is none. No AS is all bits.
 */
const FORMAT = 2;
const HEAD_BYTES = 20;
const PLACE_BYTES = 14;
const SIGHTING_BYTES = 32;
const TRACE_BYTES = 11;
const HOP_BYTES = 6;
const NO_AS = 0xffffffff;

/** At most 30 kB. */
export function encode({ traces, since, places, recent, daily }: Baseline): Buffer {
  const words = new Words(recent[0] instanceof PackedTrace ? recent[0].words : []);
  const body = Buffer.allocUnsafe(
    sizeOf([...places.values()], PLACE_BYTES, SIGHTING_BYTES, ({ sightings }) => sightings.size) +
      sizeOf(recent, TRACE_BYTES, HOP_BYTES, ({ hopCount }) => hopCount) +
      sizeOf(daily, TRACE_BYTES, HOP_BYTES, ({ hopCount }) => hopCount),
  );
  let at = 0;
  for (const [ttl, place] of places) at = writePlace(body, at, ttl, place, words);
  for (const trace of recent) at = writeTrace(body, at, trace, words);
  for (const trace of daily) at = writeTrace(body, at, trace, words);

  const text = Buffer.from(JSON.stringify(words.all));
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head[0] = FORMAT;
  head.writeUInt32LE(traces, 1);
  head.writeDoubleLE(since ?? Number.NaN, 5);
  head[13] = places.size;
  head[14] = recent.length;
  head[15] = daily.length;
  head.writeUInt32LE(text.length, 16);
  return Buffer.concat([head, text, body]);
}

/** The baseline that was encoded, equal in every field. Throws on bytes that are none. */
export function decode(bytes: Uint8Array): Baseline {
  if (bytes[0] !== FORMAT) throw new Error(`baseline format ${bytes[0]} is not known`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const since = buffer.readDoubleLE(5);
  const bodyAt = HEAD_BYTES + buffer.readUInt32LE(16);
  const reader = new Reader(buffer, bodyAt, JSON.parse(buffer.toString('utf8', HEAD_BYTES, bodyAt)));
  return {
    traces: buffer.readUInt32LE(1),
    since: Number.isNaN(since) ? null : since,
    places: new Map(Array.from({ length: buffer[13]! }, () => reader.place())),
    recent: Array.from({ length: buffer[14]! }, () => reader.trace()),
    daily: Array.from({ length: buffer[15]! }, () => reader.trace()),
  };
}

function sizeOf<T>(all: readonly T[], own: number, each: number, parts: (one: T) => number): number {
  return all.reduce((sum, one) => sum + own + each * parts(one), 0);
}

/** Numbers words as they are first met, those of before as they were. */
class Words {
  readonly before: readonly string[];
  readonly #numbers = new Map<string, number>();

  constructor(before: readonly string[]) {
    this.before = before;
    for (const [at, word] of before.entries()) this.#numbers.set(word, at + 1);
  }

  get all(): string[] {
    return [...this.#numbers.keys()];
  }

  numberOf(word: string | null): number {
    if (word === null) return 0;
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    this.#numbers.set(word, this.#numbers.size + 1);
    return this.#numbers.size;
  }
}

function writePlace(bytes: Buffer, from: number, ttl: number, place: Place, words: Words): number {
  let at = from;
  bytes[at] = ttl;
  bytes.writeUInt32LE(place.answered, at + 1);
  bytes.writeUInt32LE(place.start, at + 5);
  bytes.writeUInt32LE(place.wide ?? 0, at + 9);
  bytes[at + 13] = place.sightings.size;
  at += PLACE_BYTES;
  for (const [address, { first, last, traces, since, seen, asn, country }] of place.sightings) {
    bytes.writeUInt16LE(words.numberOf(address), at);
    bytes.writeUInt32LE(first, at + 2);
    bytes.writeUInt32LE(last, at + 6);
    bytes.writeUInt32LE(traces, at + 10);
    bytes.writeDoubleLE(since, at + 14);
    bytes.writeUInt32LE(seen, at + 22);
    bytes.writeUInt32LE(asn ?? NO_AS, at + 26);
    bytes.writeUInt16LE(words.numberOf(country), at + 30);
    at += SIGHTING_BYTES;
  }
  return at;
}

function writeTrace(bytes: Buffer, from: number, trace: TraceDigest, words: Words): number {
  if (trace instanceof PackedTrace && trace.words === words.before) return trace.copyTo(bytes, from);
  const { startedAt, length, firstTtl, hopCount, hops } = trace;
  let at = from;
  bytes.writeDoubleLE(startedAt, at);
  bytes[at + 8] = length ?? 0;
  bytes[at + 9] = firstTtl;
  bytes[at + 10] = hopCount;
  at += TRACE_BYTES;
  for (const { address, rttMs, sent, received } of hops) {
    const number = words.numberOf(address);
    const code = rttMs === null ? 0 : rttCode(rttMs);
    bytes[at] = number;
    bytes[at + 1] = number >> 8;
    bytes[at + 2] = code;
    bytes[at + 3] = code >> 8;
    bytes[at + 4] = sent;
    bytes[at + 5] = received;
    at += HOP_BYTES;
  }
  return at;
}

class Reader {
  readonly #bytes: Buffer;
  readonly #words: readonly string[];
  #at: number;

  constructor(bytes: Buffer, at: number, words: readonly string[]) {
    this.#bytes = bytes;
    this.#words = words;
    this.#at = at;
  }

  place(): [number, Place] {
    const [bytes, at] = [this.#bytes, this.#at];
    this.#at += PLACE_BYTES;
    const sightings = Array.from({ length: bytes.readUInt8(at + 13) }, () => this.#sighting());
    return [
      bytes[at]!,
      {
        answered: bytes.readUInt32LE(at + 1),
        start: bytes.readUInt32LE(at + 5),
        wide: bytes.readUInt32LE(at + 9) || null,
        sightings: new Map(sightings),
      },
    ];
  }

  #sighting(): [string, Sighting] {
    const [bytes, at] = [this.#bytes, this.#at];
    this.#at += SIGHTING_BYTES;
    const asn = bytes.readUInt32LE(at + 26);
    return [
      this.#words[bytes.readUInt16LE(at) - 1]!,
      {
        first: bytes.readUInt32LE(at + 2),
        last: bytes.readUInt32LE(at + 6),
        traces: bytes.readUInt32LE(at + 10),
        since: bytes.readDoubleLE(at + 14),
        seen: bytes.readUInt32LE(at + 22),
        asn: asn === NO_AS ? null : asn,
        country: this.#words[bytes.readUInt16LE(at + 30) - 1] ?? null,
      },
    ];
  }

  trace(): TraceDigest {
    const [bytes, at] = [this.#bytes, this.#at];
    this.#at = at + TRACE_BYTES + HOP_BYTES * bytes.readUInt8(at + 10);
    if (this.#at > bytes.length) throw new Error('the baseline is cut short');
    return new PackedTrace(bytes, at, this.#at, this.#words);
  }
}

/** A trace whose hops are read when they are first asked for: most are only written again. */
class PackedTrace implements TraceDigest {
  readonly startedAt: number;
  readonly length: number | null;
  readonly firstTtl: number;
  readonly hopCount: number;
  readonly #bytes: Buffer;
  readonly #from: number;
  readonly #to: number;
  readonly #words: readonly string[];
  #hops: readonly HopDigest[] | null = null;

  constructor(bytes: Buffer, from: number, to: number, words: readonly string[]) {
    this.startedAt = bytes.readDoubleLE(from);
    this.length = bytes[from + 8]! || null;
    this.firstTtl = bytes[from + 9]!;
    this.hopCount = bytes[from + 10]!;
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
    this.#words = words;
  }

  /** The words that its bytes mean by their numbers. */
  get words(): readonly string[] {
    return this.#words;
  }

  /** Writes its bytes as they are; where they end. */
  copyTo(bytes: Buffer, at: number): number {
    return at + this.#bytes.copy(bytes, at, this.#from, this.#to);
  }

  get hops(): readonly HopDigest[] {
    this.#hops ??= this.#read();
    return this.#hops;
  }

  #read(): HopDigest[] {
    const [bytes, words] = [this.#bytes, this.#words];
    const hops: HopDigest[] = [];
    for (let at = this.#from + TRACE_BYTES; at < this.#to; at += HOP_BYTES) {
      const word = bytes[at]! | (bytes[at + 1]! << 8);
      const code = bytes[at + 2]! | (bytes[at + 3]! << 8);
      hops.push({
        address: word === 0 ? null : words[word - 1]!,
        rttMs: code === 0 ? null : rttOfCode(code),
        sent: bytes[at + 4]!,
        received: bytes[at + 5]!,
      });
    }
    return hops;
  }
}
