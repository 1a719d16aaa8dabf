import { parseTarget } from '@locator/probe';
import { compare } from '../compare/compare.js';
import { comparable, readSelection, select } from '../compare/selection.js';
import { summarise } from '../compare/summarise.js';
import type { App, Context } from '../context.js';
import { ServerError } from '../errors.js';
import { ComparisonSchema, encodeComparison } from '../wire/comparison.js';
import { ErrorSchema } from '../wire/error.js';
import { CompareQuery } from '../wire/query.js';
import { sendJson } from './send-json.js';

const schema = {
  summary: 'What differs between two traces or two periods of a target',
  description: 'Hop by hop: what was added, removed or changed, and the difference of the latencies.',
  querystring: CompareQuery,
  response: { 200: ComparisonSchema, '4xx': ErrorSchema, '5xx': ErrorSchema },
};

/** GET /api/compare */
export function compareRoute(app: App, { store }: Pick<Context, 'store'>): void {
  app.get('/api/compare', { schema }, async (request, reply) => {
    const { protocol, family } = request.query;
    if (protocol === 'tcp') throw new ServerError('PROTOCOL_NOT_OFFERED');
    const target = parseTarget(request.query.target);
    const selections = (['a', 'b'] as const).map((name) => readSelection(name, request.query[name]));
    const [a, b] = await Promise.all(selections.map((selection) => select(store, target, selection)));
    const sides = comparable(a!, b!, { protocol, family });
    const [before, after] = sides.map(summarise);
    return sendJson(reply, encodeComparison(sides[1][0]!, compare(before!, after!)));
  });
}
