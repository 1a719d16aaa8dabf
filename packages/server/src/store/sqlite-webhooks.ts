import type { Connection, Statements } from './connection.js';
import type { Origin } from './monitor-store.js';
import type { Progress, Webhook, WebhookSpec, WebhookStore } from './webhook-store.js';

const columns = 'id, origin, spec, secret, created, seen, attempts, next_at AS nextAt, progress';

const QUERIES = {
  all: `SELECT ${columns} FROM webhook ORDER BY id`,
  add: `
    INSERT INTO webhook (origin, spec, secret, created, seen)
    VALUES (@origin, @spec, @secret, @created,
      coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0))
    ON CONFLICT (origin, spec) DO UPDATE SET secret = excluded.secret RETURNING ${columns}`,
  remove: 'DELETE FROM webhook WHERE id = ?',
  note: `
    UPDATE webhook SET seen = @seen, attempts = @attempts, next_at = @nextAt, progress = @progress
    WHERE id = @id`,
} as const;

interface Row {
  readonly id: number;
  readonly origin: Origin;
  readonly spec: string;
  readonly secret: string;
  readonly created: number;
  readonly seen: number;
  readonly attempts: number;
  readonly nextAt: number;
  readonly progress: string;
}

const NOTHING_YET: Progress = { delivered: 0, givenUp: 0, lastDeliveredAt: null, problem: null };

export class SqliteWebhooks implements WebhookStore {
  readonly #connection: Connection;
  readonly #sql: Statements<typeof QUERIES>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#sql = connection.prepare(QUERIES);
  }

  async all(): Promise<readonly Webhook[]> {
    return this.#connection.read(() => (this.#sql.all.all() as Row[]).map(toWebhook));
  }

  async add(spec: WebhookSpec, secret: string, origin: Origin, created: number): Promise<Webhook> {
    const row = { origin, spec: JSON.stringify(spec), secret, created };
    return this.#connection.write(() => toWebhook(this.#sql.add.get(row) as Row));
  }

  async remove(id: number): Promise<boolean> {
    return this.#connection.write(() => this.#sql.remove.run(id).changes > 0);
  }

  async note(
    id: number,
    { seen, attempts, nextAt, progress }: Pick<Webhook, 'seen' | 'attempts' | 'nextAt' | 'progress'>,
  ): Promise<void> {
    this.#connection.write(() =>
      this.#sql.note.run({ id, seen, attempts, nextAt, progress: JSON.stringify(progress) }),
    );
  }
}

function toWebhook({ spec, created: createdAt, progress, ...row }: Row): Webhook {
  return {
    ...row,
    ...(JSON.parse(spec) as WebhookSpec),
    createdAt,
    progress: { ...NOTHING_YET, ...(JSON.parse(progress) as Partial<Progress>) },
  };
}
