import Type, { type Static } from 'typebox';
import type { HttpError } from '../errors.js';

export const ErrorSchema = Type.Object({
  error: Type.String({ description: 'One sentence' }),
  code: Type.String(),
});
export type ErrorJson = Static<typeof ErrorSchema>;

/** Clients of /api/analyze read these fields whatever happens. */
export const AnalysisErrorSchema = Type.Object({
  error: Type.String(),
  code: Type.String(),
  anomalies: Type.Array(Type.Never()),
  riskScore: Type.Null(),
  alerts: Type.Array(Type.String()),
});
export type AnalysisErrorJson = Static<typeof AnalysisErrorSchema>;

export function encodeError({ error, code }: Pick<HttpError, 'error' | 'code'>): ErrorJson {
  return { error, code };
}

export function encodeAnalysisError({ error, code }: HttpError): AnalysisErrorJson {
  return { error, code, anomalies: [], riskScore: null, alerts: [error] };
}
