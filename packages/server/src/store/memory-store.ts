import Database from 'better-sqlite3';
import { migrate } from './open-database.js';
import { SqliteEngine } from './sqlite-engine.js';
import type { Store } from './store.js';

export interface MemoryStoreOptions {
  /** The oldest are forgotten beyond this many (default 2,000). */
  readonly maxTraces?: number;
}

/**
 * A store that keeps everything for as long as the process lives: for tests, and for when the disk cannot be
 * used. Acknowledged means as durable as that.
 */
export async function openMemoryStore({ maxTraces = 2000 }: MemoryStoreOptions = {}): Promise<Store> {
  const db = new Database(':memory:');
  migrate(db);
  return new SqliteEngine(db, maxTraces);
}
