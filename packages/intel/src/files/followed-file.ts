import { reasonOf } from '../errors.js';
import { type FileContent, fileStamp, readFileWhole } from './read-file.js';

/**
 * What a file that somebody may replace at any time says. `refresh` reads it when it has changed; content that
 * cannot be used leaves the last usable one in place, with the problem said, until the file is mended or removed.
 */
export class FollowedFile<T> {
  readonly path: string;
  readonly #limit: number;
  readonly #parse: (content: FileContent) => T | Promise<T>;
  #value: T | null = null;
  #problem: string | null = null;
  #stamp: string | null = null;

  /** `limit` is the largest size in bytes; `parse` throws what is wrong with the content. */
  constructor(path: string, limit: number, parse: (content: FileContent) => T | Promise<T>) {
    this.path = path;
    this.#limit = limit;
    this.#parse = parse;
  }

  get value(): T | null {
    return this.#value;
  }

  /** Why the file as it is now is not used; null when it is, or when there is none. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Reads the file if it is another than last time. Tells whether anything changed. Never throws. */
  async refresh(): Promise<boolean> {
    const stamp = await fileStamp(this.path);
    if (stamp === this.#stamp) return false;
    // Also when reading fails: not again until the file changes.
    this.#stamp = stamp;
    try {
      const content = stamp === null ? null : await readFileWhole(this.path, this.#limit);
      if (content !== null) this.#stamp = content.stamp;
      this.#value = content === null ? null : await this.#parse(content);
      this.#problem = null;
    } catch (error) {
      this.#problem = reasonOf(error);
    }
    return true;
  }
}
