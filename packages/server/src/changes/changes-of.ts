import type { Finding } from '../analyse/judgement.js';
import type { Change, Condition } from '../store/event-store.js';
import { severities } from '../store/event-store.js';
import type { Observation } from '../store/trace-store.js';

/**
 * Traces in a row without a finding after which it is over. One would do if findings were certain; loss and
 * latency near a threshold would then begin and end with every other trace.
 */
const OVER_AFTER = 3;

/** What is news once and is usual later, and so has no end. */
const passing: ReadonlySet<Finding['type']> = new Set(['PathDeviation']);

/** What there is one of on a path, wherever on it and however much of it is found in each trace. */
const single: ReadonlySet<Finding['type']> = new Set([
  'HighLatency',
  'PacketLoss',
  'RoutingLoop',
  'DestinationUnreachable',
]);

/**
 * What is new in the findings of a trace, given what was found until then: the beginning, the worsening and the
 * end of what lasts, and each deviation of the path. Pure.
 */
export function changesOf(
  findings: readonly Finding[],
  before: readonly Condition[],
  startedAt: number,
): Observation {
  const known = new Map(before.map((condition) => [condition.key, condition]));
  const changes: Change[] = [];
  const now = new Map<string, Condition>();

  for (const finding of findings) {
    const key = keyOf(finding);
    const condition = now.get(key) ?? known.get(key);
    const worse = condition !== undefined && isGraver(finding, condition);
    if (condition === undefined || worse) changes.push(changeOf(finding, worse));
    const { type, severity, hop, detail } = finding;
    now.set(key, {
      key,
      type,
      severity: condition === undefined || worse ? severity : condition.severity,
      hop,
      detail,
      since: condition?.since ?? finding.since,
      absent: 0,
    });
  }

  for (const condition of before) {
    if (now.has(condition.key)) continue;
    const absent = condition.absent + 1;
    if (absent < OVER_AFTER) now.set(condition.key, { ...condition, absent });
    else if (!passing.has(condition.type)) changes.push(endOf(condition, startedAt));
  }
  return { changes, conditions: [...now.values()] };
}

function keyOf({ type, hop, evidence }: Finding): string {
  if (single.has(type)) return type;
  const what = [evidence.address, evidence.prefix].filter((part) => typeof part === 'string');
  return [type, ...(what.length > 0 ? what : [hop ?? ''])].join(' ');
}

function isGraver(a: Pick<Finding, 'severity'>, b: Pick<Finding, 'severity'>): boolean {
  return severities.indexOf(a.severity) > severities.indexOf(b.severity);
}

function changeOf({ type, severity, hop, detail, confidence, evidence }: Finding, worse: boolean): Change {
  const state = passing.has(type) ? 'change' : worse ? 'worsened' : 'began';
  return { type, state, severity, hop, detail, confidence, evidence };
}

function endOf({ type, severity, hop, detail, since }: Condition, startedAt: number): Change {
  return {
    type,
    state: 'ended',
    severity,
    hop,
    detail: `No longer so: ${detail}`,
    confidence: 1,
    evidence: { since, lastedMs: startedAt - since, tracesWithout: OVER_AFTER },
  };
}
