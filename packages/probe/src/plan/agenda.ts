/** Whoever can be woken carries the time at which that is due next: infinity when it is not entered. */
export interface Due {
  due: number;
}

/** Who is to be woken when: a binary heap by time, first come first among equals. Each is in it once. */
export class Agenda<T extends Due> {
  readonly #heap: { readonly at: number; readonly order: number; readonly item: T }[] = [];
  #order = 0;

  /** The earliest time that somebody is due, or infinity. */
  get earliest(): number {
    while (this.#heap[0] !== undefined && isStale(this.#heap[0])) this.#pop();
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Wakes it at that time, or earlier when it is due earlier already. */
  enter(at: number, item: T): void {
    if (at >= item.due) return;
    item.due = at;
    const heap = this.#heap;
    const entry = { at, order: this.#order++, item };
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = entry;
  }

  /** Takes out who is due first; undefined when nobody is. */
  take(): T | undefined {
    if (this.earliest === Number.POSITIVE_INFINITY) return undefined;
    const { item } = this.#pop()!;
    item.due = Number.POSITIVE_INFINITY;
    return item;
  }

  #pop() {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

/** Entered again for an earlier time since, or taken out already. */
function isStale({ at, item }: { readonly at: number; readonly item: Due }): boolean {
  return item.due !== at;
}

function isBefore(a: { at: number; order: number }, b: { at: number; order: number }): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
