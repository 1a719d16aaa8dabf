import { ServerError } from '../errors.js';

/** Seconds after which a refused client should try again: about the time one trace takes. */
const RETRY_AFTER = 2;

/** A running trace's place among those that may run at once. */
export interface Slot {
  readonly signal: AbortSignal;
  /** Stops the trace. */
  abort(): void;
  /** Gives the place back. Idempotent. */
  leave(): void;
}

/** Caps the traces that run at once and knows them all, so that closing can end them. */
export class Admission {
  readonly limit: number;
  readonly #running = new Set<AbortController>();
  #closing = false;
  #drained: (() => void) | null = null;

  constructor(limit: number) {
    this.limit = limit;
  }

  get running(): number {
    return this.#running.size;
  }

  get closing(): boolean {
    return this.#closing;
  }

  /** Throws TOO_MANY_TRACES when all places are taken, STOPPED after `close`. */
  enter(): Slot {
    if (this.#closing) throw new ServerError('STOPPED', 'The server is closing.');
    if (this.#running.size >= this.limit) {
      throw new ServerError('TOO_MANY_TRACES', undefined, { retryAfter: RETRY_AFTER });
    }
    const controller = new AbortController();
    this.#running.add(controller);
    return {
      signal: controller.signal,
      abort: () => controller.abort(),
      leave: () => {
        this.#running.delete(controller);
        if (this.#running.size === 0) this.#drained?.();
      },
    };
  }

  /** Admits nobody any more and waits for the running traces; those still there after `graceMs` are stopped. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    if (this.#running.size === 0) return;
    const drained = new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
    const timer = setTimeout(() => {
      for (const controller of this.#running) controller.abort();
    }, graceMs);
    await drained;
    clearTimeout(timer);
  }
}
