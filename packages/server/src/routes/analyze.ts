import type { App, Context } from '../context.js';
import { fromHistory } from '../from-history.js';
import { judge } from '../judge.js';
import { runTrace } from '../run-trace.js';
import { outcome } from '../trace-session.js';
import { AnalysisSchema, encodeAnalysis } from '../wire/analysis.js';
import { AnalysisErrorSchema, encodeAnalysisError } from '../wire/error.js';
import { TraceQuery } from '../wire/query.js';
import { sendError } from './send-error.js';
import { sendJson } from './send-json.js';
import { readRequest } from './trace.js';

const schema = {
  summary: 'Judge the newest trace of a target against earlier ones',
  description: 'With cache=false, or when there is no stored trace, the target is traced first.',
  querystring: TraceQuery,
  response: { 200: AnalysisSchema, '4xx': AnalysisErrorSchema, '5xx': AnalysisErrorSchema },
};

/** GET /api/analyze */
export function analyzeRoute(app: App, context: Context): void {
  app.get(
    '/api/analyze',
    {
      schema,
      exposeHeadRoute: false,
      errorHandler: (error, request, reply) => sendError(error, request, reply, encodeAnalysisError),
    },
    async (request, reply) => {
      const query = request.query;
      const wanted = readRequest(query);
      const cached =
        (query.cache ?? query.use_cache ?? true)
          ? await fromHistory(context, wanted, query.max_age ?? Number.POSITIVE_INFINITY)
          : null;
      const current = cached ?? (await outcome(runTrace(context, wanted, reply.raw))).trace;
      const judgement = await judge(context, current);
      return sendJson(reply, encodeAnalysis(judgement, context.intel.sources()));
    },
  );
}
