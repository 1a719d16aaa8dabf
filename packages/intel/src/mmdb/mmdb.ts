import type { Reader, Response } from 'maxmind';
import { BoundedCache } from '../bounded-cache.js';
import { IntelError } from '../errors.js';
import type { FileContent } from '../files/read-file.js';
import { legible } from '../legible.js';
import { pausing } from '../pausing.js';
import type { VerifiedFiles } from './verified-files.js';
import { readerOf, verifyContent } from './verify-mmdb.js';

/** Larger than any MaxMind database; its content is held in memory. */
export const LARGEST_MMDB = 1 << 30;

/** Decoded values kept; a City record is made of some dozens. */
const CACHED_VALUES = 20_000;

export interface Found {
  /** As decoded. Shared between look-ups: to be copied, never changed. */
  readonly record: object;
  /** Length of the prefix the record holds for. */
  readonly length: number;
}

/** What is to be opened, and the stamp of the file it is from. */
type Content = Pick<FileContent, 'bytes' | 'settled'>;

/** A verified MaxMind DB in memory. */
export class Mmdb {
  readonly #reader: Reader<Response>;

  private constructor(reader: Reader<Response>) {
    this.#reader = reader;
  }

  /**
   * Verifies the content and opens it. Throws DATABASE_BROKEN, or DATABASE_UNEXPECTED when its type does not match
   * `type`. Pauses often: other work goes on meanwhile.
   */
  static async open(content: Content, type: RegExp, verified: VerifiedFiles): Promise<Mmdb> {
    const { bytes } = content;
    const reader = readerOf(bytes, new BoundedCache(CACHED_VALUES / 2));
    const { databaseType } = reader.metadata;
    if (!type.test(databaseType)) {
      throw new IntelError('DATABASE_UNEXPECTED', legible(databaseType) ?? 'its type has no name');
    }
    await verified.pass(content, () => pausing(verifyContent(bytes, reader)));
    return new Mmdb(reader);
  }

  get builtAt(): Date {
    return this.#reader.metadata.buildEpoch;
  }

  /** What the database has for `address`, text that is known to be one and has no zone. Never throws. */
  find(address: string, family: 4 | 6): Found | null {
    if (family === 6 && this.#reader.metadata.ipVersion === 4) return null;
    try {
      const [record, length] = this.#reader.getWithPrefixLength(address);
      return typeof record === 'object' && record !== null ? { record, length } : null;
    } catch {
      // Verification leaves nothing that throws; should it ever, an unknown address is the honest answer.
      return null;
    }
  }
}
