import type { Clock } from '@locator/probe';
import type { ChangeEvent, EventFilter, EventStore } from '../store/event-store.js';
import type { TraceKeeper } from '../trace-keeper.js';

/** Milliseconds after which the store is asked for events that other processes have written. */
const POLL_MS = 5000;

const BATCH = 100;

interface Sources {
  readonly events: EventStore;
  readonly keeper: Pick<TraceKeeper, 'onStored'>;
  readonly clock: Clock;
}

/**
 * All events with ids above `after` that the filter lets through, oldest first, those to come included, until
 * `signal` aborts. A null says that for `POLL_MS` there was none. Reads no faster than it is read.
 */
export async function* eventFeed(
  { events, keeper, clock }: Sources,
  after: number,
  filter: EventFilter,
  signal: AbortSignal,
): AsyncGenerator<ChangeEvent | null, void> {
  const bell = new Bell(keeper, clock, signal);
  try {
    let seen = after;
    while (!signal.aborted) {
      bell.listen();
      const last = await events.lastId();
      const found = last > seen ? await events.after(seen, filter, BATCH) : [];
      for (const event of found) {
        yield event;
        seen = event.id;
      }
      if (found.length === BATCH) continue;
      seen = Math.max(seen, last);
      if ((await bell.rung()) === 'time') yield null;
    }
  } finally {
    bell.close();
  }
}

/** Wakes whoever waits when a trace was stored, when time is up, and at the end. */
class Bell {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #ring = () => this.#wake('trace');
  readonly #stop: () => void;
  #wake: (why: 'trace' | 'time') => void = () => {};
  #ringing: Promise<'trace' | 'time'> = Promise.resolve('trace');

  constructor(keeper: Sources['keeper'], clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#stop = keeper.onStored(this.#ring);
    signal.addEventListener('abort', this.#ring);
  }

  /** From now on it is heard, so that nothing falls between reading and waiting. */
  listen(): void {
    this.#ringing = new Promise((resolve) => {
      this.#wake = resolve;
    });
    if (this.#signal.aborted) this.#ring();
  }

  async rung(): Promise<'trace' | 'time'> {
    const cancel = this.#clock.at(this.#clock.now() + POLL_MS, () => this.#wake('time'));
    const why = await this.#ringing;
    cancel();
    return why;
  }

  close(): void {
    this.#stop();
    this.#signal.removeEventListener('abort', this.#ring);
  }
}
