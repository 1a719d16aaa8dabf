import type { Connection, Statements } from './connection.js';
import {
  type Change,
  type ChangeEvent,
  type EventFilter,
  type EventStore,
  severities,
} from './event-store.js';
import { labelRange, reversedLabels, targetName } from './target-name.js';
import type { StoredTrace } from './trace-store.js';

const columns = 'id, trace_id AS traceId, at, type, severity, body';
const filtered =
  'labels >= @from AND labels < @to AND at >= @since AND severity >= @atLeast AND (@type IS NULL OR type = @type)';

const QUERIES = {
  insert: `
    INSERT INTO event (trace_id, at, labels, type, severity, body)
    VALUES (@traceId, @at, @labels, @type, @severity, @body)`,
  newest: `SELECT ${columns} FROM event WHERE id < @before AND ${filtered} ORDER BY id DESC LIMIT @limit`,
  after: `SELECT ${columns} FROM event WHERE id > @after AND ${filtered} ORDER BY id LIMIT @limit`,
  lastId: "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0) AS id",
  prune: 'DELETE FROM event WHERE at < ?',
} as const;

interface Row {
  readonly id: number;
  readonly traceId: number;
  readonly at: number;
  readonly type: ChangeEvent['type'];
  readonly severity: number;
  readonly body: string;
}

type Body = Omit<ChangeEvent, 'id' | 'traceId' | 'at' | 'type' | 'severity'>;

export class SqliteEvents implements EventStore {
  readonly #connection: Connection;
  readonly #sql: Statements<typeof QUERIES>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#sql = connection.prepare(QUERIES);
  }

  /** Part of the transaction that writes the trace. */
  insert(name: string, trace: StoredTrace, { type, severity, ...rest }: Change): void {
    const { id: traceId, startedAt: at, address, protocol, family, pathId } = trace;
    const body: Body = { ...rest, target: name, address, protocol, family, pathId };
    this.#sql.insert.run({
      traceId,
      at,
      labels: reversedLabels(name),
      type,
      severity: severities.indexOf(severity),
      body: JSON.stringify(body),
    });
  }

  async newest(filter: EventFilter, limit: number, before = Number.MAX_SAFE_INTEGER) {
    return this.#read(() => this.#sql.newest.all({ ...conditions(filter), before, limit }));
  }

  async after(after: number, filter: EventFilter, limit: number) {
    return this.#read(() => this.#sql.after.all({ ...conditions(filter), after, limit }));
  }

  async lastId(): Promise<number> {
    return this.#connection.read(() => (this.#sql.lastId.get() as { id: number }).id);
  }

  /** Part of the transaction that removes traces of that time. */
  prune(before: number): void {
    this.#sql.prune.run(before);
  }

  #read(work: () => unknown[]): readonly ChangeEvent[] {
    return this.#connection.read(() => (work() as Row[]).map(toEvent));
  }
}

function conditions({ target, type, since, atLeast }: EventFilter) {
  const { from, to } = target === undefined ? { from: '', to: '\u{10ffff}' } : labelRange(targetName(target));
  return {
    from,
    to,
    type: type ?? null,
    since: since ?? -Number.MAX_VALUE,
    atLeast: severities.indexOf(atLeast ?? 'info'),
  };
}

function toEvent({ body, severity, ...row }: Row): ChangeEvent {
  return { ...(JSON.parse(body) as Body), ...row, severity: severities[severity] ?? 'critical' };
}
