/** Share of the slots that are taken at most: beyond it searches get long. */
const FULLEST = 0.5;
const SMALLEST = 64;

/**
 * A map from whole numbers, 0 to 2^53 − 1, to places, 0 to 2^31 − 2: open addressing with linear probing. Where entries
 * come and go all the time, a Map makes itself anew again and again, and each of its earlier tables stays until the
 * next full garbage collection; this one changes in place.
 */
export class PlaceTable {
  #size = 0;
  #keys: Float64Array;
  /** One more than the place; 0 where the slot is free. */
  #places: Int32Array;

  /** `slots`: twice as many as it has room for before it grows; a power of two. */
  constructor(slots = SMALLEST) {
    this.#keys = new Float64Array(slots);
    this.#places = new Int32Array(slots);
  }

  get size(): number {
    return this.#size;
  }

  get(key: number): number | undefined {
    const place = this.#places[this.#find(key)]!;
    return place === 0 ? undefined : place - 1;
  }

  set(key: number, place: number): void {
    if (this.#size >= FULLEST * this.#keys.length) this.#grow();
    const slot = this.#find(key);
    if (this.#places[slot] === 0) this.#size += 1;
    this.#keys[slot] = key;
    this.#places[slot] = place + 1;
  }

  delete(key: number): void {
    let free = this.#find(key);
    if (this.#places[free] === 0) return;
    this.#size -= 1;
    const last = this.#keys.length - 1;
    // Whoever was put off by the slot that gets free moves up, or it would not be found again (Knuth 6.4, algorithm R).
    for (let slot = (free + 1) & last; this.#places[slot] !== 0; slot = (slot + 1) & last) {
      const distance = (slot - this.#home(this.#keys[slot]!)) & last;
      if (distance < ((slot - free) & last)) continue;
      this.#keys[free] = this.#keys[slot]!;
      this.#places[free] = this.#places[slot]!;
      free = slot;
    }
    this.#places[free] = 0;
  }

  /** The slot that has the key, or else the free one where it belongs. */
  #find(key: number): number {
    const last = this.#keys.length - 1;
    let slot = this.#home(key);
    while (this.#places[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & last;
    return slot;
  }

  /** Fibonacci hashing of both halves. */
  #home(key: number): number {
    const hash = Math.imul(key ^ Math.imul(key / 0x100000000, 0x85ebca6b), 0x9e3779b1);
    return (hash ^ (hash >>> 16)) & (this.#keys.length - 1);
  }

  #grow(): void {
    const keys = this.#keys;
    const places = this.#places;
    this.#keys = new Float64Array(2 * keys.length);
    this.#places = new Int32Array(2 * keys.length);
    this.#size = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      if (places[slot] !== 0) this.set(keys[slot]!, places[slot]! - 1);
    }
  }
}
