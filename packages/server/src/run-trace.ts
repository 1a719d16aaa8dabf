import type { ServerResponse } from 'node:http';
import type { Context } from './context.js';
import type { TraceRequest } from './trace-request.js';
import { type SessionEvent, traceSession } from './trace-session.js';

/**
 * A session within the limits of this server: counted, capped, and stopped when the client it is for goes away
 * or the server closes. Throws TOO_MANY_TRACES at once.
 */
export function runTrace(
  context: Context,
  request: TraceRequest,
  client?: ServerResponse,
): AsyncIterable<SessionEvent> {
  const slot = context.admission.enter();
  // After a response that was sent whole this stops nothing: its trace is over.
  client?.once('close', slot.abort);
  if (client?.destroyed) slot.abort();

  const { metrics } = context;
  return (async function* () {
    let end = 'failed';
    try {
      for await (const event of traceSession(context, request, slot.signal)) {
        if (event.kind === 'end') end = event.trace.end;
        yield event;
      }
    } finally {
      slot.leave();
      metrics.count('locator_traces_total', 'Traces by how they ended.', {
        end: slot.signal.aborted ? 'stopped' : end,
      });
    }
  })();
}
