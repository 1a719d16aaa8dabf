import type { App, Context } from '../context.js';
import { ErrorSchema } from '../wire/error.js';
import { encodeUpdateReport, UpdateReportSchema } from '../wire/update-report.js';
import { sendJson } from './send-json.js';

const schema = {
  summary: 'Fetch the threat lists now',
  description: 'Never more often than their source allows. What went wrong with a list is in its result.',
  response: { 200: UpdateReportSchema, '4xx': ErrorSchema, '5xx': ErrorSchema },
};

/** POST /api/threat-intel/update */
export function threatIntelUpdateRoute(app: App, { intel }: Context): void {
  app.post('/api/threat-intel/update', { schema }, async (_request, reply) =>
    sendJson(reply, encodeUpdateReport(await intel.update())),
  );
}
