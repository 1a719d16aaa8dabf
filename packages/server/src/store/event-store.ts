import type { Family, Transport } from '@locator/probe';
import type { Finding } from '../analyse/judgement.js';

/** From harmless to grave. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** `change`: it has become different, and that is all; the others are of what lasts for a while. */
export type EventState = 'change' | 'began' | 'worsened' | 'ended';

/** What a trace showed to be different from before. */
export interface Change {
  readonly type: Finding['type'];
  readonly state: EventState;
  readonly severity: Severity;
  /** TTL, or null where it is about the whole path. */
  readonly hop: number | null;
  /** One sentence for people. */
  readonly detail: string;
  /** How sure it is that this is no chance, 0 to 1. */
  readonly confidence: number;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** A change as the store keeps it. Immutable. */
export interface ChangeEvent extends Change {
  /** Rises from event to event, for ever. */
  readonly id: number;
  /** Wall-clock milliseconds: when the trace was started. */
  readonly at: number;
  readonly target: string;
  readonly address: string;
  readonly protocol: Transport;
  readonly family: Family;
  readonly traceId: number;
  readonly pathId: string;
}

/** Something that was found and may be found again in the next trace, such as loss. */
export interface Condition {
  /** What makes it the same in the next trace. */
  readonly key: string;
  readonly type: Finding['type'];
  /** The gravest so far. */
  readonly severity: Severity;
  readonly hop: number | null;
  /** As it was last found. */
  readonly detail: string;
  /** Start of the first trace that had it, wall-clock milliseconds. */
  readonly since: number;
  /** Traces in a row, up to now, that did not have it. */
  readonly absent: number;
}

export interface EventFilter {
  /** With its subdomains, as for traces; an address is only itself. */
  readonly target?: string | undefined;
  readonly type?: string | undefined;
  /** Wall-clock milliseconds: of traces started then or later. */
  readonly since?: number | undefined;
  readonly atLeast?: Severity | undefined;
}

/** Events, which the store writes with the trace that shows them. */
export interface EventStore {
  /** Newest first; with `before` those with lower ids. */
  newest(filter: EventFilter, limit: number, before?: number): Promise<readonly ChangeEvent[]>;
  /** With ids above `after`, oldest first. */
  after(after: number, filter: EventFilter, limit: number): Promise<readonly ChangeEvent[]>;
  /** The highest id ever given; 0 when there was none. */
  lastId(): Promise<number>;
}
