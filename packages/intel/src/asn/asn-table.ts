import { hostBits } from '../address/block-of.js';
import { formatIPv4, formatIPv6 } from '../address/format-address.js';
import type { Address } from '../address/parse-address.js';
import { compareWords } from '../address/prefix-table.js';
import { IntelError } from '../errors.js';

/** Ranges of addresses and who announces them, as columns. Ranges are sorted, disjoint and inclusive. */
export interface AsnColumns {
  readonly starts4: Uint32Array;
  readonly ends4: Uint32Array;
  /** Index into `asns` and `nameEnds`. */
  readonly owners4: Uint32Array;
  /** Four words per range, most significant first. */
  readonly starts6: Uint32Array;
  readonly ends6: Uint32Array;
  readonly owners6: Uint32Array;
  readonly asns: Uint32Array;
  /** Where each owner's name ends in `names`; it starts where the one before ends. */
  readonly nameEnds: Uint32Array;
  /** UTF-8. */
  readonly names: Buffer;
}

export interface Announcement {
  readonly asn: number;
  readonly name: string;
  /** The range where it is one prefix, else the largest prefix inside the range that holds the address. */
  readonly prefix: string;
}

/** Looks addresses up in the columns by binary search. Half a million ranges take some 15 MB. */
export class AsnTable {
  readonly #columns: AsnColumns;

  /** Throws DATABASE_BROKEN when the columns contradict themselves: no look-up leaves them after that. */
  constructor(columns: AsnColumns) {
    const { starts4, ends4, owners4, starts6, ends6, owners6, asns, nameEnds, names } = columns;
    const sound =
      ends4.length === starts4.length &&
      owners4.length === starts4.length &&
      ends6.length === starts6.length &&
      owners6.length * 4 === starts6.length &&
      nameEnds.length === asns.length &&
      (nameEnds.at(-1) ?? 0) === names.length &&
      nameEnds.every((end, index) => index === 0 || end >= nameEnds[index - 1]!) &&
      owners4.every((owner) => owner < asns.length) &&
      owners6.every((owner) => owner < asns.length) &&
      isSorted4(starts4, ends4) &&
      isSorted6(starts6, ends6);
    if (!sound) throw new IntelError('DATABASE_BROKEN', 'its ranges overlap or are out of order');
    this.#columns = columns;
  }

  get ranges(): number {
    return this.#columns.owners4.length + this.#columns.owners6.length;
  }

  get columns(): AsnColumns {
    return this.#columns;
  }

  find({ family, words }: Address): Announcement | null {
    return family === 4 ? this.#find4(words[3]!) : this.#find6(words);
  }

  #find4(bits: number): Announcement | null {
    const { starts4, ends4, owners4 } = this.#columns;
    let low = -1;
    let high = starts4.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts4[middle]! <= bits) low = middle;
      else high = middle;
    }
    if (low < 0 || ends4[low]! < bits) return null;
    const start = starts4[low]!;
    const end = ends4[low]!;
    // The shortest prefix that fits into the range, from the longest on.
    let host = 0;
    while (host !== 0xffffffff) {
      const wider = host * 2 + 1;
      if ((bits & ~wider) >>> 0 < start || (bits | wider) >>> 0 > end) break;
      host = wider;
    }
    return this.#announced(owners4[low]!, `${formatIPv4(bits & ~host)}/${Math.clz32(host)}`);
  }

  #find6(words: Uint32Array): Announcement | null {
    const { starts6, ends6, owners6 } = this.#columns;
    let low = -1;
    let high = owners6.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (compareWords(starts6, middle * 4, words) <= 0) low = middle;
      else high = middle;
    }
    if (low < 0 || compareWords(ends6, low * 4, words) < 0) return null;

    // The longer the prefix, the better it fits: the shortest that fits, by bisection.
    const first = new Uint32Array(4);
    const last = new Uint32Array(4);
    const fits = (length: number) => {
      bounds(words, length, first, last);
      return compareWords(starts6, low * 4, first) <= 0 && compareWords(ends6, low * 4, last) >= 0;
    };
    let tooShort = -1;
    let length = 128;
    while (length - tooShort > 1) {
      const middle = (length + tooShort) >> 1;
      if (fits(middle)) length = middle;
      else tooShort = middle;
    }
    bounds(words, length, first, last);
    return this.#announced(owners6[low]!, `${formatIPv6(first)}/${length}`);
  }

  #announced(owner: number, prefix: string): Announcement {
    const { asns, nameEnds, names } = this.#columns;
    const asn = asns[owner]!;
    const name = names.toString('utf8', owner === 0 ? 0 : nameEnds[owner - 1]!, nameEnds[owner]!);
    return { asn, name: name === '' ? `AS${asn}` : name, prefix };
  }
}

/** First and last address of the block of `length` bits that holds `words`. */
function bounds(words: Uint32Array, length: number, first: Uint32Array, last: Uint32Array): void {
  for (let word = 0; word < 4; word++) {
    const host = hostBits(length - word * 32);
    first[word] = words[word]! & ~host;
    last[word] = words[word]! | host;
  }
}

function isSorted4(starts: Uint32Array, ends: Uint32Array): boolean {
  for (let row = 0; row < starts.length; row++) {
    if (ends[row]! < starts[row]! || (row > 0 && starts[row]! <= ends[row - 1]!)) return false;
  }
  return true;
}

function isSorted6(starts: Uint32Array, ends: Uint32Array): boolean {
  for (let row = 0; row < starts.length; row += 4) {
    if (compareWords(ends, row, starts, row) < 0) return false;
    if (row > 0 && compareWords(ends, row - 4, starts, row) >= 0) return false;
  }
  return true;
}
