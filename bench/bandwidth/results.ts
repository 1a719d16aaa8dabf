import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Judged } from './judge.js';

/**
 * What was measured so far, kept in a file of one JSON line per path where one is named: a long bench can then be
 * run in parts. Infinity, which JSON does not know, is written as null.
 */
export class Results {
  readonly #file: string | undefined;
  readonly all: Judged[] = [];

  constructor(file: string | undefined) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      if (line === '') continue;
      const judged: Judged = JSON.parse(line);
      const hops = judged.hops.map((hop) => ({ ...hop, truth: hop.truth ?? Number.POSITIVE_INFINITY }));
      this.all.push({ ...judged, hops });
    }
  }

  add(judged: readonly Judged[]): void {
    this.all.push(...judged);
    if (this.#file === undefined) return;
    appendFileSync(this.#file, judged.map((one) => `${JSON.stringify(one)}\n`).join(''));
  }
}
