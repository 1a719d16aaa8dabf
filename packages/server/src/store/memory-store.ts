import Database from 'better-sqlite3';
import { migrate } from './open-database.js';
import { SqliteEngine } from './sqlite-engine.js';
import type { Store } from './store.js';

export interface MemoryStoreOptions {
  /** The oldest are forgotten beyond this many (default 2,000). */
  readonly maxTraces?: number;
  /** Number of the first trace (default 1). */
  readonly firstId?: number;
}

/**
 * A store that keeps everything for as long as the process lives: for tests, and for when the disk cannot be
 * used. Acknowledged means as durable as that.
 */
export async function openMemoryStore(options: MemoryStoreOptions = {}): Promise<Store> {
  const { maxTraces = 2000, firstId = 1 } = options;
  const db = new Database(':memory:');
  migrate(db);
  db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES ('begun', ?)").run(firstId - 1);
  return new SqliteEngine(db, maxTraces);
}
