import type { Source } from '@locator/intel';
import Type, { type Static } from 'typebox';
import type { Judgement } from '../analyse/judgement.js';
import { threeDecimals } from './decimals.js';

export const AnalysisSchema = Type.Object({
  anomalies: Type.Array(
    Type.Object({
      type: Type.String(),
      detail: Type.String(),
      hop: Type.Union([Type.Integer(), Type.Null()]),
      severity: Type.String(),
      confidence: Type.Number({ minimum: 0, maximum: 1, description: 'That it is no chance' }),
      since: Type.String({ description: 'Start of the first trace in a row that showed it' }),
      evidence: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
  alerts: Type.Array(Type.String()),
  riskScore: Type.Number({ minimum: 0, maximum: 100 }),
  riskFactors: Type.Array(
    Type.Object({ name: Type.String(), points: Type.Number(), because: Type.String() }),
    { description: 'Their points add up to the score' },
  ),
  baseline: Type.Object({
    traces: Type.Integer({ description: 'Earlier traces it was judged against' }),
    since: Type.Union([Type.String(), Type.Null()]),
    note: Type.Union([Type.String(), Type.Null()]),
  }),
  lists: Type.Array(
    Type.Object({
      name: Type.String(),
      updated_at: Type.Union([Type.String(), Type.Null()]),
      entries: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ),
});
export type AnalysisJson = Static<typeof AnalysisSchema>;

export function encodeAnalysis(judgement: Judgement, sources: readonly Source[]): AnalysisJson {
  const { findings, alerts, riskScore, riskFactors, baseline } = judgement;
  return {
    anomalies: findings.map(({ type, detail, hop, severity, confidence, since, evidence }) => ({
      type,
      detail,
      hop,
      severity,
      confidence: threeDecimals(confidence),
      since: new Date(since).toISOString(),
      evidence: { ...evidence },
    })),
    alerts: [...alerts],
    riskScore,
    riskFactors: riskFactors.map(({ name, points, because }) => ({ name, points, because })),
    baseline: {
      traces: baseline.traces,
      since: baseline.since === null ? null : new Date(baseline.since).toISOString(),
      note:
        baseline.traces === 0
          ? 'The baseline is empty: there is no earlier trace of this target to compare with.'
          : null,
    },
    lists: sources
      .filter(({ kind }) => kind === 'threats')
      .map(({ name, updatedAt, entries }) => ({ name, updated_at: updatedAt, entries })),
  };
}
