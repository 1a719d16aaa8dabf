import type { Context } from '../context.js';
import { ServerError, toHttpError } from '../errors.js';
import { runTrace } from '../run-trace.js';
import type { Monitor } from '../store/monitor-store.js';
import { outcome } from '../trace-session.js';
import type { Outcome } from './scheduler.js';

/** Traces a monitor's target within the limits of this server; what goes wrong becomes a sentence. */
export async function runMonitor(context: Context, { id, request }: Monitor): Promise<Outcome | null> {
  const startedAt = context.clock.wall();
  try {
    const { trace, stored } = await outcome(runTrace(context, request));
    const packets = trace.hops.reduce((sum, { hop }) => sum + hop.loss.sent, 0);
    const problem = stored ? null : (context.keeper.problem ?? 'The trace could not be stored.');
    return { run: { startedAt, traceId: stored ? trace.id : null, problem }, packets };
  } catch (error) {
    if (error instanceof ServerError && error.code === 'TOO_MANY_TRACES') return null;
    const { status, error: problem } = toHttpError(error);
    if (status >= 500) context.log.warn({ err: error, monitor: id }, 'a monitor could not be traced');
    return { run: { startedAt, traceId: null, problem }, packets: 0 };
  }
}
