/** Values handed to whoever reads them: each reader gets the newest one that it has not seen, never a queue. */
export class Latest<T> {
  readonly #left: () => void;
  #value: T | null = null;
  #version = 0;
  #ended: { readonly error?: unknown } | null = null;
  #waiting: (() => void)[] = [];

  /** `left` is called when a reader goes away before the end. */
  constructor(left: () => void) {
    this.#left = left;
  }

  push(value: T): void {
    this.#value = value;
    this.#version += 1;
    this.#wake();
  }

  /** No more values come; with an error, readers throw it after the last one. */
  end(error?: unknown): void {
    this.#ended = { error };
    this.#wake();
  }

  async *read(): AsyncGenerator<T, void, void> {
    let finished = false;
    try {
      for (let seen = 0; ; ) {
        if (seen < this.#version) {
          seen = this.#version;
          yield this.#value!;
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
