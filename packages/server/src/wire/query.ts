import Type, { type Static } from 'typebox';
import { severities } from '../store/event-store.js';
import { eventTypes } from './event.js';

/** The longest target taken: a whole URL may come, but a host has at most 253 characters. */
const LONGEST_TARGET = 2048;

const target = Type.String({
  maxLength: LONGEST_TARGET,
  description: 'Host name, IPv4 or IPv6 address, or a whole URL, whose host is meant',
});
const flag = Type.Optional(Type.Boolean({ description: 'Default true: a stored trace will do' }));

const probing = {
  target,
  cache: flag,
  use_cache: Type.Optional(Type.Boolean({ description: 'The same as cache' })),
  protocol: Type.Optional(
    Type.Enum(['icmp', 'udp', 'tcp'], { description: 'Kind of probe; tcp is not offered yet' }),
  ),
  port: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 65535, description: 'Destination port of UDP probes' }),
  ),
  family: Type.Optional(Type.Enum([4, 6], { description: 'IP version, for names that have both' })),
  max_hops: Type.Optional(Type.Integer({ minimum: 1, maximum: 64, description: 'Largest TTL' })),
  probes: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Probes per hop' })),
  bandwidth: Type.Optional(
    Type.Enum(['off', 'quick', 'thorough'], {
      description: 'What to spend on capacities: nothing, under half a second, or up to 10 s',
    }),
  ),
  max_age: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 3_155_760_000,
      description: 'Oldest stored trace that will do, seconds',
    }),
  ),
};

export const TraceQuery = Type.Object(probing);
export type TraceQuery = Static<typeof TraceQuery>;

export const WatchQuery = Type.Object({
  target,
  protocol: probing.protocol,
  port: probing.port,
  family: probing.family,
  max_hops: probing.max_hops,
  interval: Type.Optional(
    Type.Number({
      minimum: 0.1,
      maximum: 3600,
      description: 'Seconds from one round to the next, default 1',
    }),
  ),
  rounds: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 999_999_999, description: 'Rounds after which it ends by itself' }),
  ),
});
export type WatchQuery = Static<typeof WatchQuery>;

const instant = (which: string) =>
  Type.Optional(
    Type.String({
      maxLength: 40,
      description: `Only traces started ${which} this: ISO 8601, or the form 20250505 (UTC)`,
    }),
  );

export const HistoryQuery = Type.Object({
  target: Type.Optional(target),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1000, description: 'Traces per target, newest first; default 20' }),
  ),
  before: instant('before'),
  after: instant('after'),
});
export type HistoryQuery = Static<typeof HistoryQuery>;

export const EventsQuery = Type.Object({
  target: Type.Optional(target),
  type: Type.Optional(Type.Enum([...eventTypes])),
  severity: Type.Optional(Type.Enum([...severities], { description: 'This or graver' })),
  since: Type.Optional(
    Type.String({
      maxLength: 40,
      description: 'Only of traces started then or later: ISO 8601, or the form 20250505 (UTC)',
    }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'Default 100' })),
  before: Type.Optional(
    Type.Integer({ minimum: 1, description: 'Only events with lower ids: what "before" of a page says' }),
  ),
});
export type EventsQuery = Static<typeof EventsQuery>;

export const CompareQuery = Type.Object({
  target,
  a: Type.String({
    maxLength: 90,
    description:
      'Id of a trace, or a period: a day as 2025-05-05, or from/to as 2025-05-05T10:00Z/2025-05-05T12:00Z',
  }),
  b: Type.String({ maxLength: 90, description: 'The same for what it is compared with' }),
  protocol: Type.Optional(
    Type.Enum(['icmp', 'udp', 'tcp'], {
      description: 'Of the traces of a period; default: that of the newest of b which a has, too',
    }),
  ),
  family: Type.Optional(Type.Enum([4, 6])),
});
export type CompareQuery = Static<typeof CompareQuery>;

export const IdParams = Type.Object({ id: Type.Integer({ minimum: 1 }) });
