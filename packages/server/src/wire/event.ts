import Type, { type Static } from 'typebox';
import type { ChangeEvent } from '../store/event-store.js';
import { severities } from '../store/event-store.js';

export const eventTypes = [
  'PathDeviation',
  'HighLatency',
  'PacketLoss',
  'MaliciousIP',
  'RoutingLoop',
  'GeoInfeasible',
  'DestinationUnreachable',
] as const satisfies readonly ChangeEvent['type'][];

export const EventSchema = Type.Object({
  id: Type.Integer({ description: 'Rises from event to event' }),
  at: Type.String({ description: 'When the trace that shows it was started, ISO 8601' }),
  target: Type.String(),
  address: Type.String(),
  protocol: Type.String(),
  family: Type.Integer(),
  type: Type.Enum([...eventTypes]),
  state: Type.Enum(['change', 'began', 'worsened', 'ended'], {
    description: 'A change is news once; what lasts begins, may get worse, and ends',
  }),
  severity: Type.Enum([...severities]),
  hop: Type.Union([Type.Integer(), Type.Null()]),
  detail: Type.String({ description: 'One sentence' }),
  confidence: Type.Number({ description: 'How sure it is that this is no chance, 0 to 1' }),
  evidence: Type.Record(Type.String(), Type.Unknown()),
  trace_id: Type.Integer(),
  path_id: Type.String(),
});
export type EventJson = Static<typeof EventSchema>;

export const EventsSchema = Type.Object({
  events: Type.Array(EventSchema, { description: 'Newest first' }),
  before: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Asked for with before=, gives the next page; null where there is none',
  }),
});
export type EventsJson = Static<typeof EventsSchema>;

export function encodeEvent(event: ChangeEvent): EventJson {
  const { at, traceId, pathId, evidence, ...rest } = event;
  return {
    ...rest,
    at: new Date(at).toISOString(),
    evidence: { ...evidence },
    trace_id: traceId,
    path_id: pathId,
  };
}

/** A page of at most `limit` events. */
export function encodeEvents(events: readonly ChangeEvent[], limit: number): EventsJson {
  return {
    events: events.map(encodeEvent),
    before: events.length < limit ? null : (events.at(-1)?.id ?? null),
  };
}
