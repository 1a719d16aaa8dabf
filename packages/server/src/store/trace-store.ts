import type { Family, Transport } from '@locator/probe';
import type { DescribedHop, PathRecord } from '../path-record.js';

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

/**
 * What the server remembers. Promises of every engine:
 * - acknowledged means durable: after `append` resolves, a power cut loses nothing of it;
 * - traces are never changed, only added and, by `prune`, removed whole;
 * - a trace that was begun and never appended is `interrupted` after the next open and is not returned below.
 */
export interface TraceStore {
  /** Notes that a trace has started; the id it will have. */
  begin(subject: Subject, startedAt: number): Promise<number>;
  append(id: number, record: PathRecord): Promise<StoredTrace>;
  /** Forgets a begun trace that came to nothing. */
  discard(id: number): Promise<void>;
  /**
   * Exact target, its subdomains (`youtube.com` finds `www.youtube.com`), and for an address every target
   * that resolved to it. Grouped by target.
   */
  find(target: string, page?: Page): Promise<readonly TargetTraces[]>;
  /** All targets, most recently traced first; `page.limit` is per target, at most 1,000 targets. */
  recent(page?: Page): Promise<readonly TargetTraces[]>;
  /** The newest complete trace of exactly this subject not older than `notBefore`, or null. */
  latest(subject: Partial<Subject> & { target: string }, notBefore: number): Promise<StoredTrace | null>;
  /** Traces of this subject with an id below `beforeId`, newest first: never the trace being judged. */
  earlier(subject: Subject, beforeId: number, limit: number): Promise<readonly StoredTrace[]>;
  /** Removes traces started before this time; how many. */
  prune(before: number): Promise<number>;
  counts(): Promise<{ readonly traces: number; readonly targets: number; readonly interrupted: number }>;
  close(): Promise<void>;
}

export type { DescribedHop, PathRecord };
