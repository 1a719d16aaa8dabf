import { type Baseline, emptyBaseline, fold } from '../../src/analyse/baseline.js';
import type { PathRecord } from '../../src/path-record.js';
import { aTrace, type TraceSpec } from '../a-trace.js';

const HOUR_MS = 3_600_000;
const BEGIN = Date.UTC(2026, 0, 1);

/** The trace of that number, counted in hours. */
export function traceAt(hour: number, spec: TraceSpec = {}): PathRecord {
  return aTrace({ startedAt: BEGIN + hour * HOUR_MS, ...spec });
}

/** What is usual after these traces, oldest first and an hour apart. */
export function baselineOf(specs: readonly TraceSpec[]): Baseline {
  return specs.map((spec, hour) => traceAt(hour, spec)).reduce(fold, emptyBaseline());
}

export const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value);

/** With all that is only read when it is asked for. */
export function plain({ recent, daily, ...rest }: Baseline) {
  const read = (traces: Baseline['recent']) => traces.map((trace) => ({ ...trace, hops: trace.hops }));
  return { ...rest, recent: read(recent), daily: read(daily) };
}
