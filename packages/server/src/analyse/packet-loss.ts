import type { DescribedHop, PathRecord } from '../path-record.js';
import type { Baseline } from './baseline.js';
import type { Finding } from './judgement.js';
import { wilsonInterval } from './wilson-interval.js';

/**
 * Packets lost on their way, from the first hop on whose missing answers later hops miss, too. Answers that
 * routers hold back (rate limits, silence) are no loss. Loss that is no worse than in earlier traces is
 * reported as such.
 */
export function packetLoss(current: PathRecord, baseline: Baseline): Finding[] {
  const first = current.hops.find(isLossy);
  if (first === undefined) return [];
  // The loss itself is the smallest at or behind the first hop; what is more there is the router's own.
  const least = current.hops.filter(isLossy).reduce((a, b) => (b.hop.loss.ratio < a.hop.loss.ratio ? b : a));
  const { sent, received, ratio } = least.hop.loss;
  const interval = wilsonInterval(sent - received, sent);

  const { ttl, address } = first.hop;
  const earlier = address === null ? undefined : baseline.loss.get(address);
  const usual = earlier === undefined ? null : wilsonInterval(earlier.sent - earlier.received, earlier.sent);
  const asBefore =
    earlier !== undefined && usual !== null && earlier.received < earlier.sent && usual.high >= interval.low;
  return [
    {
      type: 'PacketLoss',
      detail: `Packet loss detected: ${percent(ratio)} from hop ${ttl} on${asBefore ? ', as in earlier traces' : ''}`,
      hop: ttl,
      severity: asBefore ? 'info' : ratio >= 0.5 ? 'high' : ratio >= 0.1 ? 'medium' : 'low',
      evidence: {
        address,
        sent,
        received,
        interval,
        verdict: first.hop.loss.evidence,
        usual: earlier === undefined ? null : { ...earlier, interval: usual },
        asBefore,
      },
    },
  ];
}

function isLossy({ hop }: DescribedHop): boolean {
  return hop.loss.verdict === 'forwarding';
}

/** Never `0%` for loss, nor `100%` while something arrives. */
function percent(ratio: number): string {
  const rounded = Math.round(ratio * 100);
  return `${ratio === 1 ? 100 : Math.min(99, Math.max(1, rounded))}%`;
}
