import { Readable } from 'node:stream';
import type { WatchRound } from '@locator/probe';
import { addressBook } from '../address-book.js';
import type { App, Context } from '../context.js';
import { ServerError, toHttpError } from '../errors.js';
import { watchSession } from '../watch-session.js';
import { acceptedFormat } from '../wire/accept.js';
import { ErrorSchema, encodeError } from '../wire/error.js';
import { DONE_ID, serverSentEvent } from '../wire/event-stream.js';
import { WatchQuery } from '../wire/query.js';
import { encodeWatchRound } from '../wire/watch-round.js';
import { firstAwaited } from './first-awaited.js';
import { readRequest } from './trace.js';

const schema = {
  summary: 'Measure the path to a target round after round',
  description: `One probe per hop and round; each round tells the whole path with its figures so far. Events \`round\`,
then \`done\` or \`error\`; with Accept: application/x-ndjson one line per round. Goes on until the client leaves or
\`rounds\` are over; a client that reads slowly gets the newest round, never a queue of old ones.`,
  querystring: WatchQuery,
  response: {
    200: {
      description: 'Rounds',
      content: {
        'text/event-stream': { schema: { type: 'string' } },
        'application/x-ndjson': { schema: { type: 'string' } },
      },
    },
    '4xx': ErrorSchema,
    '5xx': ErrorSchema,
  },
};

/** GET /api/watch */
export function watchRoute(app: App, context: Context): void {
  app.get('/api/watch', { schema, exposeHeadRoute: false }, async (request, reply) => {
    // An EventSource that has seen the end connects again: this is how HTTP tells it to stop.
    if (request.headers['last-event-id'] === DONE_ID) return reply.code(204).send();
    const { interval, rounds, ...query } = request.query;
    const { target, ...options } = readRequest(query);
    const isEvents = acceptedFormat(request.headers.accept) !== 'ndjson';
    const watched = watchSession(
      context,
      target,
      {
        ...options,
        ...(interval !== undefined && { intervalMs: interval * 1000 }),
        ...(rounds !== undefined && { rounds }),
      },
      reply.raw,
    );
    const begun = await firstAwaited(isEvents ? events(watched) : lines(watched));
    return reply
      .header('vary', 'Accept')
      .header('content-type', isEvents ? 'text/event-stream' : 'application/x-ndjson')
      .header('cache-control', 'no-cache')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(begun, { highWaterMark: 1 }));
  });

  async function* lines(rounds: AsyncIterable<WatchRound>): AsyncGenerator<string, void> {
    const about = addressBook(context.intel, { names: true });
    for await (const round of rounds) yield `${JSON.stringify(encodeWatchRound(round, about))}\n`;
  }

  /** Errors before the first round are thrown, later ones told. */
  async function* events(rounds: AsyncIterable<WatchRound>): AsyncGenerator<string, void> {
    const about = addressBook(context.intel, { names: true });
    let begun = false;
    try {
      for await (const round of rounds) {
        begun = true;
        yield serverSentEvent('round', encodeWatchRound(round, about));
      }
      if (context.closing.aborted) throw new ServerError('STOPPED', 'The server is closing.');
      yield serverSentEvent('done', {}, DONE_ID);
    } catch (error) {
      if (!begun) throw error;
      yield serverSentEvent('error', encodeError(toHttpError(error)));
    }
  }
}
