import Type, { type Static } from 'typebox';
import type { StoredTrace, TargetTraces } from '../store/trace-store.js';
import { threeDecimals } from './decimals.js';
import { encodeHop } from './hop.js';
import { HopSchema } from './hop-schema.js';

export const RecordSchema = Type.Object({
  timestamp: Type.String({ pattern: '^\\d{8,}$', description: 'Day it was started (UTC), 20250505' }),
  result: Type.Array(HopSchema),
  id: Type.Integer(),
  started_at: Type.String({ description: 'ISO 8601' }),
  address: Type.String(),
  protocol: Type.String(),
  duration_ms: Type.Number(),
  path_id: Type.String({ description: 'Equal for traces whose hops answered from the same addresses' }),
});
export type RecordJson = Static<typeof RecordSchema>;

export const HistorySchema = Type.Record(Type.String(), Type.Array(RecordSchema));
export type HistoryJson = Static<typeof HistorySchema>;

export function encodeRecord(trace: StoredTrace): RecordJson {
  const startedAt = new Date(trace.startedAt).toISOString();
  return {
    timestamp: startedAt.slice(0, startedAt.indexOf('T')).replaceAll('-', ''),
    result: trace.hops.map((hop) => encodeHop(hop, 'history')),
    id: trace.id,
    started_at: startedAt,
    address: trace.address,
    protocol: trace.protocol,
    duration_ms: threeDecimals(trace.durationMs),
    path_id: trace.pathId,
  };
}

/** `{ "<target>": [record, …], … }`, in the order given. */
export function encodeHistory(found: readonly TargetTraces[]): HistoryJson {
  // fromEntries defines own properties: a target called __proto__ is a target like any other.
  return Object.fromEntries(found.map(({ target, traces }) => [target, traces.map(encodeRecord)]));
}
