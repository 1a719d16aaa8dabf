import { type Baseline, decode, emptyBaseline, encode, fold } from '../analyse/baseline.js';
import type { PathRecord } from '../path-record.js';
import type { Connection, Statements } from './connection.js';
import type { Condition } from './event-store.js';
import type { Observe, StoredTrace } from './trace-store.js';

const key = 'target_id = @targetId AND protocol = @protocol AND family = @family';

const QUERIES = {
  get: `SELECT last_id AS lastId, conditions, baseline FROM subject WHERE ${key}`,
  put: `
    INSERT INTO subject (target_id, protocol, family, last_id, conditions, baseline)
    VALUES (@targetId, @protocol, @family, @lastId, @conditions, @baseline)
    ON CONFLICT (target_id, protocol, family) DO UPDATE
    SET last_id = excluded.last_id, conditions = excluded.conditions, baseline = excluded.baseline`,
  deleteEmpty: 'DELETE FROM subject WHERE target_id IN (SELECT id FROM target WHERE traces = 0)',
} as const;

interface Row {
  readonly lastId: number;
  readonly conditions: string;
  readonly baseline: Uint8Array;
}

/** What the traces are read with when a baseline has to be made anew. */
export interface Recall {
  trace(id: number): PathRecord | null;
  /** The newest so many before `beforeId`, newest first. */
  earlier(trace: StoredTrace, limit: number): readonly PathRecord[];
}

/** Earlier traces that a baseline is made of where none was kept: reading them takes some 50 ms. */
const RECALLED = 100;

/** Keeps one baseline for each target, protocol and family, always one trace behind. */
export class SqliteSubjects {
  readonly #sql: Statements<typeof QUERIES>;
  readonly #recall: Recall;

  constructor(connection: Connection, recall: Recall) {
    this.#sql = connection.prepare(QUERIES);
    this.#recall = recall;
  }

  /** Takes a new trace in, as part of the transaction that writes it; what it shows to be different. */
  follow(targetId: number, trace: StoredTrace, observe: Observe | undefined) {
    const { protocol, family } = trace;
    const row = this.#sql.get.get({ targetId, protocol, family }) as Row | undefined;
    const baseline = this.#caughtUp(row, trace);
    const before = row === undefined ? [] : (JSON.parse(row.conditions) as Condition[]);
    const { changes, conditions } = observe?.(trace, baseline, before) ?? { changes: [], conditions: before };
    this.#put(targetId, trace, baseline, conditions);
    return changes;
  }

  /** The baseline to judge a stored trace by. */
  baseline(targetId: number | null, trace: StoredTrace): Baseline {
    const { protocol, family } = trace;
    const row = this.#sql.get.get({ targetId, protocol, family }) as Row | undefined;
    const kept = row?.lastId === trace.id ? decoded(row.baseline) : null;
    // Only the newest is asked for often; for any other the traces before it are read again.
    return kept ?? this.#recalled(trace);
  }

  /** Takes many traces of one subject in, oldest first. */
  followAll(targetId: number, traces: readonly StoredTrace[]): void {
    const [first] = traces;
    const last = traces.at(-1);
    if (first === undefined || last === undefined) return;
    const { protocol, family } = first;
    const row = this.#sql.get.get({ targetId, protocol, family }) as Row | undefined;
    const baseline = traces.slice(0, -1).reduce(folded, this.#caughtUp(row, first));
    this.#put(targetId, last, baseline, row === undefined ? [] : (JSON.parse(row.conditions) as Condition[]));
  }

  deleteEmpty(): void {
    this.#sql.deleteEmpty.run();
  }

  /** The kept baseline and the trace after it: all that is usual now. */
  #caughtUp(row: Row | undefined, trace: StoredTrace): Baseline {
    const kept = row === undefined ? null : decoded(row.baseline);
    if (row === undefined || kept === null) return this.#recalled(trace);
    const last = this.#recall.trace(row.lastId);
    return last === null ? kept : folded(kept, last);
  }

  #recalled(trace: StoredTrace): Baseline {
    return [...this.#recall.earlier(trace, RECALLED)].reverse().reduce(folded, emptyBaseline());
  }

  #put(targetId: number, last: StoredTrace, baseline: Baseline, conditions: readonly Condition[]): void {
    const { id: lastId, protocol, family } = last;
    this.#sql.put.run({
      targetId,
      protocol,
      family,
      lastId,
      conditions: JSON.stringify(conditions),
      baseline: Buffer.from(encode(baseline)),
    });
  }
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
