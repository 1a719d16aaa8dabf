/**
 * Things in order of time, those of one time in the order they were added: a binary heap in parallel arrays,
 * so that the comparisons touch nothing but numbers.
 */
export class TimeQueue<T> {
  readonly #times: number[] = [];
  readonly #orders: number[] = [];
  readonly #items: T[] = [];
  #order = 0;

  get size(): number {
    return this.#items.length;
  }

  /** Time of the first item; Infinity when there is none. */
  get next(): number {
    return this.#items.length === 0 ? Number.POSITIVE_INFINITY : this.#times[0]!;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(time: number, item: T): void {
    const times = this.#times;
    const orders = this.#orders;
    const items = this.#items;
    const order = this.#order++;
    let at = items.length;
    items.push(item);
    times.push(time);
    orders.push(order);
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      // Equal times: the parent was added before, so it stays in front.
      if (times[parent]! <= time) break;
      times[at] = times[parent]!;
      orders[at] = orders[parent]!;
      items[at] = items[parent]!;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    items[at] = item;
  }

  /** Removes the first item; undefined when there is none. */
  take(): T | undefined {
    const times = this.#times;
    const orders = this.#orders;
    const items = this.#items;
    if (items.length === 0) return undefined;
    const first = items[0];
    const item = items.pop()!;
    const time = times.pop()!;
    const order = orders.pop()!;
    const size = items.length;
    if (size === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const right = child + 1;
      if (right < size && isBefore(times[right]!, orders[right]!, times[child]!, orders[child]!))
        child = right;
      if (!isBefore(times[child]!, orders[child]!, time, order)) break;
      times[at] = times[child]!;
      orders[at] = orders[child]!;
      items[at] = items[child]!;
      at = child;
    }
    times[at] = time;
    orders[at] = order;
    items[at] = item;
    return first;
  }
}

function isBefore(time: number, order: number, otherTime: number, otherOrder: number): boolean {
  return time < otherTime || (time === otherTime && order < otherOrder);
}
