import type { StoredTrace } from '../store/trace-store.js';
import { baselineOf, earlierThan } from './baseline.js';
import { destinationUnreachable } from './destination-unreachable.js';
import { highLatency } from './high-latency.js';
import type { Judgement } from './judgement.js';
import { listingsOf } from './listing.js';
import { alerts, maliciousIps } from './malicious-ip.js';
import { packetLoss } from './packet-loss.js';
import { pathDeviations } from './path-deviation.js';
import { RISK_WEIGHTS, type RiskWeights, riskScore } from './risk-score.js';
import { routingLoop } from './routing-loop.js';

/**
 * Judges a trace against earlier ones of its target. Of `earlier`, only traces before it and of its protocol
 * and family count, so it is never part of its own baseline. Pure.
 */
export function analyse(
  current: StoredTrace,
  earlier: readonly StoredTrace[],
  weights: RiskWeights = RISK_WEIGHTS,
): Judgement {
  const baseline = baselineOf(earlierThan(current, earlier));
  const listings = listingsOf(current);
  const findings = [
    ...maliciousIps(listings),
    ...destinationUnreachable(current, baseline),
    ...routingLoop(current),
    ...pathDeviations(current, baseline),
    ...packetLoss(current, baseline),
    ...highLatency(current, baseline),
  ];
  return {
    findings,
    alerts: alerts(listings),
    ...riskScore(listings, findings, weights),
    baseline: { traces: baseline.traces, since: baseline.since },
  };
}
