import type { EventFilter, Severity } from './event-store.js';
import type { Origin } from './monitor-store.js';

/** Who is told, and of what. */
export interface WebhookSpec {
  readonly url: string;
  readonly filter: Pick<EventFilter, 'target' | 'type'> & { readonly atLeast: Severity };
}

/** How delivery goes. */
export interface Progress {
  readonly delivered: number;
  /** Events given up after many attempts. */
  readonly givenUp: number;
  /** Wall-clock milliseconds. */
  readonly lastDeliveredAt: number | null;
  /** Of the last attempt, one sentence; null when it succeeded. */
  readonly problem: string | null;
}

export interface Webhook extends WebhookSpec {
  readonly id: number;
  readonly origin: Origin;
  readonly createdAt: number;
  /** Key of the signatures. Never shown again once it was given. */
  readonly secret: string;
  /** Id of the last event that was delivered, given up or not asked for: the next one is above it. */
  readonly seen: number;
  /** Failed attempts to deliver the next event. */
  readonly attempts: number;
  /** Wall-clock milliseconds before which it is not tried again. */
  readonly nextAt: number;
  readonly progress: Progress;
}

export interface WebhookStore {
  all(): Promise<readonly Webhook[]>;
  /** Told of events from now on. The same specification a second time gives the webhook that is there, with the new secret. */
  add(spec: WebhookSpec, secret: string, origin: Origin, createdAt: number): Promise<Webhook>;
  /** Whether there was one. */
  remove(id: number): Promise<boolean>;
  /** Notes what came of an attempt. Nothing where the webhook is gone. */
  note(id: number, state: Pick<Webhook, 'seen' | 'attempts' | 'nextAt' | 'progress'>): Promise<void>;
}
