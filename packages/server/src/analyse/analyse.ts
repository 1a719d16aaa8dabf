import type { PathRecord } from '../path-record.js';
import type { Baseline } from './baseline.js';
import { destinationUnreachable } from './destination-unreachable.js';
import { geoInfeasible } from './geo-infeasible.js';
import { highLatency } from './high-latency.js';
import type { Judgement } from './judgement.js';
import { listingsOf } from './listing.js';
import { alerts, maliciousIps } from './malicious-ip.js';
import { packetLoss } from './packet-loss.js';
import { pathDeviations } from './path-deviation.js';
import { RISK_WEIGHTS, type RiskWeights, riskScore } from './risk-score.js';
import { routingLoop, withoutLoop } from './routing-loop.js';

/**
 * Judges a trace by what is usual: a baseline of earlier traces of its target, protocol and family, never of
 * itself. Pure.
 */
export function analyse(
  current: PathRecord,
  baseline: Baseline,
  weights: RiskWeights = RISK_WEIGHTS,
): Judgement {
  const listings = listingsOf(current);
  const loops = routingLoop(current);
  const way = withoutLoop(current);
  const losses = packetLoss(way, baseline);
  const findings = [
    ...maliciousIps(listings, current.startedAt),
    ...destinationUnreachable(current, baseline, losses),
    ...loops,
    ...pathDeviations(way, baseline),
    ...losses,
    ...highLatency(way, baseline),
    ...geoInfeasible(current),
  ];
  return {
    findings,
    alerts: alerts(listings),
    ...riskScore(listings, findings, weights),
    baseline: { traces: baseline.traces, since: baseline.since },
  };
}
