import type { Connection, Statements } from './connection.js';
import type { Monitor, MonitorSpec, MonitorStore, Origin, Run } from './monitor-store.js';

const columns = 'id, origin, spec, created, runs, skipped, last';

const QUERIES = {
  all: `SELECT ${columns} FROM monitor ORDER BY id`,
  add: `
    INSERT INTO monitor (origin, spec, created) VALUES (@origin, @spec, @created)
    ON CONFLICT (origin, spec) DO UPDATE SET spec = excluded.spec RETURNING ${columns}`,
  remove: 'DELETE FROM monitor WHERE id = ?',
  ran: 'UPDATE monitor SET runs = runs + 1, last = @last WHERE id = @id',
  skipped: 'UPDATE monitor SET skipped = skipped + 1 WHERE id = ?',
} as const;

interface Row {
  readonly id: number;
  readonly origin: Origin;
  readonly spec: string;
  readonly created: number;
  readonly runs: number;
  readonly skipped: number;
  readonly last: string | null;
}

export class SqliteMonitors implements MonitorStore {
  readonly #connection: Connection;
  readonly #sql: Statements<typeof QUERIES>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#sql = connection.prepare(QUERIES);
  }

  async all(): Promise<readonly Monitor[]> {
    return this.#connection.read(() => (this.#sql.all.all() as Row[]).map(toMonitor));
  }

  async add(spec: MonitorSpec, origin: Origin, created: number): Promise<Monitor> {
    const row = { origin, spec: JSON.stringify(spec), created };
    return this.#connection.write(() => toMonitor(this.#sql.add.get(row) as Row));
  }

  async remove(id: number): Promise<boolean> {
    return this.#connection.write(() => this.#sql.remove.run(id).changes > 0);
  }

  async ran(id: number, run: Run): Promise<void> {
    this.#connection.write(() => this.#sql.ran.run({ id, last: JSON.stringify(run) }));
  }

  async skipped(id: number): Promise<void> {
    this.#connection.write(() => this.#sql.skipped.run(id));
  }
}

function toMonitor({ spec, created: createdAt, last, ...row }: Row): Monitor {
  const run = last === null ? null : (JSON.parse(last) as Run);
  return { ...row, ...(JSON.parse(spec) as MonitorSpec), createdAt, last: run };
}
