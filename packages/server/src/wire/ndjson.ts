import type { SessionEvent } from '../trace-session.js';
import { encodeHop } from './hop.js';

/** One line per hop, each hop once, when it is complete; no line that is not a hop. */
export async function* ndjson(events: AsyncIterable<SessionEvent>): AsyncGenerator<string, void> {
  for await (const event of events) {
    if (event.kind === 'hop' && event.complete) yield `${JSON.stringify(encodeHop(event.hop))}\n`;
  }
}
