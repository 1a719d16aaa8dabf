import type { ServerResponse } from 'node:http';
import { resolveTarget, type WatchOptions, type WatchRound } from '@locator/probe';
import type { Context } from './context.js';

/**
 * A watch for one client, within the limits of this server: counted as a trace is, and stopped when the client
 * goes away or the server closes. Nothing of it is stored. Throws TOO_MANY_TRACES at once.
 */
export function watchSession(
  context: Context,
  target: string,
  options: Omit<WatchOptions, 'signal'>,
  client: ServerResponse,
): AsyncIterable<WatchRound> {
  const { admission, tracer, permit, lookup, closing } = context;
  const slot = admission.enter();
  client.once('close', slot.abort);
  if (client.destroyed) slot.abort();
  // Without an end of its own it would use up the time that traces get to finish.
  closing.addEventListener('abort', slot.abort, { once: true });

  return (async function* () {
    try {
      const { family } = options;
      const { signal } = slot;
      const destination = await resolveTarget(target, {
        ...(family !== undefined && { family }),
        permit,
        lookup,
        signal,
      });
      yield* tracer.watch(destination, { ...options, signal });
    } finally {
      closing.removeEventListener('abort', slot.abort);
      slot.leave();
    }
  })();
}
