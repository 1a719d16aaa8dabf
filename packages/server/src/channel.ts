/** A queue between whoever pushes and the one who iterates. Never makes the pusher wait. */
export class Channel<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  #wake: (() => void) | null = null;
  #done = false;
  #failure: { readonly error: unknown } | null = null;

  push(item: T): void {
    if (this.#done) return;
    this.#items.push(item);
    this.#wake?.();
  }

  /** No more items; those pushed before are still delivered. */
  end(): void {
    this.#done = true;
    this.#wake?.();
  }

  /** Like `end`, but the iteration throws `error` after the last item. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift()!;
      if (this.#failure !== null) throw this.#failure.error;
      if (this.#done) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
  }
}
