import { type Baseline, decode, emptyBaseline, encode, fold } from '../analyse/baseline.js';
import type { PathRecord } from '../path-record.js';
import type { Connection, Statements } from './connection.js';
import type { Condition } from './event-store.js';
import type { Observe, StoredTrace } from './trace-store.js';

const QUERIES = {
  // The condition on numbers is one look-up each; `bytes` of the older of the two is not read.
  newest: `
    SELECT id, last_id AS lastId, conditions, bytes FROM baseline WHERE id = (
      SELECT baseline.id FROM subject JOIN baseline ON baseline.id IN (2 * subject.id, 2 * subject.id + 1)
      WHERE target_id = @targetId AND protocol = @protocol AND family = @family ORDER BY last_id DESC LIMIT 1)`,
  bytes: 'SELECT bytes FROM baseline WHERE id = ?',
  add: `
    INSERT INTO subject (target_id, protocol, family) VALUES (@targetId, @protocol, @family)
    ON CONFLICT (target_id, protocol, family) DO UPDATE SET family = excluded.family RETURNING 2 * id AS id`,
  put: `
    INSERT INTO baseline (id, last_id, conditions, bytes) VALUES (@id, @lastId, @conditions, @bytes)
    ON CONFLICT (id) DO UPDATE
    SET last_id = excluded.last_id, conditions = excluded.conditions, bytes = excluded.bytes`,
  deleteBaselines: `
    DELETE FROM baseline WHERE id IN (
      SELECT 2 * subject.id + turn FROM subject JOIN (SELECT 0 AS turn UNION SELECT 1)
      WHERE target_id IN (SELECT id FROM target WHERE traces = 0))`,
  deleteEmpty: 'DELETE FROM subject WHERE target_id IN (SELECT id FROM target WHERE traces = 0)',
} as const;

interface Row {
  readonly id: number;
  /** The last trace in it. */
  readonly lastId: number;
  readonly conditions: string;
  readonly bytes: Uint8Array;
}

/** Baselines are written as so many bytes or a multiple: of equal length, one takes the place of another. */
const BLOCK = 1024;

/** What the traces are read with when a baseline has to be made anew. */
export interface Recall {
  /** The newest so many before `beforeId`, newest first. */
  earlier(trace: StoredTrace, limit: number): readonly PathRecord[];
}

/** Earlier traces that a baseline is made of where none was kept: reading them takes some 50 ms. */
const RECALLED = 100;

/**
 * Keeps two baselines for each target, protocol and family: the one that its newest trace is judged by, which that
 * trace is no part of, and the one with it, by which the next will be. The next then takes the place of the older.
 */
export class SqliteSubjects {
  readonly #sql: Statements<typeof QUERIES>;
  readonly #recall: Recall;

  constructor(connection: Connection, recall: Recall) {
    this.#sql = connection.prepare(QUERIES);
    this.#recall = recall;
  }

  /** Takes a new trace in, as part of the transaction that writes it; what it shows to be different. */
  follow(targetId: number, trace: StoredTrace, observe: Observe | undefined) {
    const newest = this.#newest(targetId, trace);
    const kept = decoded(newest);
    const usual = kept ?? this.#recalled(trace);
    const before = conditionsOf(newest);
    const { changes, conditions } = observe?.(trace, usual, before) ?? { changes: [], conditions: before };
    const id = newest?.id ?? this.#add(targetId, trace);
    if (kept === null) this.#put(id, newest?.lastId ?? 0, before, usual);
    this.#put(other(id), trace.id, conditions, folded(usual, trace));
    return changes;
  }

  /** Takes many traces of one subject in, oldest first. */
  followAll(targetId: number, traces: readonly StoredTrace[]): void {
    const [first] = traces;
    const last = traces.at(-1);
    if (first === undefined || last === undefined) return;
    const newest = this.#newest(targetId, first);
    const usual = decoded(newest) ?? this.#recalled(first);
    const baseline = traces.slice(0, -1).reduce(folded, usual);
    const id = newest?.id ?? this.#add(targetId, first);
    this.#put(id, traces.at(-2)?.id ?? newest?.lastId ?? 0, conditionsOf(newest), baseline);
    this.#put(other(id), last.id, conditionsOf(newest), folded(baseline, last));
  }

  /** The baseline to judge a stored trace by. */
  baseline(targetId: number | null, trace: StoredTrace): Baseline {
    const newest = this.#newest(targetId, trace);
    // Only the newest is asked for often; for any other the traces before it are read again.
    if (newest?.lastId !== trace.id) return this.#recalled(trace);
    const before = this.#sql.bytes.get(other(newest.id)) as Pick<Row, 'bytes'> | undefined;
    return decoded(before) ?? this.#recalled(trace);
  }

  deleteEmpty(): void {
    this.#sql.deleteBaselines.run();
    this.#sql.deleteEmpty.run();
  }

  #newest(targetId: number | null, { protocol, family }: StoredTrace): Row | undefined {
    return this.#sql.newest.get({ targetId, protocol, family }) as Row | undefined;
  }

  /** The number of the first baseline of a new subject. */
  #add(targetId: number, { protocol, family }: StoredTrace): number {
    return (this.#sql.add.get({ targetId, protocol, family }) as Pick<Row, 'id'>).id;
  }

  #recalled(trace: StoredTrace): Baseline {
    return [...this.#recall.earlier(trace, RECALLED)].reverse().reduce(folded, emptyBaseline());
  }

  #put(id: number, lastId: number, conditions: readonly Condition[], baseline: Baseline): void {
    const bytes = encode(baseline);
    const length = Math.ceil(bytes.length / BLOCK) * BLOCK;
    this.#sql.put.run({
      id,
      lastId,
      conditions: JSON.stringify(conditions),
      bytes: Buffer.concat([bytes], length),
    });
  }
}

/** The number of the other baseline of the same subject. */
function other(id: number): number {
  return id % 2 === 0 ? id + 1 : id - 1;
}

function conditionsOf(row: Row | undefined): readonly Condition[] {
  return row === undefined ? [] : (JSON.parse(row.conditions) as Condition[]);
}

/** One trace that cannot be taken in must not keep all later ones of its target from being stored. */
function folded(baseline: Baseline, trace: PathRecord): Baseline {
  try {
    return fold(baseline, trace);
  } catch {
    return baseline;
  }
}

/** null where there is none, for bytes of another version, or damaged ones: the traces themselves are still there. */
function decoded(row: Pick<Row, 'bytes'> | undefined): Baseline | null {
  if (row === undefined) return null;
  try {
    return decode(row.bytes);
  } catch {
    return null;
  }
}
