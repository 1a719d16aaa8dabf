import type { Finding, RiskFactor } from './judgement.js';
import type { Listing } from './listing.js';

type Severity = Finding['severity'];
type AnomalyType = Exclude<Finding['type'], 'MaliciousIP'>;

export interface RiskWeights {
  /** Points for each listed prefix or network, by where on the path it is met. */
  readonly listed: Readonly<Record<Listing['role'], Readonly<Record<Listing['kind'], number>>>>;
  /** Points for the most severe finding of each type. */
  readonly anomaly: Readonly<Record<Severity, number>>;
  /** Points that all anomalies together may have. */
  readonly anomalyCap: number;
}

/**
 * Clients colour at 40 and 70. Traffic to a listed address is at 70 by itself; through a listed one at 40; a
 * listed network says less of each address in it. Anomalies alone never reach 70.
 */
export const RISK_WEIGHTS: RiskWeights = {
  listed: {
    destination: { prefix: 70, as: 30 },
    transit: { prefix: 40, as: 15 },
  },
  anomaly: { info: 0, low: 5, medium: 10, high: 20, critical: 30 },
  anomalyCap: 60,
};

const HIGHEST = 100;

const names: Record<AnomalyType, string> = {
  PathDeviation: 'path deviation',
  HighLatency: 'high latency',
  PacketLoss: 'packet loss',
  RoutingLoop: 'routing loop',
  GeoInfeasible: 'infeasible location',
  DestinationUnreachable: 'destination unreachable',
};

/** Factors of at least one point and their sum, 0 to 100. A threat more never makes it less. */
export function riskScore(
  listings: readonly Listing[],
  findings: readonly Finding[],
  weights: RiskWeights = RISK_WEIGHTS,
): { readonly riskScore: number; readonly riskFactors: readonly RiskFactor[] } {
  const threats = threatFactors(listings, weights);
  const anomalies = cappedAt(weights.anomalyCap, anomalyFactors(findings, weights));
  const riskFactors = cappedAt(HIGHEST, [...threats, ...anomalies]);
  return { riskScore: riskFactors.reduce((sum, { points }) => sum + points, 0), riskFactors };
}

/** One per listed prefix or network, whatever number of hops and lists it is on: at its worst place. */
function threatFactors(listings: readonly Listing[], { listed }: RiskWeights): RiskFactor[] {
  const worst = new Map<string, RiskFactor>();
  for (const { address, ttl, role, kind, threat } of listings) {
    const points = listed[role][kind];
    if (points <= (worst.get(threat.prefix)?.points ?? 0)) continue;
    const place = role === 'destination' ? 'the destination' : 'a router on the way';
    const where = ttl === null ? '' : ` at hop ${ttl}`;
    worst.set(threat.prefix, {
      name: kind === 'as' ? `listed network of ${role}` : `listed ${role}`,
      points,
      because: `${address}${where}, ${place}, is in ${threat.prefix}, listed on ${threat.list}`,
    });
  }
  return heaviestFirst([...worst.values()]);
}

/** One per type: the most severe. */
function anomalyFactors(findings: readonly Finding[], { anomaly }: RiskWeights): RiskFactor[] {
  const worst = new Map<AnomalyType, RiskFactor>();
  for (const { type, severity, detail } of findings) {
    if (type === 'MaliciousIP') continue;
    const points = anomaly[severity];
    if (points > (worst.get(type)?.points ?? 0))
      worst.set(type, { name: names[type], points, because: detail });
  }
  return heaviestFirst([...worst.values()]);
}

function heaviestFirst(factors: readonly RiskFactor[]): RiskFactor[] {
  return [...factors].sort((a, b) => b.points - a.points);
}

/** Together no more than `most`: the last ones have fewer points, or are left out. */
function cappedAt(most: number, factors: readonly RiskFactor[]): RiskFactor[] {
  let left = most;
  return factors.flatMap((factor) => {
    const points = Math.min(factor.points, left);
    left -= points;
    return points > 0 ? [{ ...factor, points }] : [];
  });
}
