import type { PathRecord } from '../path-record.js';
import type { Baseline } from './baseline.js';
import type { Finding } from './judgement.js';
import { wilsonInterval } from './wilson-interval.js';

/** What happens more often may be chance. */
const BY_CHANCE = 0.02;

/**
 * The destination was not reached. That a router said so is always reported; that nothing answered only where
 * something did lately, or where there is nothing to compare with: many hosts never answer. Where so many
 * packets are lost on the way that all to it may have been among them, it is that, and only worth a word.
 */
export function destinationUnreachable(
  current: PathRecord,
  { recent }: Baseline,
  losses: readonly Finding[] = [],
): Finding[] {
  if (current.reached || current.end === 'aborted') return [];
  const answered = recent.filter(({ length }) => length !== null).length;
  const usual = wilsonInterval(answered, recent.length);
  const habit = recent.length === 0 ? '' : `; it answered in ${answered} of ${recent.length} earlier traces`;
  const evidence = { end: current.end, answeredBefore: answered, earlierTraces: recent.length };
  const since = sinceWhen(current, recent);

  if (current.end === 'unreachable') {
    const by = current.hops.findLast(({ hop }) => hop.unreachable !== null)?.hop;
    const reason = current.unreachable ?? by?.unreachable ?? 'no reason given';
    const where = by === undefined ? '' : ` said by ${by.address} at hop ${by.ttl}`;
    return [
      {
        type: 'DestinationUnreachable',
        detail: `Destination unreachable: ${reason}${where}${habit}`,
        hop: by?.ttl ?? null,
        severity: answered > 0 ? 'high' : 'medium',
        confidence: 1,
        since,
        evidence: { ...evidence, reason, by: by?.address ?? null },
      },
    ];
  }

  if (recent.length > 0 && answered === 0) return [];
  const last = current.hops.findLast(({ hop }) => hop.address !== null)?.hop;
  const probes = Math.max(0, ...current.hops.map(({ hop }) => hop.loss.sent));
  const lost = Math.max(0, ...losses.map(({ evidence }) => Number(evidence.share)));
  const isLoss = lost ** probes > BY_CHANCE;
  const seen =
    last === undefined ? 'nothing answered' : `the last answer is of ${last.address} at hop ${last.ttl}`;
  return [
    {
      type: 'DestinationUnreachable',
      detail: `Destination did not answer: ${seen}${habit}`,
      hop: last?.ttl ?? null,
      severity: recent.length === 0 || isLoss ? 'info' : usual.low > 0.5 ? 'medium' : 'low',
      // Whether that is a fault: it was seen to answer at least so often.
      confidence: recent.length === 0 ? 0 : usual.low * (1 - lost ** probes),
      since,
      evidence: {
        ...evidence,
        lastAnswer: last?.address ?? null,
        ...(isLoss && {
          note: 'so many packets are lost on the way that all to it may have been among them',
        }),
      },
    },
  ];
}

function sinceWhen(current: PathRecord, recent: Baseline['recent']): number {
  const answering = recent.findLastIndex(({ length }) => length !== null);
  return recent[answering + 1]?.startedAt ?? current.startedAt;
}
