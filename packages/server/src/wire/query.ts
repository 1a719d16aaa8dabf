import Type, { type Static } from 'typebox';

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
