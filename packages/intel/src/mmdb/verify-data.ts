import { IntelError } from '../errors.js';

/** Data types of the MaxMind DB format 2.0, section "Output Data Section". */
const POINTER = 1;
const STRING = 2;
const MAP = 7;
const ARRAY = 11;
const BOOLEAN = 14;

/** Fewest and most bytes of each type that holds its bytes itself; the format says "at most" for integers. */
const payload: Readonly<Record<number, readonly [number, number]>> = {
  [STRING]: [0, Number.POSITIVE_INFINITY],
  3: [8, 8], // double
  4: [0, Number.POSITIVE_INFINITY], // bytes
  5: [0, 2], // uint16
  6: [0, 4], // uint32
  8: [0, 4], // int32
  9: [0, 8], // uint64
  10: [0, 16], // uint128
  [BOOLEAN]: [0, 1], // the size is the value
  15: [4, 4], // float
};

/** What pointers of 1 to 4 bytes start counting from. */
const pointerBase = [0, 2048, 526336, 0] as const;

/** Far above any real record (GeoIP2 City: about 200 values, 5 deep), far below what takes time to decode. */
const MOST_VALUES = 10_000;
const MOST_DEPTH = 16;

/**
 * Checks that values of a data section can be decoded: everything inside the section, known types and sizes,
 * keys that are text, no cycles, and no record that expands beyond measure, as nested pointers can make it do
 * exponentially. Takes time in proportion to the section, whatever is in it.
 */
export class DataSection {
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;
  /** Containers behind pointers, checked once each: their number of values × 32 + their depth. */
  readonly #known = new Map<number, number>();
  /** Values that may be looked at: in a sound file each byte belongs to one value, or few overlap. */
  readonly #budget: number;
  #looked = 0;
  #values = 0;
  #deepest = 0;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
    this.#budget = 2 * (end - start) + MOST_VALUES;
  }

  /** Values looked at so far: what the checks took, whatever is in them. */
  get looked(): number {
    return this.#looked;
  }

  /** Throws DATABASE_BROKEN unless the value at `at`, a position in the file, can be decoded. */
  check(at: number): void {
    this.#values = 0;
    this.#value(at, 1);
  }

  /** Checks one value and returns the position behind it. */
  #value(at: number, depth: number): number {
    const control = this.#byte(at);
    if (control >> 5 === POINTER) return this.#pointer(at, control, depth);

    this.#spend(1, depth);
    let next = at + 1;
    const extended = control >> 5 === 0;
    const type = extended ? 7 + this.#byte(next++) : control >> 5;
    let size = control & 31;
    if (size > 28) {
      const extra = size - 28;
      this.#inside(next, extra);
      size = [29, 285, 65821][extra - 1]! + this.#bytes.readUIntBE(next, extra);
      next += extra;
    }
    if (type === MAP && !extended) return this.#items(next, size, depth, true);
    if (type === ARRAY) return this.#items(next, size, depth, false);

    const range = payload[type];
    if (range === undefined) throw broken(`a value of the unknown type ${type}`);
    if (size < range[0] || size > range[1]) throw broken(`a value of type ${type} with ${size} bytes`);
    if (type === BOOLEAN) return next;
    this.#inside(next, size);
    return next + size;
  }

  #items(at: number, count: number, depth: number, keyed: boolean): number {
    if (count > MOST_VALUES) throw broken('a record that expands beyond measure');
    let next = at;
    for (let item = 0; item < count; item++) {
      if (keyed) next = this.#key(next);
      next = this.#value(next, depth + 1);
    }
    return next;
  }

  /** A key is text, or a pointer to text. `__proto__` would set the prototype of the record it is in. */
  #key(at: number): number {
    const control = this.#byte(at);
    const pointer = control >> 5 === POINTER;
    const text = pointer ? this.#target(at, control) : at;
    if (this.#byte(text) >> 5 !== STRING) throw broken('a key that is not text');
    const behind = this.#value(text, 1);
    if (
      this.#bytes[behind - 1] === UNDERSCORE &&
      this.#bytes.toString('latin1', behind - 9, behind) === '__proto__'
    ) {
      throw broken('a key named __proto__');
    }
    return pointer ? at + 2 + ((control >> 3) & 3) : behind;
  }

  #pointer(at: number, control: number, depth: number): number {
    const target = this.#target(at, control);
    const type = this.#byte(target) >> 5;
    if (type === POINTER) throw broken('a pointer to a pointer');
    const container = type === MAP || (type === 0 && this.#byte(target + 1) + 7 === ARRAY);
    const known = container ? this.#known.get(target) : undefined;
    if (known !== undefined) {
      this.#spend(known >> 5, depth + (known & 31) - 1);
    } else if (container) {
      const [values, deepest] = [this.#values, this.#deepest];
      this.#deepest = depth;
      this.#value(target, depth);
      this.#known.set(target, ((this.#values - values) << 5) | (this.#deepest - depth + 1));
      this.#deepest = Math.max(this.#deepest, deepest);
    } else {
      this.#value(target, depth);
    }
    return at + 2 + ((control >> 3) & 3);
  }

  /** Where a pointer points: 001SSVVV and S + 1 bytes more; with S = 3 the V are not used. */
  #target(at: number, control: number): number {
    const size = (control >> 3) & 3;
    this.#inside(at + 1, size + 1);
    const high = size === 3 ? 0 : (control & 7) * 256 ** (size + 1);
    const target = this.#start + pointerBase[size]! + high + this.#bytes.readUIntBE(at + 1, size + 1);
    this.#inside(target, 1);
    return target;
  }

  #byte(at: number): number {
    this.#inside(at, 1);
    return this.#bytes[at]!;
  }

  #inside(at: number, size: number): void {
    if (at < this.#start || at + size > this.#end)
      throw broken('a value that reaches out of the data section');
  }

  #spend(values: number, depth: number): void {
    this.#values += values;
    this.#looked += 1;
    if (depth > this.#deepest) this.#deepest = depth;
    if (depth > MOST_DEPTH) throw broken('a record that is nested too deep, or contains itself');
    if (this.#values > MOST_VALUES || this.#looked > this.#budget)
      throw broken('a record that expands beyond measure');
  }
}

const UNDERSCORE = 95;

function broken(what: string): IntelError {
  return new IntelError('DATABASE_BROKEN', `it has ${what}`);
}
