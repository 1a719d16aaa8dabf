import type { EventStore } from './event-store.js';
import type { MonitorStore } from './monitor-store.js';
import type { TraceStore } from './trace-store.js';
import type { WebhookStore } from './webhook-store.js';

/** All that the server remembers. */
export interface Store extends TraceStore {
  readonly events: EventStore;
  readonly monitors: MonitorStore;
  readonly webhooks: WebhookStore;
  /** Writes a copy of everything, as of now, to a new file, and checks it. Other work goes on meanwhile. */
  backup(path: string): Promise<void>;
}
