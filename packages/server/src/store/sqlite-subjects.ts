import { type Baseline, decode, emptyBaseline, encode, fold } from '../analyse/baseline.js';
import type { PathRecord } from '../path-record.js';
import type { Connection, Statements } from './connection.js';
import type { Condition } from './event-store.js';
import type { Observe, StoredTrace } from './trace-store.js';

const key = 'target_id = @targetId AND protocol = @protocol AND family = @family';

const QUERIES = {
  get: `SELECT last_id AS lastId, conditions, baseline, next FROM subject WHERE ${key}`,
  put: `
    INSERT INTO subject (target_id, protocol, family, last_id, conditions, baseline, next)
    VALUES (@targetId, @protocol, @family, @lastId, @conditions, @baseline, @next)
    ON CONFLICT (target_id, protocol, family) DO UPDATE
    SET last_id = excluded.last_id, conditions = excluded.conditions, baseline = excluded.baseline,
      next = excluded.next`,
  deleteEmpty: 'DELETE FROM subject WHERE target_id IN (SELECT id FROM target WHERE traces = 0)',
} as const;

interface Row {
  readonly lastId: number;
  readonly conditions: string;
  /** Without the last trace. */
  readonly baseline: Uint8Array;
  /** With it; null in a file of before this was kept. */
  readonly next: Uint8Array | null;
}

/** A baseline and what it is kept as. */
interface Kept {
  readonly baseline: Baseline;
  readonly bytes: Uint8Array;
}

/** What the traces are read with when a baseline has to be made anew. */
export interface Recall {
  trace(id: number): PathRecord | null;
  /** The newest so many before `beforeId`, newest first. */
  earlier(trace: StoredTrace, limit: number): readonly PathRecord[];
}

/** Earlier traces that a baseline is made of where none was kept: reading them takes some 50 ms. */
const RECALLED = 100;

/**
 * Keeps two baselines for each target, protocol and family: the one that its newest trace is judged by, which that
 * trace is no part of, and the one with it, by which the next will be.
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
    const row = this.#row(targetId, trace);
    const usual = this.#usual(row, trace);
    const before = conditionsOf(row);
    const { changes, conditions } = observe?.(trace, usual.baseline, before) ?? {
      changes: [],
      conditions: before,
    };
    this.#put(targetId, trace, usual, conditions);
    return changes;
  }

  /** Takes many traces of one subject in, oldest first. */
  followAll(targetId: number, traces: readonly StoredTrace[]): void {
    const [first] = traces;
    const last = traces.at(-1);
    if (first === undefined || last === undefined) return;
    const row = this.#row(targetId, first);
    const baseline = traces.slice(0, -1).reduce(folded, this.#usual(row, first).baseline);
    this.#put(targetId, last, keep(baseline), conditionsOf(row));
  }

  /** The baseline to judge a stored trace by. */
  baseline(targetId: number | null, trace: StoredTrace): Baseline {
    const row = this.#row(targetId, trace);
    const kept = row?.lastId === trace.id ? decoded(row.baseline) : null;
    // Only the newest is asked for often; for any other the traces before it are read again.
    return kept ?? this.#recalled(trace);
  }

  deleteEmpty(): void {
    this.#sql.deleteEmpty.run();
  }

  #row(targetId: number | null, { protocol, family }: StoredTrace): Row | undefined {
    return this.#sql.get.get({ targetId, protocol, family }) as Row | undefined;
  }

  /** All that is usual by now. */
  #usual(row: Row | undefined, trace: StoredTrace): Kept {
    const bytes = row?.next ?? null;
    const baseline = bytes === null ? null : decoded(bytes);
    return bytes === null || baseline === null ? keep(this.#made(row, trace)) : { baseline, bytes };
  }

  #made(row: Row | undefined, trace: StoredTrace): Baseline {
    const behind = row === undefined ? null : decoded(row.baseline);
    const last = row === undefined ? null : this.#recall.trace(row.lastId);
    return behind === null || last === null ? this.#recalled(trace) : folded(behind, last);
  }

  #recalled(trace: StoredTrace): Baseline {
    return [...this.#recall.earlier(trace, RECALLED)].reverse().reduce(folded, emptyBaseline());
  }

  #put(targetId: number, last: StoredTrace, usual: Kept, conditions: readonly Condition[]): void {
    const { id: lastId, protocol, family } = last;
    this.#sql.put.run({
      targetId,
      protocol,
      family,
      lastId,
      conditions: JSON.stringify(conditions),
      baseline: usual.bytes,
      next: keep(folded(usual.baseline, last)).bytes,
    });
  }
}

function keep(baseline: Baseline): Kept {
  return { baseline, bytes: encode(baseline) };
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

/** null for bytes of another version, or damaged ones: the traces themselves are still there. */
function decoded(bytes: Uint8Array): Baseline | null {
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}
