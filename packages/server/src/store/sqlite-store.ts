import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { type OpeningOptions, prepareDatabase } from './open-database.js';
import { SqliteEngine } from './sqlite-engine.js';
import { codeOf, toStoreError } from './sqlite-error.js';
import type { Store } from './store.js';
import { StoreError, type StoreErrorCode } from './store-error.js';

const DEFAULTS: OpeningOptions = { busyTimeoutMs: 5000, checkBytes: 256 * 2 ** 20 };

/**
 * Opens, and where need be creates, the file of traces: `path`, or `locator.db` in `dataDir`. Any number of
 * processes may have it open. Rejects with a StoreError that says in one sentence what stands in the way.
 */
export async function openSqliteStore(
  where: string | { readonly dataDir: string },
  options: Partial<OpeningOptions> = {},
): Promise<Store> {
  const path = typeof where === 'string' ? where : join(where.dataDir, 'locator.db');
  const db = openFile(path);
  try {
    prepareDatabase(db, { ...DEFAULTS, ...options });
    return new SqliteEngine(db);
  } catch (error) {
    db.close();
    throw toStoreError(error);
  }
}

function openFile(path: string): Database.Database {
  try {
    const folder = dirname(path);
    mkdirSync(folder, { recursive: true });
    // SQLite only says that it cannot open the file; its log needs the folder, too.
    accessSync(folder, constants.W_OK);
    if (existsSync(path)) accessSync(path, constants.W_OK);
    return new Database(path);
  } catch (error) {
    const code = openingErrors.get(codeOf(error)) ?? 'STORE_UNREACHABLE';
    const message = error instanceof Error ? error.message : String(error);
    throw new StoreError(code, `${path}: ${message}`, error);
  }
}

const openingErrors: ReadonlyMap<string, StoreErrorCode> = new Map([
  ['EROFS', 'STORE_READ_ONLY'],
  ['EACCES', 'STORE_READ_ONLY'],
  ['EPERM', 'STORE_READ_ONLY'],
  ['ENOSPC', 'STORE_FULL'],
]);
