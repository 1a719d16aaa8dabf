import { parseIPv4, parseIPv6 } from '../address/parse-address.js';
import { IntelError } from '../errors.js';
import { legible } from '../legible.js';
import type { AsnColumns } from './asn-table.js';

const LINE_FEED = 10;

/** Share of rows that may be unreadable before the whole file is refused. */
const MOST_UNREADABLE = 0.001;

/** Rows read between two yields: some 10 ms. */
const SLICE = 1 << 13;

/**
 * Reads the two files of `@ip-location-db/asn`: rows `first,last,number,organisation`, inclusive, sorted, with
 * the organisation quoted (RFC 4180) where it has to be. Throws DATABASE_BROKEN when too many are unreadable.
 * A generator, as half a million rows take half a second: each yield is a place to pause.
 */
export function* parseAsnCsv(csv4: Buffer, csv6: Buffer): Generator<void, AsnColumns> {
  const owners = new Owners();
  const four = yield* rangesOf(csv4, 1, owners, (text, words, at) => {
    const bits = parseIPv4(text);
    words[at] = bits;
    return bits >= 0;
  });
  const six = yield* rangesOf(csv6, 4, owners, (text, words, at) =>
    parseIPv6(text, words.subarray(at, at + 4)),
  );
  return {
    starts4: four.starts,
    ends4: four.ends,
    owners4: four.owners,
    starts6: six.starts,
    ends6: six.ends,
    owners6: six.owners,
    ...owners.columns(),
  };
}

function* rangesOf(
  csv: Buffer,
  stride: number,
  owners: Owners,
  parse: (text: string, words: Uint32Array, at: number) => boolean,
): Generator<void, { starts: Uint32Array; ends: Uint32Array; owners: Uint32Array }> {
  let lines = 1;
  for (let at = csv.indexOf(LINE_FEED); at >= 0; at = csv.indexOf(LINE_FEED, at + 1)) lines += 1;
  const starts = new Uint32Array(lines * stride);
  const ends = new Uint32Array(lines * stride);
  const owner = new Uint32Array(lines);
  let rows = 0;
  let unreadable = 0;
  for (let from = 0; from < csv.length; ) {
    const feed = csv.indexOf(LINE_FEED, from);
    const to = feed < 0 ? csv.length : feed;
    const line = csv.toString('utf8', from, to);
    from = to + 1;
    if (line === '') continue;
    const first = line.indexOf(',');
    const second = line.indexOf(',', first + 1);
    const at = rows * stride;
    const owned = second < 0 ? null : owners.indexOf(line.slice(second + 1));
    const readable =
      owned !== null &&
      parse(line.slice(0, first), starts, at) &&
      parse(line.slice(first + 1, second), ends, at) &&
      follows(starts, ends, at, stride);
    if (readable) {
      owner[rows] = owned;
      rows += 1;
    } else {
      unreadable += 1;
    }
    if ((rows + unreadable) % SLICE === 0) yield;
  }
  if (rows === 0 || unreadable > (rows + unreadable) * MOST_UNREADABLE) {
    throw new IntelError('DATABASE_BROKEN', `${unreadable} of ${rows + unreadable} rows are unreadable`);
  }
  // slice, not subarray: the room reserved for unreadable rows goes.
  return {
    starts: starts.slice(0, rows * stride),
    ends: ends.slice(0, rows * stride),
    owners: owner.slice(0, rows),
  };
}

/**
 * Whether the range at `at` is one and starts behind the start of the one before. Where it starts before that
 * one ends (the real data has such a pair) the one before is cut short: what starts later is more specific.
 */
function follows(starts: Uint32Array, ends: Uint32Array, at: number, stride: number): boolean {
  if (compare(starts, at, ends, at, stride) > 0) return false;
  if (at === 0) return true;
  const before = at - stride;
  if (compare(starts, at, starts, before, stride) <= 0) return false;
  if (compare(starts, at, ends, before, stride) <= 0) {
    ends.set(starts.subarray(at, at + stride), before);
    decrement(ends, before, stride);
  }
  return true;
}

function compare(a: Uint32Array, atA: number, b: Uint32Array, atB: number, stride: number): number {
  for (let word = 0; word < stride; word++) {
    const difference = a[atA + word]! - b[atB + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

function decrement(words: Uint32Array, at: number, stride: number): void {
  for (let word = at + stride - 1; word >= at; word--) {
    const before = words[word]!;
    words[word] = before - 1;
    if (before > 0) return;
  }
}

/** The distinct pairs of number and organisation: 91,000 for 515,000 rows. */
class Owners {
  readonly #known = new Map<string, number | null>();
  readonly #asns: number[] = [];
  readonly #names: string[] = [];

  /** Index of the owner that `text`, `number,organisation`, names; null when it names none. */
  indexOf(text: string): number | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const comma = text.indexOf(',');
    const number = comma < 0 ? text : text.slice(0, comma);
    const asn = /^[1-9]\d{0,9}$/.test(number) ? Number(number) : 0;
    const index = asn > 0 && asn < 2 ** 32 ? this.#asns.length : null;
    if (index !== null) {
      this.#asns.push(asn);
      this.#names.push(comma < 0 ? '' : (legible(unquoted(text.slice(comma + 1))) ?? ''));
    }
    this.#known.set(text, index);
    return index;
  }

  columns(): { asns: Uint32Array; nameEnds: Uint32Array; names: Buffer } {
    const names = Buffer.from(this.#names.join(''));
    let end = 0;
    const nameEnds = Uint32Array.from(this.#names, (name) => {
      end += Buffer.byteLength(name);
      return end;
    });
    return { asns: Uint32Array.from(this.#asns), nameEnds, names };
  }
}

function unquoted(field: string): string {
  const text = field.endsWith('\r') ? field.slice(0, -1) : field;
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replaceAll('""', '"')
    : text;
}
