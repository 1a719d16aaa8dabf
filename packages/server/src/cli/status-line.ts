import type { Output } from './command.js';

/** One line that is written over again and again; only on a terminal, elsewhere nothing is written. */
export class StatusLine {
  readonly #out: Output;
  #shown = false;

  constructor(out: Output) {
    this.#out = out;
  }

  show(text: string): void {
    if (!this.#out.isTTY) return;
    this.clear();
    this.#out.write(text);
    this.#shown = true;
  }

  clear(): void {
    if (!this.#shown) return;
    // Back to the first column, then erase to the end of the line (ECMA-48 EL).
    this.#out.write('\r\u001b[K');
    this.#shown = false;
  }
}
