import { RISK_WEIGHTS, type RiskWeights } from './analyse/risk-score.js';

const { listed, anomaly, anomalyCap } = RISK_WEIGHTS;
const usual = {
  destination: listed.destination.prefix,
  'destination-as': listed.destination.as,
  transit: listed.transit.prefix,
  'transit-as': listed.transit.as,
  low: anomaly.low,
  medium: anomaly.medium,
  high: anomaly.high,
  critical: anomaly.critical,
  anomalies: anomalyCap,
};
type Points = Record<keyof typeof usual, number>;

/** The names that points have in a setting. */
export const RISK_WEIGHT_NAMES = Object.keys(usual) as readonly (keyof Points)[];

/** `transit=50,low=0`: the usual weights but for those. Undefined where the text is none, or turns their order round. */
export function readRiskWeights(text: string): RiskWeights | undefined {
  const points: Points = { ...usual };
  const given = new Set<string>();
  for (const part of text.split(',')) {
    const [, name, value] = /^ *([a-z-]+) *= *(\d{1,3}) *$/.exec(part) ?? [];
    const known = RISK_WEIGHT_NAMES.find((one) => one === name);
    if (known === undefined || given.has(known) || Number(value) > 100) return undefined;
    given.add(known);
    points[known] = Number(value);
  }
  return isInOrder(points) ? weightsOf(points) : undefined;
}

/** A destination weighs more than a router, a prefix more than a network, what is graver no less. */
function isInOrder(points: Points): boolean {
  const { destination, transit, low, medium, high, critical } = points;
  return (
    destination > transit &&
    destination > points['destination-as'] &&
    transit > points['transit-as'] &&
    points['destination-as'] > points['transit-as'] &&
    low <= medium &&
    medium <= high &&
    high <= critical
  );
}

function weightsOf({
  destination,
  transit,
  low,
  medium,
  high,
  critical,
  anomalies,
  ...as
}: Points): RiskWeights {
  return Object.freeze({
    listed: {
      destination: { prefix: destination, as: as['destination-as'] },
      transit: { prefix: transit, as: as['transit-as'] },
    },
    anomaly: { info: 0, low, medium, high, critical },
    anomalyCap: anomalies,
  });
}
