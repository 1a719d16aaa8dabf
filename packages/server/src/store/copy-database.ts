import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { requireSound } from './open-database.js';
import { codeOf, toStoreError } from './sqlite-error.js';
import { StoreError } from './store-error.js';

/**
 * Copies a database as it is at this moment, also while others write to it, and checks the copy; only then it
 * gets its name. Throws StoreError.
 */
export async function copyDatabase(db: Database.Database, path: string): Promise<void> {
  const part = `${path}.part`;
  try {
    // In one step: between steps, writes of another process would make it start over again and again.
    await db.backup(part, { progress: () => 0x7fff_ffff });
    const copy = new Database(part);
    try {
      // One file by itself, without the log that the original has beside it.
      copy.pragma('journal_mode = DELETE');
      requireSound(copy, Number.POSITIVE_INFINITY);
    } finally {
      copy.close();
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    if (error instanceof TypeError || codeOf(error).startsWith('E')) {
      throw new StoreError('STORE_UNREACHABLE', `${dirname(path)}: ${(error as Error).message}`, error);
    }
    throw toStoreError(error);
  }
}
