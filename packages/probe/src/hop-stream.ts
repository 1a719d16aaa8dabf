import type { Hop } from './hop.js';

/** Hops handed from the trace that finds them to whoever reads them, each reader from the first one on. */
export class HopStream {
  readonly #hops: Hop[] = [];
  readonly #left: () => void;
  #isRead = false;
  #ended: { readonly error?: unknown } | null = null;
  #waiting: (() => void)[] = [];

  /** `left` is called when a reader goes away before the end. */
  constructor(left: () => void) {
    this.#left = left;
  }

  /** Somebody has asked for the hops. */
  get isRead(): boolean {
    return this.#isRead;
  }

  get length(): number {
    return this.#hops.length;
  }

  push(...hops: readonly Hop[]): void {
    if (hops.length === 0) return;
    this.#hops.push(...hops);
    this.#wake();
  }

  /** No more hops come; with an error, readers throw it after the last one. */
  end(error?: unknown): void {
    this.#ended = { error };
    this.#wake();
  }

  read(): AsyncGenerator<Hop, void, void> {
    this.#isRead = true;
    return this.#read();
  }

  async *#read(): AsyncGenerator<Hop, void, void> {
    let finished = false;
    try {
      for (let index = 0; ; ) {
        if (index < this.#hops.length) {
          yield this.#hops[index++]!;
        } else if (this.#ended !== null) {
          finished = true;
          if (this.#ended.error !== undefined) throw this.#ended.error;
          return;
        } else {
          await new Promise<void>((resolve) => this.#waiting.push(resolve));
        }
      }
    } finally {
      if (!finished) this.#left();
    }
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
