import type Database from 'better-sqlite3';
import { copyDatabase } from './copy-database.js';
import { toStoreError } from './sqlite-error.js';
import { StoreError } from './store-error.js';

export type Statements<Q> = { readonly [name in keyof Q]: Database.Statement };

/** One open database: everything that is done with it goes through here, and fails as a StoreError. */
export class Connection {
  readonly #db: Database.Database;
  readonly #transaction: Database.Transaction<(work: () => unknown) => unknown>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#transaction = db.transaction((work) => work());
  }

  prepare<Q extends Readonly<Record<string, string>>>(queries: Q): Statements<Q> {
    return Object.fromEntries(
      Object.entries(queries).map(([name, text]) => [name, this.#db.prepare(text)]),
    ) as unknown as Statements<Q>;
  }

  read<T>(work: () => T): T {
    if (!this.#db.open) throw new StoreError('STORE_CLOSED');
    try {
      return work();
    } catch (error) {
      throw toStoreError(error);
    }
  }

  /** All of it or nothing, and durable when it returns. */
  write<T>(work: () => T): T {
    return this.read(() => this.#transaction.immediate(work) as T);
  }

  /** One statement whose loss in a power cut would harm nothing: it does not wait for the disk. */
  note<T>(work: () => T): T {
    return this.read(() => {
      this.#db.pragma('synchronous = NORMAL');
      try {
        return work();
      } finally {
        this.#db.pragma('synchronous = FULL');
      }
    });
  }

  async copyTo(path: string): Promise<void> {
    if (!this.#db.open) throw new StoreError('STORE_CLOSED');
    await copyDatabase(this.#db, path);
  }

  close(): void {
    this.#db.close();
  }
}
