import type { Bandwidth, Hop } from '@locator/probe';
import type { Context } from './context.js';
import type { StoredTrace } from './store/trace-store.js';
import type { TraceRequest } from './trace-request.js';

/**
 * The newest stored trace that answers a request as well as a new one would, or null. A store that cannot
 * be read has none: the request is then answered by tracing.
 */
export async function fromHistory(
  { store, clock, permit }: Pick<Context, 'store' | 'clock' | 'permit'>,
  request: TraceRequest,
  maxAgeSeconds: number,
): Promise<StoredTrace | null> {
  const { target, protocol, family } = request;
  const subject = { target, ...(protocol && { protocol }), ...(family && { family }) };
  const notBefore = Math.max(0, clock.wall() - maxAgeSeconds * 1000);
  const trace = await store.latest(subject, notBefore).catch(() => null);
  return trace !== null && permit(trace.address) && fits(trace, request) ? trace : null;
}

/** Whether a trace measured what is asked for: the same port, no more hops, no fewer probes, the capacities. */
export function fits(
  trace: StoredTrace,
  { port, maxHops, probes, bandwidth }: Pick<TraceRequest, 'port' | 'maxHops' | 'probes' | 'bandwidth'>,
): boolean {
  if (port !== undefined && trace.port !== port) return false;
  if (maxHops !== undefined) {
    if (trace.hops.length > maxHops) return false;
    // It was cut off at a lower limit than this one.
    if (trace.end === 'max-hops' && trace.hops.length < maxHops) return false;
  }
  if (probes !== undefined && trace.hops.some(({ hop }) => hop.loss.sent < probes)) return false;
  return bandwidth === undefined || trace.hops.every(({ hop }) => isMeasured(hop, bandwidth));
}

/** Who asks for `thorough` is not content with less than an estimate, unless there can be none. */
function isMeasured({ address, capacity }: Hop, level: Bandwidth): boolean {
  if (level === 'off' || address === null) return true;
  if (level === 'thorough') return capacity.kind === 'estimate';
  // Records of before there were capacities say no cause.
  return capacity.kind === 'estimate' || (capacity.cause ?? 'off') !== 'off';
}
