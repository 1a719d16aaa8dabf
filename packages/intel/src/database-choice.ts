import { basename } from 'node:path';
import type { Address } from './address/parse-address.js';
import type { Database } from './database.js';
import type { Source } from './description.js';
import { reasonOf } from './errors.js';
import type { FollowedFile } from './files/followed-file.js';

export interface Choices<T> {
  readonly kind: Source['kind'];
  /** Files that take precedence, the first of them most. */
  readonly files: readonly FollowedFile<Database<T>>[];
  /** Opens what comes with this package; null when that is not wanted. */
  readonly embedded: (() => Promise<Database<T>>) | null;
}

/**
 * The best database there is at the moment: the first usable file, else the embedded one, which is opened only
 * when it is needed and let go when a file takes its place.
 */
export class DatabaseChoice<T> {
  readonly #choices: Choices<T>;
  #embedded: Database<T> | null = null;
  #embeddedProblem: string | null = null;
  #current: Database<T> | null = null;
  #turn = Promise.resolve(false);

  constructor(choices: Choices<T>) {
    this.#choices = choices;
  }

  /** Looks at the files again. Tells whether anything changed. Never throws. */
  refresh(): Promise<boolean> {
    // One after the other: a later look must not be overtaken by an earlier one.
    this.#turn = this.#turn.then(() => this.#refresh());
    return this.#turn;
  }

  async #refresh(): Promise<boolean> {
    const { files, embedded } = this.#choices;
    const changes = await Promise.all(files.map((file) => file.refresh()));
    const before = this.#current;
    let best = files.find((file) => file.value !== null)?.value ?? null;
    if (best === null && embedded !== null && this.#embeddedProblem === null) {
      try {
        this.#embedded ??= await embedded();
      } catch (error) {
        this.#embeddedProblem = reasonOf(error);
      }
      best = this.#embedded;
    }
    if (best !== this.#embedded) this.#embedded = null;
    this.#current = best;
    return best !== before || changes.includes(true);
  }

  find(address: Address, text: string): T | null {
    return this.#current?.find(address, text) ?? null;
  }

  get sources(): Source[] {
    const { kind, files, embedded } = this.#choices;
    const sources: Source[] = [];
    for (const { path, value, problem } of files) {
      if (problem === null) continue;
      const kept = value === null ? 'it is not used' : 'the one before it stays in use';
      const sentence = `${basename(path)} cannot be used (${problem}); ${kept}.`;
      sources.push(
        value === null ? missing(nameOf(path), kind, sentence) : { ...value.source, problem: sentence },
      );
    }
    const shown = sources.some(({ name }) => name === this.#current?.source.name);
    if (this.#current !== null && !shown) sources.unshift(this.#current.source);
    if (this.#embeddedProblem !== null) {
      sources.push(
        missing('embedded', kind, `The embedded database cannot be used (${this.#embeddedProblem}).`),
      );
    } else if (this.#current === null && embedded === null) {
      const wanted = [...new Set(files.map(({ path }) => basename(path)))].join(' or ');
      sources.push(
        missing(wanted, kind, `There is no ${wanted} in the data folder or the working directory.`),
      );
    }
    return sources;
  }
}

function missing(name: string, kind: Source['kind'], problem: string): Source {
  return {
    name,
    kind,
    updatedAt: null,
    entries: null,
    attribution: '',
    url: null,
    state: 'missing',
    problem,
  };
}

export function nameOf(path: string): string {
  return basename(path).replace(/\.[^.]*$/, '');
}
