import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import type { TObject } from 'typebox';
import type { App, Context, Services } from './context.js';
import { ServerError } from './errors.js';
import { Metrics } from './metrics.js';
import { keepConfigured as keepMonitors } from './monitors/configured.js';
import { runMonitor } from './monitors/run-monitor.js';
import { Scheduler } from './monitors/scheduler.js';
import { Admission } from './policy/admission.js';
import { bearer } from './policy/bearer.js';
import { changing } from './policy/changing.js';
import { permission } from './policy/permission.js';
import { analyzeRoute } from './routes/analyze.js';
import { compareRoute } from './routes/compare.js';
import { eventsRoute } from './routes/events.js';
import { historyRoute } from './routes/history.js';
import { liveRoute } from './routes/live.js';
import { metricsRoute } from './routes/metrics.js';
import { monitorsRoute } from './routes/monitors.js';
import { pageRoute } from './routes/page.js';
import { readyRoute } from './routes/ready.js';
import { sendError } from './routes/send-error.js';
import { threatIntelUpdateRoute } from './routes/threat-intel-update.js';
import { traceRoute } from './routes/trace.js';
import { watchRoute } from './routes/watch.js';
import { webhooksRoute } from './routes/webhooks.js';
import { TraceKeeper } from './trace-keeper.js';
import { unusedConnections } from './unused-connections.js';
import { version } from './version.js';
import { keepConfigured as keepWebhooks } from './webhooks/configured.js';
import { Courier } from './webhooks/courier.js';
import { encodeError } from './wire/error.js';
import { readBody } from './wire/read-body.js';
import { readQuery } from './wire/read-query.js';

/** Milliseconds that a hop waits for its host name before it is sent without. */
const NAME_WAIT_MS = 10;
/** Milliseconds that traces under way get to finish when the server closes. */
const CLOSE_GRACE_MS = 5000;
/** Milliseconds after which a store that kept monitors and webhooks from beginning is asked again. */
const WAKE_AGAIN_MS = 10_000;
/** Bytes of a request's body. */
const MOST_BODY = 65_536;

export interface BuildOptions extends Services {
  readonly logger?: FastifyServerOptions['logger'];
}

/** The whole server as a Fastify instance that does not listen. Closing it leaves the services open. */
export function build({ logger = false, ...services }: BuildOptions): FastifyInstance {
  const app = fastify({
    logger,
    // Answers while closing come from the routes, which know what to say.
    return503OnClosing: false,
    requestTimeout: 30_000,
    frameworkErrors: sendError,
    clientErrorHandler: refuseBytes,
  });
  app.setNotFoundHandler((request, reply) => {
    const url = request.url.split('?', 1)[0]!;
    const allowed = app.supportedMethods.filter((method) => app.hasRoute({ url, method: method as 'GET' }));
    if (allowed.length === 0) return sendError(new ServerError('ROUTE_UNKNOWN'), request, reply);
    reply.header('allow', allowed.join(', '));
    return sendError(new ServerError('METHOD_NOT_ALLOWED'), request, reply);
  });
  const unused = unusedConnections(app.server);
  app.addHook('preClose', async () => unused.end());
  // Not encapsulated here, so that answers of the not-found handler get CORS headers too.
  const whole = Object.assign((instance: FastifyInstance) => locator(instance, services), {
    [Symbol.for('skip-override')]: true,
  });
  app.register(whole);
  return app;
}

