import { parseTarget } from '@locator/probe';
import type { App, Context } from '../context.js';
import { ServerError } from '../errors.js';
import type { Page, TargetTraces } from '../store/trace-store.js';
import { ErrorSchema } from '../wire/error.js';
import { encodeHistory, HistorySchema } from '../wire/history.js';
import { readInstant } from '../wire/instant.js';
import { HistoryQuery } from '../wire/query.js';
import { sendJson } from './send-json.js';

const DEFAULT_LIMIT = 20;

const schema = {
  summary: 'Stored traces, newest first',
  description: `By target. A domain finds its subdomains too, an address every target that resolved to it; without
a target all of them. Page with limit, before and after.`,
  querystring: HistoryQuery,
  response: { 200: HistorySchema, '4xx': ErrorSchema, '5xx': ErrorSchema },
};

/** GET /api/history */
export function historyRoute(app: App, { store }: Context): void {
  app.get('/api/history', { schema }, async (request, reply) => {
    const { target: text, limit = DEFAULT_LIMIT, before, after } = request.query;
    const target = text === undefined ? null : parseTarget(text);
    const page: Page = {
      limit,
      ...(before !== undefined && { before: readInstant('before', before) }),
      ...(after !== undefined && { after: readInstant('after', after) }),
    };
    try {
      return sendJson(reply, encodeHistory(await find(target, page)));
    } catch (error) {
      if (error instanceof ServerError) throw error;
      request.log.error({ err: error }, 'the store cannot be read');
      throw new ServerError('STORE_UNAVAILABLE', undefined, { cause: error });
    }
  });

  async function find(target: string | null, page: Page): Promise<readonly TargetTraces[]> {
    if (target === null) return store.recent(page);
    const found = await store.find(target, page);
    if (found.length > 0) return found;
    // Beyond the last page of a known target there is an empty page, not an unknown target.
    const known = await store.find(target, { limit: 1 });
    if (known.length === 0) throw new ServerError('TARGET_UNKNOWN', `No trace of ${target} is stored.`);
    return known.map(({ target }) => ({ target, traces: [] }));
  }
}
