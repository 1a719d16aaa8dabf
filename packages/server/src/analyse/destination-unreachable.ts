import type { PathRecord } from '../path-record.js';
import type { Baseline } from './baseline.js';
import type { Finding } from './judgement.js';
import { wilsonInterval } from './wilson-interval.js';

/**
 * The destination was not reached. That a router said so is always reported; that nothing answered only where
 * something did before, or where there is nothing to compare with: many hosts never answer.
 */
export function destinationUnreachable(current: PathRecord, baseline: Baseline): Finding[] {
  if (current.reached || current.end === 'aborted') return [];
  const answered = [...baseline.lengths.values()].reduce((sum, traces) => sum + traces, 0);
  const habit = `it answered in ${answered} of ${baseline.traces} earlier traces`;
  const evidence = { end: current.end, answeredBefore: answered, earlierTraces: baseline.traces };

  if (current.end === 'unreachable') {
    const by = current.hops.findLast(({ hop }) => hop.unreachable !== null)?.hop;
    const reason = current.unreachable ?? by?.unreachable ?? 'no reason given';
    const where = by === undefined ? '' : ` said by ${by.address} at hop ${by.ttl}`;
    return [
      {
        type: 'DestinationUnreachable',
        detail: `Destination unreachable: ${reason}${where}${baseline.traces > 0 ? `; ${habit}` : ''}`,
        hop: by?.ttl ?? null,
        severity: answered > 0 ? 'high' : 'medium',
        evidence: { ...evidence, reason, by: by?.address ?? null },
      },
    ];
  }

  if (baseline.traces > 0 && answered === 0) return [];
  const last = current.hops.findLast(({ hop }) => hop.address !== null)?.hop;
  const usual = wilsonInterval(answered, baseline.traces).low > 0.5;
  const seen =
    last === undefined ? 'nothing answered' : `the last answer is of ${last.address} at hop ${last.ttl}`;
  return [
    {
      type: 'DestinationUnreachable',
      detail: `Destination did not answer: ${seen}${baseline.traces > 0 ? `; ${habit}` : ''}`,
      hop: last?.ttl ?? null,
      severity: baseline.traces === 0 ? 'info' : usual ? 'medium' : 'low',
      evidence: { ...evidence, lastAnswer: last?.address ?? null },
    },
  ];
}
