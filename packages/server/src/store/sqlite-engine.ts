import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import type { Baseline } from '../analyse/baseline.js';
import type { PathRecord } from '../path-record.js';
import { Connection, type Statements } from './connection.js';
import { pathId } from './path-id.js';
import { MOST_TRACES, QUERIES } from './queries.js';
import { decodeRecord, encodeRecord } from './record-codec.js';
import { SqliteEvents } from './sqlite-events.js';
import { SqliteMonitors } from './sqlite-monitors.js';
import { SqliteSubjects } from './sqlite-subjects.js';
import { SqliteWebhooks } from './sqlite-webhooks.js';
import type { Store } from './store.js';
import { StoreError } from './store-error.js';
import { isAddress, labelRange, reversedLabels, targetName } from './target-name.js';
import type { Observe, Page, Retention, StoredTrace, Subject, TargetTraces } from './trace-store.js';

/** Traces removed in one transaction: other work waits that long. */
const PRUNE_BATCH = 500;

interface TraceRow {
  readonly id: number;
  readonly pathId: string;
  readonly record: Uint8Array;
}

interface TargetRow {
  readonly id: number;
  readonly name: string;
}

/** Everything in one SQLite database, on disk or in memory, that is open and has the present layout. */
export class SqliteEngine implements Store {
  readonly events: SqliteEvents;
  readonly monitors: SqliteMonitors;
  readonly webhooks: SqliteWebhooks;
  readonly #connection: Connection;
  readonly #subjects: SqliteSubjects;
  readonly #sql: Statements<typeof QUERIES>;
  readonly #maxTraces: number;

