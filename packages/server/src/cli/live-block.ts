import type { Output } from './command.js';

/** Lines of a terminal that are written over again and again. */
export class LiveBlock {
  readonly #out: Output;
  #height = 0;

  constructor(out: Output) {
    this.#out = out;
  }

  /** Shows these lines in place of those before; as many as fit, for what has scrolled away cannot be taken back. */
  show(lines: readonly string[]): void {
    const most = Math.max(1, (this.#out.rows ?? Number.POSITIVE_INFINITY) - 1);
    const shown = lines.slice(0, most);
    this.clear();
    this.#out.write(`${shown.join('\n')}\n`);
    this.#height = shown.length;
  }

  clear(): void {
    // To the first column of the first line, then erase to the end of the screen (ECMA-48 CPL, ED).
    if (this.#height > 0) this.#out.write(`\u001b[${this.#height}F\u001b[J`);
    this.#height = 0;
  }
}
