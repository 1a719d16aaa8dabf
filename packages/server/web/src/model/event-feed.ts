import { signal } from '@preact/signals';
import type { EventJson, EventsJson } from '../../../src/wire/event.js';
import { eventStream } from '../api/event-stream.js';
import { getJson, RequestError, url } from '../api/request.js';
import { failure } from './trace-run.js';

export type FeedState =
  | { readonly kind: 'opening' | 'live' }
  | { readonly kind: 'failed'; readonly code: string; readonly sentence: string };

/** Events that are kept to be looked at. */
const MOST_EVENTS = 200;
const ASK_AGAIN_MS = 2000;

/** What changed, newest first, live. When the server goes away the feed goes on where it was once it is back. */
export class EventFeed {
  readonly events = signal<readonly EventJson[]>([]);
  readonly state = signal<FeedState>({ kind: 'opening' });
  #abort = new AbortController();

  close(): void {
    this.#abort.abort();
  }

  /** Empty: every type. */
  async open(type: string): Promise<void> {
    this.close();
    const abort = new AbortController();
    this.#abort = abort;
    this.events.value = [];
    this.state.value = { kind: 'opening' };
    let isKnown = false;
    while (!abort.signal.aborted) {
      try {
        if (!isKnown) {
          const query = { type, limit: MOST_EVENTS };
          const page = await getJson<EventsJson>('/api/events', query, abort.signal);
          if (abort.signal.aborted) return;
          this.events.value = page.events;
          isKnown = true;
        }
        await this.#follow(type, abort.signal);
        this.state.value = failure(new RequestError('SERVER_AWAY', 0, ''));
      } catch (error) {
        if (abort.signal.aborted) return;
        const failed = failure(error);
        this.state.value = failed;
        // Asking again helps where nobody answers; a refusal stays one.
        if (failed.code !== 'SERVER_AWAY') return;
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
    }
  }

  async #follow(type: string, signal: AbortSignal): Promise<void> {
    const after = String(this.events.value[0]?.id ?? 0);
    const onOpen = () => {
      this.state.value = { kind: 'live' };
    };
    for await (const { name, data } of eventStream(url('/api/events', { type }), signal, { after, onOpen })) {
      if (name === 'change')
        this.events.value = [data as EventJson, ...this.events.value].slice(0, MOST_EVENTS);
    }
  }
}