  /** Beyond `maxTraces` each new trace drives out the oldest. */
  constructor(db: Database.Database, maxTraces = Number.POSITIVE_INFINITY) {
    const connection = new Connection(db);
    this.#connection = connection;
    this.#sql = connection.prepare(QUERIES);
    this.#maxTraces = maxTraces;
    this.events = new SqliteEvents(connection);
    this.monitors = new SqliteMonitors(connection);
    this.webhooks = new SqliteWebhooks(connection);
    this.#subjects = new SqliteSubjects(connection, {
      earlier: (trace, limit) => this.#earlier(trace, trace.id, limit),
    });
  }

  async begin({ target, protocol, family }: Subject, startedAt: number): Promise<number> {
    return this.#connection.note(() => {
      const { lastInsertRowid } = this.#sql.begin.run(targetName(target), protocol, family, startedAt);
      return Number(lastInsertRowid);
    });
  }

  async append(id: number, record: PathRecord, observe?: Observe): Promise<StoredTrace> {
    const trace = { ...record, id, pathId: pathId(record.hops) };
    const bytes = encodeRecord(record);
    this.#connection.write(() => {
      const begun = this.#sql.take.get(id) as { target: string } | undefined;
      if (begun === undefined) throw new StoreError('TRACE_UNKNOWN', String(id));
      const targetId = this.#insert(begun.target, trace, bytes);
      // A trace that somebody stopped says nothing about what is usual.
      if (record.end !== 'aborted') {
        const changes = this.#subjects.follow(targetId, trace, observe);
        for (const change of changes) this.events.insert(begun.target, trace, change);
      }
      if (this.#maxTraces < Number.POSITIVE_INFINITY) this.#pruneBatch({ keep: this.#maxTraces });
    });
    return trace;
  }

  async appendAll(records: readonly PathRecord[]): Promise<void> {
    const encoded = records.map((record) => [record, encodeRecord(record)] as const);
    this.#connection.write(() => {
      const bySubject = new Map<string, { targetId: number; traces: StoredTrace[] }>();
      for (const [record, bytes] of encoded) {
        const { protocol, family, startedAt } = record;
        const name = targetName(record.target);
        const id = Number(this.#sql.begin.run(name, protocol, family, startedAt).lastInsertRowid);
        this.#sql.take.get(id);
        const trace = { ...record, id, pathId: pathId(record.hops) };
        const targetId = this.#insert(name, trace, bytes);
        const key = `${targetId} ${protocol} ${family}`;
        const subject = bySubject.get(key) ?? { targetId, traces: [] };
        bySubject.set(key, subject);
        if (record.end !== 'aborted') subject.traces.push(trace);
      }
      for (const { targetId, traces } of bySubject.values()) this.#subjects.followAll(targetId, traces);
    });
  }

  /** Counts the target, which it makes where need be; its id. */
  #insert(name: string, trace: StoredTrace, record: Buffer): number {
    const { id, protocol, family, startedAt: started, pathId } = trace;
    const labels = reversedLabels(name);
    const { id: targetId } = this.#sql.countTrace.get({ name, labels, started }) as TargetRow;
    const address = targetName(trace.address);
    const complete = trace.end === 'aborted' ? 0 : 1;
    this.#sql.insertTrace.run({ id, targetId, protocol, family, started, address, complete, pathId, record });
    return targetId;
  }

  async discard(id: number): Promise<void> {
    this.#connection.note(() => this.#sql.take.run(id));
  }

  async find(target: string, page: Page = {}): Promise<readonly TargetTraces[]> {
    const name = targetName(target);
    const window = windowOf(page);
    if (isAddress(name)) {
      const targets = this.#targets('targetsAt', { address: name });
      return this.#tracesOf(targets, this.#sql.tracesOfAt, { ...window, address: name });
    }
    const { before, after } = window;
    const targets = this.#targets('targetsWithin', { ...labelRange(name), before, after });
    return this.#tracesOf(targets, this.#sql.tracesOf, window);
  }

  async recent(page: Page = {}): Promise<readonly TargetTraces[]> {
    const { limit, before, after } = windowOf(page);
    const targets = this.#targets('targetsRecent', { before, after });
    return this.#tracesOf(targets, this.#sql.tracesOf, { limit, before, after });
  }

  #targets(query: keyof typeof QUERIES, parameters: Readonly<Record<string, number | string>>): TargetRow[] {
    return this.#connection.read(() => this.#sql[query].all(parameters) as TargetRow[]);
  }

  async latest(
    { target, protocol, family }: Partial<Subject> & { target: string },
    notBefore: number,
  ): Promise<StoredTrace | null> {
    return this.#connection.read(() => {
      const row = this.#sql.latest.get({
        target: targetName(target),
        protocol: protocol ?? null,
        family: family ?? null,
        notBefore,
      }) as TraceRow | undefined;
      return row === undefined ? null : toTrace(row);
    });
  }

  async earlier(subject: Subject, beforeId: number, limit: number): Promise<readonly StoredTrace[]> {
    return this.#connection.read(() => this.#earlier(subject, beforeId, limit));
  }

  #earlier({ target, protocol, family }: Subject, beforeId: number, limit: number): StoredTrace[] {
    const rows = this.#sql.earlier.all({ target: targetName(target), protocol, family, beforeId, limit });
    return (rows as TraceRow[]).map(toTrace);
  }

  async trace(id: number): Promise<StoredTrace | null> {
    return this.#connection.read(() => this.#trace(id));
  }

  #trace(id: number): StoredTrace | null {
    const row = this.#sql.trace.get(id) as TraceRow | undefined;
    return row === undefined ? null : toTrace(row);
  }

  async baseline(trace: StoredTrace): Promise<Baseline> {
    return this.#connection.read(() => {
      const target = this.#sql.targetOf.get(trace.id) as TargetRow | undefined;
      return this.#subjects.baseline(target?.id ?? null, trace);
    });
  }

  async prune(retention: Retention): Promise<number> {
    let removed = 0;
    for (;;) {
      const batch = this.#connection.write(() => this.#pruneBatch(retention));
      removed += batch;
      if (batch === 0) return removed;
      await yieldToOthers();
    }
  }

  #pruneBatch({ before = -Number.MAX_VALUE, keep = Number.POSITIVE_INFINITY }: Retention): number {
    const { traces } = this.#sql.total.get() as { traces: number };
    const excess = Math.min(PRUNE_BATCH, Math.max(0, traces - keep));
    const rows = this.#sql.oldest.all(excess > 0 ? Number.MAX_VALUE : before, excess || PRUNE_BATCH) as {
      id: number;
      targetId: number;
    }[];
    for (const { id, targetId } of rows) {
      this.#sql.deleteTrace.run(id);
      this.#sql.uncountTrace.run(targetId);
    }
    if (rows.length > 0) {
      this.#subjects.deleteEmpty();
      this.#sql.deleteEmptyTargets.run();
    }
    this.#sql.deleteInterrupted.run(before);
    // Events go with the traces of their time.
    const { started } = this.#sql.oldestStart.get() as { started: number | null };
    this.events.prune(Math.max(before, started ?? Number.MAX_VALUE));
    return rows.length;
  }

  async counts(): Promise<{ traces: number; targets: number; interrupted: number }> {
    return this.#connection.read(
      () => this.#sql.counts.get() as { traces: number; targets: number; interrupted: number },
    );
  }

  async backup(path: string): Promise<void> {
    await this.#connection.copyTo(path);
  }

  async close(): Promise<void> {
    this.#connection.close();
  }

  /** Reading and decoding is synchronous: between targets others get their turn. */
  async #tracesOf(
    targets: readonly TargetRow[],
    statement: Database.Statement,
    parameters: Readonly<Record<string, number | string>>,
  ): Promise<readonly TargetTraces[]> {
    const found: TargetTraces[] = [];
    let left = MOST_TRACES;
    for (const { id: targetId, name } of targets) {
      const traces = this.#connection.read(() =>
        (statement.all({ ...parameters, targetId }) as TraceRow[]).map(toTrace),
      );
      if (traces.length > 0) found.push({ target: name, traces });
      left -= traces.length;
      if (left <= 0) break;
      await yieldToOthers();
    }
    return found;
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
