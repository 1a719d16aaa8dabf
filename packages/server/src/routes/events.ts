import { Readable } from 'node:stream';
import { parseTarget } from '@locator/probe';
import type { FastifyRequest } from 'fastify';
import { eventFeed } from '../changes/event-feed.js';
import type { App, Context } from '../context.js';
import { ServerError } from '../errors.js';
import type { EventFilter } from '../store/event-store.js';
import { acceptedFormat } from '../wire/accept.js';
import { ErrorSchema } from '../wire/error.js';
import { EventsSchema, encodeEvent, encodeEvents } from '../wire/event.js';
import { serverSentEvent } from '../wire/event-stream.js';
import { readInstant } from '../wire/instant.js';
import { EventsQuery } from '../wire/query.js';
import { sendJson } from './send-json.js';

const DEFAULT_LIMIT = 100;

const schema = {
  summary: 'What changed, as each stored trace showed it',
  description: `Newest first. With Accept: text/event-stream, events as they come, oldest first; a client that comes
back with Last-Event-ID misses none. With since, also those there are from then on.`,
  querystring: EventsQuery,
  response: {
    200: {
      description: 'Events',
      content: {
        'application/json': { schema: EventsSchema },
        'text/event-stream': { schema: { type: 'string' } },
      },
    },
    '4xx': ErrorSchema,
    '5xx': ErrorSchema,
  },
};

/** GET /api/events */
export function eventsRoute(app: App, context: Context): void {
  const { store, closing } = context;

  app.get('/api/events', { schema, exposeHeadRoute: false }, async (request, reply) => {
    const { target, type, since, severity, limit = DEFAULT_LIMIT, before } = request.query;
    const filter: EventFilter = {
      target: target === undefined ? undefined : parseTarget(target),
      type,
      since: since === undefined ? undefined : readInstant('since', since),
      atLeast: severity,
    };
    reply.header('vary', 'Accept').header('cache-control', 'no-cache');
    if (acceptedFormat(request.headers.accept) !== 'events') {
      return sendJson(reply, encodeEvents(await store.events.newest(filter, limit, before), limit));
    }

    // From here on, unless told from where.
    const after = lastSeen(request) ?? (since === undefined ? await store.events.lastId() : 0);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, closing]);
    const events = eventFeed({ ...context, events: store.events }, after, filter, signal);
    return reply
      .header('content-type', 'text/event-stream')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(lines(events)));
  });

  async function* lines(events: ReturnType<typeof eventFeed>): AsyncGenerator<string, void> {
    // Proxies and clients learn that the stream is open before there is an event.
    yield ': open\n\n';
    for await (const event of events) {
      yield event === null ? ':\n\n' : serverSentEvent('change', encodeEvent(event), String(event.id));
    }
  }
}

/** What an EventSource sends that was cut off. Throws INPUT_INVALID. */
function lastSeen({ headers }: FastifyRequest): number | null {
  const id = headers['last-event-id'];
  if (id === undefined || id === '') return null;
  if (typeof id === 'string' && /^\d{1,15}$/.test(id)) return Number(id);
  throw new ServerError('INPUT_INVALID', 'Last-Event-ID must be the id of an event.');
}
