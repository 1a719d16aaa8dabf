import Type from 'typebox';
import type { App } from '../context.js';
import { sendJson } from './send-json.js';

const schema = {
  summary: 'Whether the process runs',
  response: { 200: Type.Object({ live: Type.Literal(true) }) },
};

/** GET /api/live */
export function liveRoute(app: App): void {
  app.get('/api/live', { schema, config: { open: true } }, async (_request, reply) =>
    sendJson(reply, { live: true }),
  );
}
