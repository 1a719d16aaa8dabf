import { outcome, type SessionEvent } from '../trace-session.js';
import { encodeHop } from './hop.js';
import type { HopJson } from './hop-schema.js';

/** All hops of a trace, as last known, once it has ended. */
export async function jsonArray(events: AsyncIterable<SessionEvent>): Promise<HopJson[]> {
  const { trace } = await outcome(events);
  return trace.hops.map((hop) => encodeHop(hop));
}
