import type { Family, Transport } from '@locator/probe';
import type { Baseline } from '../analyse/baseline.js';
import type { DescribedHop, PathRecord } from '../path-record.js';
import type { Change, Condition } from './event-store.js';

/** A trace in the store. `pathId` is equal for traces whose hops answered from the same addresses. */
export interface StoredTrace extends PathRecord {
  readonly id: number;
  readonly pathId: string;
}

/** Which traces are of one kind: only those are ever compared. */
export interface Subject {
  /** As asked for, lower case, without brackets. */
  readonly target: string;
  readonly protocol: Transport;
  readonly family: Family;
}

export interface Page {
  /** Newest first, at most this many (default 20). */
  readonly limit?: number;
  /** Wall-clock milliseconds; only traces started before / after it. */
  readonly before?: number;
  readonly after?: number;
}

export interface TargetTraces {
  readonly target: string;
  /** Newest first. */
  readonly traces: readonly StoredTrace[];
}

/** What a new trace shows to be different, and what goes on now. */
export interface Observation {
  readonly changes: readonly Change[];
  readonly conditions: readonly Condition[];
}

/**
 * Holds a new trace against what is usual for its subject and what went on there until now. Called while the
 * trace is written: pure, and never throws.
 */
export type Observe = (
  trace: StoredTrace,
  baseline: Baseline,
  conditions: readonly Condition[],
) => Observation;

/** Which traces may go; without either, none. */
export interface Retention {
  /** Wall-clock milliseconds: those started before it. */
  readonly before?: number;
  /** All but the newest so many, of all targets together. */
  readonly keep?: number;
}

/**
 * What the server remembers. Promises of every engine:
 * - acknowledged means durable: after `append` resolves, a power cut loses nothing of it;
 * - traces are never changed, only added and, by `prune`, removed whole;
 * - a trace that was begun and never appended is `interrupted` after the next open and is not returned below.
 */
export interface TraceStore {
  /** While what is acknowledged is only kept as long as this process lives: why, in one sentence. */
  readonly problem?: string | null;
  /** Notes that a trace has started; the id it will have. */
  begin(subject: Subject, startedAt: number): Promise<number>;
  /** The trace, the baseline it is part of from now on, and the events that `observe` makes of it: all or nothing. */
  append(id: number, record: PathRecord, observe?: Observe): Promise<StoredTrace>;
  /** Finished traces from elsewhere, in the order in which they were made. They raise no events. */
  appendAll(records: readonly PathRecord[]): Promise<void>;
  /** Forgets a begun trace that came to nothing. */
  discard(id: number): Promise<void>;
  /**
   * Exact target, its subdomains (`youtube.com` finds `www.youtube.com`), and for an address every target
   * that resolved to it. Grouped by target; no more targets once there are 2,000 traces.
   */
  find(target: string, page?: Page): Promise<readonly TargetTraces[]>;
  /** All targets, most recently traced first; `page.limit` is per target. At most 1,000 targets, 2,000 traces. */
  recent(page?: Page): Promise<readonly TargetTraces[]>;
  /** The newest complete trace of exactly this subject not older than `notBefore`, or null. */
  latest(subject: Partial<Subject> & { target: string }, notBefore: number): Promise<StoredTrace | null>;
  /** Traces of this subject with an id below `beforeId`, newest first: never the trace being judged. */
  earlier(subject: Subject, beforeId: number, limit: number): Promise<readonly StoredTrace[]>;
  trace(id: number): Promise<StoredTrace | null>;
  /** What is usual for a stored trace's subject, by the traces stored before it alone. */
  baseline(trace: StoredTrace): Promise<Baseline>;
  /** Removes the oldest traces and the events of their time; how many traces. */
  prune(retention: Retention): Promise<number>;
  counts(): Promise<{ readonly traces: number; readonly targets: number; readonly interrupted: number }>;
  close(): Promise<void>;
}

export type { DescribedHop, PathRecord };
