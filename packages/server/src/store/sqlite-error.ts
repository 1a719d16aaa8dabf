import { StoreError, type StoreErrorCode } from './store-error.js';

/** SQLite's result codes (sqlite.org/rescode.html), extended ones by their beginning, and what they mean here. */
const meanings: readonly (readonly [beginning: string, code: StoreErrorCode])[] = [
  ['SQLITE_FULL', 'STORE_FULL'],
  // The shared-memory file of the write-ahead log could not grow.
  ['SQLITE_IOERR_SHMSIZE', 'STORE_FULL'],
  ['SQLITE_READONLY', 'STORE_READ_ONLY'],
  ['SQLITE_CORRUPT', 'STORE_CORRUPT'],
  ['SQLITE_NOTADB', 'STORE_CORRUPT'],
  ['SQLITE_BUSY', 'STORE_BUSY'],
  ['SQLITE_LOCKED', 'STORE_BUSY'],
  ['SQLITE_CANTOPEN', 'STORE_UNREACHABLE'],
  ['SQLITE_PERM', 'STORE_UNREACHABLE'],
];

/** What better-sqlite3 throws → a coded error; the store's own errors stay as they are. */
export function toStoreError(thrown: unknown): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const sqlite = codeOf(thrown);
  const code = meanings.find(([beginning]) => sqlite.startsWith(beginning))?.[1] ?? 'STORE_FAILED';
  return new StoreError(code, message, thrown);
}

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
