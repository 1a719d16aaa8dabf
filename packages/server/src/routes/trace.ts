import { Readable } from 'node:stream';
import { parseTarget } from '@locator/probe';
import type { FastifyReply } from 'fastify';
import type { App, Context } from '../context.js';
import { fromHistory } from '../from-history.js';
import { runTrace } from '../run-trace.js';
import { type TraceRequest, traceRequest } from '../trace-request.js';
import { replay, type SessionEvent } from '../trace-session.js';
import { acceptedFormat, type Format } from '../wire/accept.js';
import { ErrorSchema } from '../wire/error.js';
import { DONE_ID, eventStream } from '../wire/event-stream.js';
import { HopSchema } from '../wire/hop-schema.js';
import { jsonArray } from '../wire/json-array.js';
import { ndjson } from '../wire/ndjson.js';
import { TraceQuery } from '../wire/query.js';
import { firstAwaited } from './first-awaited.js';
import { sendJson } from './send-json.js';

const description = `One hop per TTL, when all of it is known, its capacity included unless bandwidth=off. A live
trace is NDJSON, chunked; with cache=true and a stored trace young enough the answer is a JSON array with Content-Length
and X-Locator-Cache: hit. An Accept header of application/x-ndjson, application/json or text/event-stream fixes the format
in both cases. Events show a hop as soon as it answers and again, with a higher revision, when more is known.`;

const schema = {
  summary: 'Trace the path to a target',
  description,
  querystring: TraceQuery,
  response: {
    200: {
      description: 'The hops',
      content: {
        'application/x-ndjson': { schema: HopSchema },
        'application/json': { schema: { type: 'array', items: HopSchema } },
        'text/event-stream': { schema: { type: 'string' } },
      },
    },
    '4xx': ErrorSchema,
    '5xx': ErrorSchema,
  },
};

/** GET /api/trace */
export function traceRoute(app: App, context: Context): void {
  app.get('/api/trace', { schema, exposeHeadRoute: false }, async (request, reply) => {
    // An EventSource that has seen the end connects again: this is how HTTP tells it to stop.
    if (request.headers['last-event-id'] === DONE_ID) return reply.code(204).send();

    const query = request.query;
    const wanted = readRequest(query);
    const format = acceptedFormat(request.headers.accept);
    addVary(reply, 'Accept');

    if (query.cache ?? query.use_cache ?? true) {
      const stored = await fromHistory(context, wanted, query.max_age ?? context.config.cacheMaxAge);
      if (stored !== null) {
        const age = Math.max(
          0,
          Math.floor((context.clock.wall() - stored.startedAt - stored.durationMs) / 1000),
        );
        reply.header('x-locator-cache', 'hit').header('age', String(age));
        return send(reply, format ?? 'array', replay({ trace: stored, stored: true }), context);
      }
    }
    return send(reply, format ?? 'ndjson', runTrace(context, wanted, reply.raw), context);
  });
}

/** What a query asks of the tracer; also for /api/analyze. Throws as `parseTarget` and `traceRequest` do. */
export function readRequest(query: TraceQuery): TraceRequest {
  const { protocol, port, family, max_hops: maxHops, probes, bandwidth } = query;
  return traceRequest({
    target: parseTarget(query.target),
    protocol,
    port,
    family,
    maxHops,
    probes,
    bandwidth,
  });
}

/** Writes a trace. Waits for its first event, so that what fails before it is a proper HTTP error. */
async function send(
  reply: FastifyReply,
  format: Format,
  events: AsyncIterable<SessionEvent>,
  { keeper }: Pick<Context, 'keeper'>,
): Promise<FastifyReply> {
  if (format === 'array') {
    const hops = await jsonArray(events);
    return sendJson(withStoreState(reply, keeper).header('cache-control', 'no-cache'), hops);
  }
  const failed = (error: unknown) => reply.log.warn({ err: error }, 'an event stream ended early');
  const lines = format === 'ndjson' ? ndjson(events) : eventStream(events, failed);
  const begun = await firstAwaited(lines);
  return (
    withStoreState(reply, keeper)
      .header('content-type', format === 'ndjson' ? 'application/x-ndjson' : 'text/event-stream')
      .header('cache-control', 'no-cache')
      // Reverse proxies (nginx) hold back what they proxy unless told not to.
      .header('x-accel-buffering', 'no')
      .send(Readable.from(begun))
  );
}

/** NDJSON has no line for it: that traces are not being stored is said before the first one. */
function withStoreState(reply: FastifyReply, { problem }: Context['keeper']): FastifyReply {
  return problem === null ? reply : reply.header('x-locator-store', 'failing');
}

/** Adds to what CORS has put there. */
function addVary(reply: FastifyReply, name: string): void {
  const before = reply.getHeader('vary');
  reply.header('vary', before === undefined ? name : `${before}, ${name}`);
}
