import Type, { type Static } from 'typebox';

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);
const ms = (description: string) => Type.Number({ description: `${description}, milliseconds` });

/**
 * A hop as clients get it. The first nine fields are read by existing clients and use words for what is
 * unknown ("*", "None", "Unknown"); the others carry the whole measurement in clean types.
 */
export const HopSchema = Type.Object(
  {
    ip: Type.String({ description: 'Address that answered most, "*" for a silent hop' }),
    latency: Type.Union([ms('Median round-trip time'), Type.Null()]),
    jitter: Type.Union([ms('Mean difference of consecutive RTTs'), Type.Literal('None')]),
    packet_loss: Type.String({ pattern: '^(\\d{1,2}|100)%$' }),
    bandwidth_mbps: Type.Union([Type.Number(), Type.Literal('None')], {
      description: 'Capacity of the path up to here; see capacity.kind for what the number is',
    }),
    location: Type.String({ description: '"City, Country", "Country" or "Unknown"' }),
    asn: Type.Union([Type.Integer(), Type.String()], {
      description: 'Number in a trace, "AS2516" in history, or "Unknown"',
    }),
    isp: Type.String(),
    geo: Type.Union([
      Type.Object({
        lat: Type.Number(),
        lon: Type.Number(),
        radius_km: nullable(Type.Number()),
        timezone: nullable(Type.String()),
      }),
      Type.Literal('Unknown'),
    ]),

    hop: Type.Integer({ minimum: 1, description: 'TTL' }),
    hostname: nullable(Type.String()),
    addresses: Type.Array(Type.String(), { description: 'All that answered at this TTL' }),
    rtt: nullable(
      Type.Object({
        samples: Type.Integer(),
        min: Type.Number(),
        median: Type.Number(),
        max: Type.Number(),
        stddev: Type.Number(),
        stamps: Type.Union([Type.Literal('kernel'), Type.Literal('user')]),
      }),
    ),
    samples_ms: Type.Array(nullable(Type.Number()), {
      description:
        'RTTs in the order their probes were sent; null where no answer came, or none to be trusted',
    }),
    jitter_ms: nullable(
      Type.Object({ mean: Type.Number(), rfc3550: Type.Number(), p95_minus_min: Type.Number() }),
    ),
    loss: Type.Object({
      sent: Type.Integer(),
      received: Type.Integer(),
      ratio: Type.Number(),
      verdict: Type.String(),
      evidence: Type.String(),
    }),
    capacity: Type.Object({
      kind: Type.Union([Type.Literal('estimate'), Type.Literal('at-least'), Type.Literal('unmeasured')]),
      mbps: nullable(Type.Number()),
      low: nullable(Type.Number()),
      high: nullable(Type.Number()),
      confidence: nullable(Type.Number()),
      samples: nullable(Type.Integer({ description: 'Replies that an estimate rests on' })),
      cause: nullable(
        Type.String({ description: 'Why it is no estimate, in a word: rate-limited, silent, …' }),
      ),
      reason: nullable(Type.String({ description: 'The same as a sentence' })),
    }),
    network: nullable(
      Type.Object({ asn: Type.Integer(), name: Type.String(), prefix: nullable(Type.String()) }),
    ),
    place: nullable(
      Type.Object({
        city: nullable(Type.String()),
        country: nullable(Type.String()),
        country_code: nullable(Type.String()),
        lat: nullable(Type.Number()),
        lon: nullable(Type.Number()),
        radius_km: nullable(Type.Number()),
        timezone: nullable(Type.String()),
        feasible: nullable(
          Type.Boolean({ description: 'Whether light can get there in time; null: not judged' }),
        ),
        source: Type.String(),
      }),
    ),
    threats: Type.Array(
      Type.Object({
        list: Type.String(),
        prefix: Type.String(),
        reason: Type.String(),
        listed_at: nullable(Type.String()),
      }),
    ),
    mpls: Type.Array(
      Type.Object({
        label: Type.Integer(),
        traffic_class: Type.Integer(),
        bottom: Type.Boolean(),
        ttl: Type.Integer(),
      }),
    ),
    special: nullable(Type.String({ description: 'private, shared, documentation, …' })),
    unreachable: nullable(Type.String({ description: 'ICMP code name where the path ends' })),
    discarded: Type.Integer({ description: 'RTTs thrown away because the clock was set meanwhile' }),
  },
  { description: 'Everything measured and known at one TTL' },
);

export type HopJson = Static<typeof HopSchema>;
