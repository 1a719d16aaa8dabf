import Type, { type Static } from 'typebox';
import type { Comparison, HopComparison } from '../compare/compare.js';
import type { HopSummary, PathSummary } from '../compare/summarise.js';
import { threeDecimals, threeDecimalsOrNull } from './decimals.js';
import { packetLoss } from './packet-loss.js';

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);

const Side = Type.Object({
  traces: Type.Integer(),
  from: Type.String({ description: 'Start of the first trace, ISO 8601' }),
  to: Type.String({ description: 'Start of the last trace' }),
  reached: Type.Integer({ description: 'Traces that the destination answered' }),
  paths: Type.Integer({ description: 'Different paths among them' }),
  hops: Type.Integer(),
});

const HopSide = nullable(
  Type.Object({
    hop: Type.Integer({ description: 'TTL' }),
    addresses: Type.Array(Type.String(), { description: 'Most frequent first; none: silent' }),
    asns: Type.Array(Type.Integer()),
    latency: nullable(Type.Number({ description: 'Median, ms' })),
    latency_low: nullable(Type.Number({ description: '95 % interval of the median' })),
    latency_high: nullable(Type.Number()),
    packet_loss: Type.String(),
  }),
);

export const ComparisonSchema = Type.Object({
  target: Type.String(),
  protocol: Type.String(),
  family: Type.Integer(),
  a: Side,
  b: Side,
  added: Type.Integer(),
  removed: Type.Integer(),
  changed: Type.Integer(),
  hops: Type.Array(
    Type.Object({
      change: Type.Enum(['same', 'changed', 'added', 'removed']),
      a: HopSide,
      b: HopSide,
      latency_difference: nullable(Type.Number({ description: 'b − a, ms' })),
      is_sure: nullable(
        Type.Boolean({ description: 'Chance does not explain the difference; null: too few values to say' }),
      ),
      network_changed: nullable(Type.Boolean()),
    }),
  ),
});
export type ComparisonJson = Static<typeof ComparisonSchema>;

export function encodeComparison(
  {
    target,
    protocol,
    family,
  }: { readonly target: string; readonly protocol: string; readonly family: number },
  { a, b, hops, ...counts }: Comparison,
): ComparisonJson {
  return {
    target,
    protocol,
    family,
    a: encodeSide(a),
    b: encodeSide(b),
    ...counts,
    hops: hops.map(encodeHops),
  };
}

function encodeSide({ from, to, hops, ...side }: PathSummary) {
  return {
    ...side,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    hops: hops.length,
  };
}

function encodeHops({ change, a, b, rttDifference, isSure, networkChanged }: HopComparison) {
  return {
    change,
    a: encodeHop(a),
    b: encodeHop(b),
    latency_difference: threeDecimalsOrNull(rttDifference),
    is_sure: isSure,
    network_changed: networkChanged,
  };
}

function encodeHop(hop: HopSummary | null) {
  if (hop === null) return null;
  const { ttl, addresses, asns, rtt } = hop;
  return {
    hop: ttl,
    addresses: [...addresses],
    asns: [...asns],
    latency: rtt && threeDecimals(rtt.median),
    latency_low: rtt && threeDecimals(rtt.low),
    latency_high: rtt && threeDecimals(rtt.high),
    packet_loss: packetLoss(hop),
  };
}