/** The same as a plugin for somebody else's instance: `app.register(locator, services)`. */
export async function locator(instance: FastifyInstance, services: Services): Promise<void> {
  const app: App = instance.withTypeProvider<TypeBoxTypeProvider>();
  const { config, store, clock } = services;
  const closing = new AbortController();
  const log = app.log;
  const keeper = new TraceKeeper(store, log);
  const permit = permission(config.targets);
  const context: Context = {
    ...services,
    keeper,
    permit,
    nameWaitMs: NAME_WAIT_MS,
    admission: new Admission(config.maxTraces),
    metrics: new Metrics(),
    scheduler: new Scheduler({
      monitors: store.monitors,
      clock,
      log,
      mostAtOnce: config.monitorTraces,
      packetsPerSecond: config.monitorPackets,
      run: (monitor) => runMonitor(context, monitor),
    }),
    courier: new Courier({ webhooks: store.webhooks, events: store.events, clock, keeper, permit, log }),
    log,
    closing: closing.signal,
  };

  app.setValidatorCompiler(({ schema, httpPart }) => (given: unknown) => {
    try {
      if (httpPart === 'body') return { value: readBody(schema as TObject, given) };
      return { value: readQuery(schema as TObject, given as Record<string, unknown>) };
    } catch (error) {
      return { error: error as Error };
    }
  });
  // Encoders make the documented shapes, and tests hold them against the schemas.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  // Few routes take a body, and say so themselves; whatever comes to others is let pass unread.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume();
    done(null);
  });

  await app.register(cors, {
    origin: typeof config.corsOrigins === 'string' ? config.corsOrigins : origins(config.corsOrigins),
    exposedHeaders: ['Transfer-Encoding', 'X-Locator-Cache', 'Age'],
    methods: ['GET', 'HEAD', 'POST', 'DELETE'],
    strictPreflight: false,
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Locator',
        version,
        description: 'Network path analysis: every hop measured, placed, judged.',
      },
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
  await pageRoute(app);

  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    context.metrics.count('locator_http_requests_total', 'Answered requests.', labels);
  });
  let sleepAgain = () => {};
  let isSaid = false;
  const wake = async () => {
    const error = await begin(context);
    if (error === null || closing.signal.aborted) return;
    // Once, and not every few seconds for as long as it lasts.
    if (!isSaid) log.error({ err: error }, 'monitors and webhooks wait until the store can be read');
    isSaid = true;
    sleepAgain = clock.at(clock.now() + WAKE_AGAIN_MS, wake);
  };
  app.addHook('onReady', async () => {
    await wake();
    context.courier.start();
  });
  app.addHook('preClose', async () => {
    closing.abort();
    sleepAgain();
    context.scheduler.stop();
    await context.admission.close(CLOSE_GRACE_MS);
    await context.courier.stop();
  });

  await app.register(async (api) => {
    if (config.token !== null) api.addHook('onRequest', bearer(config.token));
    traceRoute(api, context);
    watchRoute(api, context);
    historyRoute(api, context);
    analyzeRoute(api, context);
    readyRoute(api, context);
    liveRoute(api);
    metricsRoute(api, context);
    threatIntelUpdateRoute(api, context);
    eventsRoute(api, context);
    compareRoute(api, context);
    await api.register(async (managed) => {
      managed.addHook('onRequest', changing(config));
      managed.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit: MOST_BODY }, readJson);
      monitorsRoute(managed, context);
      webhooksRoute(managed, context);
    });
  });
}

/** Begins what the server does by itself; what the store has against it, or null. */
async function begin({ store, config, clock, scheduler }: Context): Promise<unknown> {
  try {
    await keepWebhooks(store.webhooks, config, clock.wall());
    const monitors = await keepMonitors(store.monitors, config.monitors, clock.wall());
    for (const monitor of monitors) scheduler.add(monitor);
    return null;
  } catch (error) {
    return error;
  }
}

function readJson(
  _request: unknown,
  text: string | Buffer,
  done: (error: Error | null, value?: unknown) => void,
) {
  try {
    done(null, text.length === 0 ? null : JSON.parse(String(text)));
  } catch (error) {
    done(new ServerError('INPUT_INVALID', `The body is no JSON: ${(error as Error).message}.`));
  }
}

/** The CORS plugin takes `false` for no origin at all. */
function origins(list: readonly string[]): string[] | false {
  return list.length === 0 ? false : [...list];
}

const refusals: Readonly<Record<string, readonly [status: string, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The request line and headers are too long.'],
  HPE_INVALID_URL: ['400 Bad Request', 'The URL has characters that must be percent-encoded.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
};

/** What is no HTTP request never reaches a route; it gets the documented error body all the same. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  // The client is gone: there is nobody to answer.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, sentence] = refusals[error.code ?? ''] ?? ['400 Bad Request', 'That is no HTTP request.'];
  const body = JSON.stringify(encodeError({ code: 'REQUEST_MALFORMED', error: sentence }));
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
