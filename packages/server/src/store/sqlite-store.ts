import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { PathRecord } from '../path-record.js';
import { type OpeningOptions, prepareDatabase } from './open-database.js';
import { pathId } from './path-id.js';
import { QUERIES } from './queries.js';
import { decodeRecord, encodeRecord } from './record-codec.js';
import { codeOf, toStoreError } from './sqlite-error.js';
import { StoreError, type StoreErrorCode } from './store-error.js';
import { isAddress, reversedLabels, targetName } from './target-name.js';
import type { Page, StoredTrace, Subject, TargetTraces, TraceStore } from './trace-store.js';

const DEFAULTS: OpeningOptions = { busyTimeoutMs: 5000, checkBytes: 256 * 2 ** 20 };

/** Traces removed in one transaction: other work waits that long. */
const PRUNE_BATCH = 500;

/**
 * Opens, and where need be creates, the file of traces: `path`, or `locator.db` in `dataDir`. Any number of
 * processes may have it open. Rejects with a StoreError that says in one sentence what stands in the way.
 */
export async function openSqliteStore(
  where: string | { readonly dataDir: string },
  options: Partial<OpeningOptions> = {},
): Promise<TraceStore> {
  const path = typeof where === 'string' ? where : join(where.dataDir, 'locator.db');
  const db = openFile(path);
  try {
    prepareDatabase(db, { ...DEFAULTS, ...options });
    return new SqliteStore(db);
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

interface TraceRow {
  readonly id: number;
  readonly pathId: string;
  readonly record: Uint8Array;
}

interface TargetRow {
  readonly id: number;
  readonly name: string;
}

type Statements = { readonly [name in keyof typeof QUERIES]: Database.Statement };

class SqliteStore implements TraceStore {
  readonly #db: Database.Database;
  readonly #sql: Statements;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#sql = Object.fromEntries(
      Object.entries(QUERIES).map(([name, text]) => [name, db.prepare(text)]),
    ) as unknown as Statements;
  }

  async begin({ target, protocol, family }: Subject, startedAt: number): Promise<number> {
    return this.#attempt(() => {
      const { lastInsertRowid } = this.#sql.begin.run(targetName(target), protocol, family, startedAt);
      return Number(lastInsertRowid);
    });
  }

  async append(id: number, record: PathRecord): Promise<StoredTrace> {
    const trace = { ...record, id, pathId: pathId(record.hops) };
    const bytes = encodeRecord(record);
    this.#write(() => {
      const begun = this.#sql.take.get(id) as { target: string } | undefined;
      if (begun === undefined) throw new StoreError('TRACE_UNKNOWN', String(id));
      const { target: name } = begun;
      const started = record.startedAt;
      const target = this.#sql.countTrace.get({ name, labels: reversedLabels(name), started }) as TargetRow;
      this.#sql.insertTrace.run({
        id,
        targetId: target.id,
        protocol: record.protocol,
        family: record.family,
        started,
        address: targetName(record.address),
        complete: record.end === 'aborted' ? 0 : 1,
        pathId: trace.pathId,
        record: bytes,
      });
    });
    return trace;
  }

  async discard(id: number): Promise<void> {
    this.#attempt(() => this.#sql.take.run(id));
  }

  async find(target: string, page: Page = {}): Promise<readonly TargetTraces[]> {
    const name = targetName(target);
    const window = windowOf(page);
    if (isAddress(name)) {
      const targets = this.#attempt(() => this.#sql.targetsAt.all({ address: name }) as TargetRow[]);
      return this.#tracesOf(targets, this.#sql.tracesOfAt, { ...window, address: name });
    }
    const from = reversedLabels(name);
    // '/' follows '.' in ASCII: the range is every text that begins with `from`.
    const to = `${from.slice(0, -1)}/`;
    const { before, after } = window;
    const targets = this.#attempt(
      () => this.#sql.targetsWithin.all({ from, to, before, after }) as TargetRow[],
    );
    return this.#tracesOf(targets, this.#sql.tracesOf, window);
  }

  async recent(page: Page = {}): Promise<readonly TargetTraces[]> {
    const { limit, before, after } = windowOf(page);
    const targets = this.#attempt(() => this.#sql.targetsRecent.all({ before, after }) as TargetRow[]);
    return this.#tracesOf(targets, this.#sql.tracesOf, { limit, before, after });
  }

  async latest(
    { target, protocol, family }: Partial<Subject> & { target: string },
    notBefore: number,
  ): Promise<StoredTrace | null> {
    return this.#attempt(() => {
      const row = this.#sql.latest.get({
        target: targetName(target),
        protocol: protocol ?? null,
        family: family ?? null,
        notBefore,
      }) as TraceRow | undefined;
      return row === undefined ? null : toTrace(row);
    });
  }

  async earlier(
    { target, protocol, family }: Subject,
    beforeId: number,
    limit: number,
  ): Promise<readonly StoredTrace[]> {
    return this.#attempt(() => {
      const rows = this.#sql.earlier.all({ target: targetName(target), protocol, family, beforeId, limit });
      return (rows as TraceRow[]).map(toTrace);
    });
  }

  async prune(before: number): Promise<number> {
    let removed = 0;
    for (;;) {
      const batch = this.#write(() => this.#pruneBatch(before));
      removed += batch;
      if (batch < PRUNE_BATCH) return removed;
      await yieldToOthers();
    }
  }

  #pruneBatch(before: number): number {
    const rows = this.#sql.oldest.all(before, PRUNE_BATCH) as { id: number; targetId: number }[];
    for (const { id, targetId } of rows) {
      this.#sql.deleteTrace.run(id);
      this.#sql.uncountTrace.run(targetId);
    }
    if (rows.length > 0) this.#sql.deleteEmptyTargets.run();
    this.#sql.deleteInterrupted.run(before);
    return rows.length;
  }

  async counts(): Promise<{ traces: number; targets: number; interrupted: number }> {
    return this.#attempt(
      () => this.#sql.counts.get() as { traces: number; targets: number; interrupted: number },
    );
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  /** Reading and decoding is synchronous: between targets others get their turn. */
  async #tracesOf(
    targets: readonly TargetRow[],
    statement: Database.Statement,
    parameters: Readonly<Record<string, number | string>>,
  ): Promise<readonly TargetTraces[]> {
    const found: TargetTraces[] = [];
    for (const { id: targetId, name } of targets) {
      const traces = this.#attempt(() =>
        (statement.all({ ...parameters, targetId }) as TraceRow[]).map(toTrace),
      );
      if (traces.length > 0) found.push({ target: name, traces });
      await yieldToOthers();
    }
    return found;
  }

  #write<T>(work: () => T): T {
    return this.#attempt(() => this.#db.transaction(work).immediate());
  }

  #attempt<T>(work: () => T): T {
    if (!this.#db.open) throw new StoreError('STORE_CLOSED');
    try {
      return work();
    } catch (error) {
      throw toStoreError(error);
    }
  }
}

function toTrace({ id, pathId, record }: TraceRow): StoredTrace {
  try {
    return { ...decodeRecord(record), id, pathId };
  } catch (error) {
    throw new StoreError('STORE_CORRUPT', `trace ${id} cannot be read`, error);
  }
}

function windowOf({ limit = 20, before = Number.MAX_VALUE, after = -Number.MAX_VALUE }: Page) {
  return { limit: Math.max(0, Math.floor(limit)), before, after };
}
