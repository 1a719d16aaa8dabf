import { parseIPv4, parseIPv6 } from './parse-address.js';
import type { Prefix } from './prefix.js';

interface Block<T> {
  readonly first: bigint;
  readonly last: bigint;
  readonly values: T[];
}

/** Where one segment of the address space starts, and what holds from there to the next. */
interface Segment<T> {
  start: bigint;
  answer: readonly T[];
}

const NOTHING: readonly never[] = Object.freeze([]);

/** The first bits of an address choose where its search begins: most of the steps of a look-up, all at once. */
const INDEX_BITS = 12;

/**
 * Which prefixes cover an address. Prefixes either nest or are disjoint, so they cut the address space into
 * segments in each of which the answer is the same: the answers are made once, a look-up is one binary search
 * over the segments' starts, within those of its first twelve bits, and allocates nothing.
 */
export class PrefixTable<T> {
  readonly #starts4: Uint32Array;
  readonly #answers4: readonly (readonly T[])[];
  readonly #index4: Uint32Array;
  /** Four words per segment. */
  readonly #starts6: Uint32Array;
  readonly #answers6: readonly (readonly T[])[];
  readonly #index6: Uint32Array;
  readonly #scratch = new Uint32Array(4);

  constructor(entries: Iterable<readonly [Prefix, T]>) {
    const all = [...entries];
    const v4 = flatten(all.filter(([prefix]) => prefix.family === 4));
    const v6 = flatten(all.filter(([prefix]) => prefix.family === 6));
    this.#starts4 = Uint32Array.from(v4, ({ start }) => Number(start));
    this.#answers4 = v4.map(({ answer }) => answer);
    this.#index4 = indexOf(v4, 32);
    this.#starts6 = Uint32Array.from(v6.flatMap(({ start }) => wordsOf(start)));
    this.#answers6 = v6.map(({ answer }) => answer);
    this.#index6 = indexOf(v6, 128);
  }

  /** Values of the prefixes that cover the address, longest prefix first; empty also when it is no address. */
  match(text: string): readonly T[] {
    const v4 = parseIPv4(text);
    if (v4 >= 0) return this.match4(v4);
    return parseIPv6(text, this.#scratch) ? this.match6(this.#scratch) : NOTHING;
  }

  /** The same for 32 bits. */
  match4(bits: number): readonly T[] {
    const starts = this.#starts4;
    const block = bits >>> (32 - INDEX_BITS);
    let low = this.#index4[block]!;
    let high = this.#index4[block + 1]! + 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle]! <= bits) low = middle;
      else high = middle;
    }
    return this.#answers4[low]!;
  }

  /** The same for four words. */
  match6(words: Uint32Array): readonly T[] {
    const block = words[0]! >>> (32 - INDEX_BITS);
    let low = this.#index6[block]!;
    let high = this.#index6[block + 1]! + 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (compareWords(this.#starts6, middle * 4, words) <= 0) low = middle;
      else high = middle;
    }
    return this.#answers6[low]!;
  }
}

/** For each value of an address' first bits, the segment that its first address is in; and the last segment. */
function indexOf(segments: readonly Segment<unknown>[], bits: number): Uint32Array {
  const index = new Uint32Array((1 << INDEX_BITS) + 1).fill(segments.length - 1);
  let segment = 0;
  for (let block = 0; block < 1 << INDEX_BITS; block++) {
    const first = BigInt(block) << BigInt(bits - INDEX_BITS);
    while (segment + 1 < segments.length && segments[segment + 1]!.start <= first) segment += 1;
    index[block] = segment;
  }
  return index;
}

/** Sign of (the four words of `table` from `at`) − `words`. */
export function compareWords(table: Uint32Array, at: number, words: Uint32Array, from = 0): number {
  for (let word = 0; word < 4; word++) {
    const difference = table[at + word]! - words[from + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Segments in order, the first one from 0. */
function flatten<T>(entries: readonly (readonly [Prefix, T])[]): Segment<T>[] {
  const segments: Segment<T>[] = [{ start: 0n, answer: NOTHING }];
  const from = (start: bigint, answer: readonly T[]) => {
    const last = segments.at(-1)!;
    if (last.start === start) last.answer = answer;
    else if (last.answer !== answer) segments.push({ start, answer });
  };
  const open: { last: bigint; answer: readonly T[] }[] = [];
  const closeBefore = (first: bigint | null) => {
    for (
      let top = open.at(-1);
      top !== undefined && (first === null || top.last < first);
      top = open.at(-1)
    ) {
      open.pop();
      from(top.last + 1n, open.at(-1)?.answer ?? NOTHING);
    }
  };
  for (const { first, last, values } of blocksOf(entries)) {
    closeBefore(first);
    const answer = Object.freeze([...values, ...(open.at(-1)?.answer ?? NOTHING)]);
    open.push({ last, answer });
    from(first, answer);
  }
  const bits = entries[0]?.[0].family === 6 ? 128n : 32n;
  closeBefore(null);
  // A block that ends with the address space has nothing behind it.
  return segments.filter(({ start }) => start < 1n << bits);
}

/** One block per distinct prefix, by first address, the wider before the narrower. */
function blocksOf<T>(entries: readonly (readonly [Prefix, T])[]): Block<T>[] {
  const blocks = new Map<string, Block<T>>();
  for (const [prefix, value] of entries) {
    const block = blocks.get(prefix.text);
    if (block !== undefined) {
      block.values.push(value);
      continue;
    }
    const bits = prefix.family === 4 ? 32 : 128;
    const first = prefix.words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
    const last = first + (1n << BigInt(bits - prefix.length)) - 1n;
    blocks.set(prefix.text, { first, last, values: [value] });
  }
  return [...blocks.values()].sort((a, b) => sign(a.first - b.first) || sign(b.last - a.last));
}

function sign(difference: bigint): number {
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function wordsOf(bits: bigint): number[] {
  return [96n, 64n, 32n, 0n].map((shift) => Number((bits >> shift) & 0xffffffffn));
}
