import type { Batch, Failed, Received, Sent } from './packet-socket.js';

/** What has come in and is not delivered yet. */
export class Gathering {
  sent: Sent[] = [];
  failed: Failed[] = [];
  received: Received[] = [];

  get size(): number {
    return this.sent.length + this.failed.length + this.received.length;
  }

  /** All of it; starts anew. */
  take(): Batch {
    const { sent, failed, received } = this;
    this.sent = [];
    this.failed = [];
    this.received = [];
    return { sent, failed, received };
  }
}
