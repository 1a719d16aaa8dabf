import type { Database } from 'better-sqlite3';
import { APPLICATION_ID, MIGRATIONS } from './schema.js';
import { codeOf } from './sqlite-error.js';
import { StoreError } from './store-error.js';

export interface OpeningOptions {
  /** Milliseconds to wait for another process that is writing. */
  readonly busyTimeoutMs: number;
  /** Files up to this size are checked whole at the start, larger ones only where the targets are. */
  readonly checkBytes: number;
}

/**
 * Makes a freshly opened file ready: ours, sound, of the present layout, with unfinished traces of a process
 * that is gone marked as interrupted. Throws STORE_FOREIGN, STORE_NEWER, STORE_CORRUPT and SQLite's errors.
 */
export function prepareDatabase(db: Database, options: OpeningOptions): void {
  db.pragma(`busy_timeout = ${options.busyTimeoutMs}`);
  // Three records of 2.5 kB fill a page of 8 kB; of the default 4 kB each would take one alone.
  db.pragma('page_size = 8192');
  // KiB: the inner pages of the indexes of a million traces; SQLite's own 2 MB would read them again and again.
  db.pragma('cache_size = -16384');
  requireOurs(db);
  requireSound(db, options.checkBytes);

  const alone = leaveSharedMode(db);
  db.transaction(() => {
    migrate(db);
    if (alone && !isShared(db)) db.exec('UPDATE begun SET interrupted = 1 WHERE interrupted = 0');
  }).exclusive();

  enterSharedMode(db);
  // A commit returns when the disk has it: in WAL mode, NORMAL would only promise that for checkpoints.
  db.pragma('synchronous = FULL');
}

function requireOurs(db: Database): void {
  const tables = db.prepare('SELECT count(*) FROM sqlite_master').pluck().get();
  if (tables !== 0 && db.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
    throw new StoreError('STORE_FOREIGN', db.name);
  }
  const version = db.pragma('user_version', { simple: true });
  if (Number(version) > MIGRATIONS.length) {
    throw new StoreError('STORE_NEWER', `layout ${version}, ${MIGRATIONS.length} is known here`);
  }
}

/** SQLite's own check of all pages; it reads a gigabyte in a second at best, hence the bound. */
export function requireSound(db: Database, checkBytes: number): void {
  const pages = Number(db.pragma('page_count', { simple: true }));
  const bytes = pages * Number(db.pragma('page_size', { simple: true }));
  const verdict = db.pragma(bytes <= checkBytes ? 'quick_check(1)' : "quick_check('target')", {
    simple: true,
  });
  // The first line only says in which of the attached databases.
  if (verdict !== 'ok') throw new StoreError('STORE_CORRUPT', String(verdict).split('\n').at(-1));
}

/** Takes the steps that are missing to the present layout. */
export function migrate(db: Database): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  for (const step of MIGRATIONS.slice(version)) db.exec(step);
  if (version === MIGRATIONS.length) return;
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${MIGRATIONS.length}`);
}

/**
 * Whether no other process has the file open, and so every unfinished trace in it is a dead one's. Only then
 * does SQLite let a database out of WAL mode. Its locks are the kernel's, which takes them back from a
 * killed process: nothing can go stale, as a file with a process number would.
 */
function leaveSharedMode(db: Database): boolean {
  try {
    return db.pragma('journal_mode = DELETE', { simple: true }) === 'delete';
  } catch (error) {
    if (codeOf(error).startsWith('SQLITE_BUSY')) return false;
    throw error;
  }
}

/** Read inside a transaction this is certain: another process may have entered the mode meanwhile. */
function isShared(db: Database): boolean {
  return db.pragma('journal_mode', { simple: true }) === 'wal';
}

function enterSharedMode(db: Database): void {
  const mode = db.pragma('journal_mode = WAL', { simple: true });
  if (mode !== 'wal')
    throw new StoreError('STORE_UNREACHABLE', `its file system allows no write-ahead log (${mode})`);
}
