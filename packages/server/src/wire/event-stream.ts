import { toHttpError } from '../errors.js';
import type { Kept } from '../trace-keeper.js';
import type { SessionEvent } from '../trace-session.js';
import { threeDecimals } from './decimals.js';
import { encodeError } from './error.js';
import { encodeHop } from './hop.js';

/**
 * Server-sent events: `hop` with the hop object and its `revision`, then `done` with the summary, or
 * `error` with what a failed request's body would have been. Errors before the first event are thrown, later
 * ones are told to the client and to `failed`.
 */
export async function* eventStream(
  events: AsyncIterable<SessionEvent>,
  failed: (error: unknown) => void,
): AsyncGenerator<string, void> {
  let begun = false;
  try {
    for await (const event of events) {
      begun = true;
      yield event.kind === 'hop'
        ? serverSentEvent('hop', { ...encodeHop(event.hop), revision: event.revision })
        : serverSentEvent('done', summary(event), DONE_ID);
    }
  } catch (error) {
    if (!begun) throw error;
    failed(error);
    yield serverSentEvent('error', encodeError(toHttpError(error)));
  }
}

/**
 * An EventSource connects again when a stream ends and sends the last id it saw. Only `done` has one: a
 * client that comes back with it wants nothing more, one that comes back without was cut off.
 */
export const DONE_ID = 'done';

/** One event of the stream (HTML Standard, section 9.2). */
export function serverSentEvent(name: string, data: unknown, id?: string): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  // JSON has no raw line ends, so one data line always holds it.
  return `event: ${name}\n${idLine}data: ${JSON.stringify(data)}\n\n`;
}

function summary({ trace, stored }: Kept) {
  return {
    id: stored ? trace.id : null,
    stored,
    target: trace.target,
    address: trace.address,
    family: trace.family,
    protocol: trace.protocol,
    port: trace.port,
    reached: trace.reached,
    end: trace.end,
    unreachable: trace.unreachable,
    // Records of before loops were looked for have none.
    loop: trace.loop ?? null,
    hops: trace.hops.length,
    started_at: new Date(trace.startedAt).toISOString(),
    duration_ms: threeDecimals(trace.durationMs),
    path_id: stored ? trace.pathId : null,
    socket: trace.socket,
    stamps: trace.stamps,
  };
}
