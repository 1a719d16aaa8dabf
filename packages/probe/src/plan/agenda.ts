/** Who is to be served, and where it stands; only its agenda changes these. */
export interface Entry {
  /** When it is due next: infinity when it is not entered. */
  due: number;
  /** Of those that are due who has the lowest is served first. */
  readonly rank: number;
  /** Where it is in its heap. */
  place: number;
}

/**
 * Who is to be woken when, and of those whose time has come, whose turn it is: that of who came first of all, so
 * that under load one after the other gets done instead of all at the very end. Each is in it once.
 */
export class Agenda<T extends Entry> {
  readonly #waiting = new Heap<T>((a, b) => a.due < b.due || (a.due === b.due && a.rank < b.rank));
  readonly #ready = new Heap<T>((a, b) => a.rank < b.rank);
  /** Never taken out yet: all behind the others, in the order of their rank. */
  #fresh: (T | undefined)[] = [];
  #freshTaken = 0;

  /** The earliest time that somebody is due, or infinity. */
  get earliest(): number {
    return this.#ready.first !== undefined || this.#freshTaken < this.#fresh.length
      ? Number.NEGATIVE_INFINITY
      : (this.#waiting.first?.due ?? Number.POSITIVE_INFINITY);
  }

  /** Due at once, for the first time. Its rank is above that of all that were added before. */
  add(item: T): void {
    item.due = Number.NEGATIVE_INFINITY;
    this.#fresh.push(item);
  }

  /** Wakes it at that time, or earlier when it is due earlier already. */
  enter(at: number, item: T): void {
    if (at >= item.due) return;
    const isNew = item.due === Number.POSITIVE_INFINITY;
    item.due = at;
    if (isNew) this.#waiting.add(item);
    else this.#waiting.rise(item);
  }

  /** Takes out whose turn it is at `now`; undefined when nobody is due. */
  take(now: number): T | undefined {
    for (let item = this.#waiting.first; item !== undefined && item.due <= now; item = this.#waiting.first) {
      this.#waiting.takeFirst();
      // Due since ever: it cannot be due any earlier.
      item.due = Number.NEGATIVE_INFINITY;
      this.#ready.add(item);
    }
    const item = this.#ready.takeFirst() ?? this.#takeFresh();
    if (item !== undefined) item.due = Number.POSITIVE_INFINITY;
    return item;
  }

  #takeFresh(): T | undefined {
    const item = this.#fresh[this.#freshTaken];
    if (item === undefined) return undefined;
    this.#fresh[this.#freshTaken++] = undefined;
    if (this.#freshTaken === this.#fresh.length) {
      this.#fresh = [];
      this.#freshTaken = 0;
    }
    return item;
  }
}

/** A binary heap whose items know their place. */
class Heap<T extends Entry> {
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    item.place = this.#items.push(item) - 1;
    this.rise(item);
  }

  /** It may come before those above it now. */
  rise(item: T): void {
    let place = item.place;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.#isBefore(item, this.#items[parent]!)) break;
      this.#put(this.#items[parent]!, place);
      place = parent;
    }
    this.#put(item, place);
  }

  takeFirst(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#isBefore(items[child + 1]!, items[child]!)) child += 1;
      if (!this.#isBefore(items[child]!, last)) break;
      this.#put(items[child]!, place);
      place = child;
    }
    this.#put(last, place);
    return first;
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    item.place = place;
  }
}
