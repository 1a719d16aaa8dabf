import { systemClock } from '@locator/probe';
import fastify from 'fastify';
import t from 'tap';
import { locator } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { openMemoryStore } from '../src/store/memory-store.js';
import { aListeningServer, aServer } from './a-server.js';
import { aTrace } from './a-trace.js';
import { fakeIntel } from './fake-intel.js';
import { fakeTracer } from './fake-tracer.js';
import { get, rawGet } from './http.js';
import { until } from './until.js';

t.test('ready says what it works with', async (t) => {
  const source = {
    name: 'GeoLite2-City',
    kind: 'place' as const,
    updatedAt: null,
    entries: null,
    attribution: 'MaxMind',
    url: null,
    state: 'missing' as const,
    problem: 'GeoLite2-City.mmdb cannot be read.',
  };
  const { app } = await aServer(t, {
    intel: fakeIntel({ sources: [source] }),
    problems: ['The data folder is full.'],
  });
  const answer = await app.inject('/api/ready');
  t.equal(answer.statusCode, 200);
  t.match(answer.json(), {
    ready: true,
    timestamp: /^\d{4}-\d\d-\d\dT/,
    version: /^\d/,
    problems: ['The data folder is full.', 'GeoLite2-City.mmdb cannot be read.'],
    socket: {
      name: 'scripted',
      stamps: 'kernel',
      passed_over: [{ name: 'native', reason: 'not in a test' }],
    },
    traces: { running: 0, limit: 256 },
    store: { traces: 0, targets: 0, interrupted: 0, problem: null },
    sources: [{ name: 'GeoLite2-City', kind: 'place', updated_at: null }],
  });
});

t.test('while closing it is not ready, and traces nothing new', async (t) => {
  const tracer = fakeTracer();
  const { app, url } = await aListeningServer(t, { tracer });
  const open = await rawGet(url, '/api/trace?target=a.example', ['Connection: close']);
  await until(() => tracer.traces.length === 1);
  const closed = app.close();
  await until(async () => (await get(`${url}/api/ready`)).status === 503);
  t.match(JSON.parse((await get(`${url}/api/ready`)).body), { ready: false });
  const refused = await get(`${url}/api/trace?target=a.example`);
  t.equal(refused.status, 503);
  t.match(JSON.parse(refused.body), { code: 'STOPPED', error: 'The server is closing.' });
  tracer.traces[0]!.play(aTrace());
  await open.closed;
  await closed;
});

t.test('live', async (t) => {
  const { app } = await aServer(t);
  t.equal((await app.inject('/api/live')).body, '{"live":true}');
});

t.test('metrics in the Prometheus text format', async (t) => {
  const { app } = await aServer(t, { tracer: fakeTracer((trace) => trace.play(aTrace())) });
  await app.inject('/api/trace?target=a.example');
  const { body, headers } = await app.inject('/metrics');
  t.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  t.match(body, /^# TYPE locator_traces_total counter$/m);
  t.match(body, /^locator_traces_total\{end="destination"\} 1$/m);
  t.match(body, /^locator_http_requests_total\{method="GET",route="\/api\/trace",status="200"\} 1$/m);
  t.match(body, /^locator_store_up 1$/m);
  t.match(body, /^locator_store_traces 1$/m);
  t.match(body, /^locator_traces_running 0$/m);
  for (const line of body.trimEnd().split('\n')) {
    t.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[\d.e+]+)$/);
  }
});

t.test('the API is described from the schemas that validate', async (t) => {
  const { app } = await aServer(t);
  t.equal((await app.inject('/docs')).statusCode, 200);
  const openapi = (await app.inject('/docs/json')).json();
  t.strictSame(Object.keys(openapi.paths).sort(), [
    '/api/analyze',
    '/api/compare',
    '/api/events',
    '/api/history',
    '/api/live',
    '/api/monitors',
    '/api/monitors/{id}',
    '/api/ready',
    '/api/threat-intel/update',
    '/api/trace',
    '/api/watch',
    '/api/webhooks',
    '/api/webhooks/{id}',
    '/metrics',
  ]);
  const parameters = openapi.paths['/api/trace'].get.parameters;
  t.match(
    parameters.find(({ name }: { name: string }) => name === 'max_hops'),
    { in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 64 } },
  );
  t.match(
    parameters.find(({ name }: { name: string }) => name === 'target'),
    { in: 'query', required: true },
  );
  t.ok(openapi.paths['/api/trace'].get.responses['200'].content['application/x-ndjson']);
});

t.test('any origin may read answers, errors among them, without credentials', async (t) => {
  const { app } = await aServer(t);
  for (const url of ['/api/live', '/api/trace', '/nothing', '/api/history?target=x.example']) {
    const { headers } = await app.inject({ url, headers: { origin: 'https://x.example' } });
    t.equal(headers['access-control-allow-origin'], '*', url);
    t.equal(headers['access-control-allow-credentials'], undefined, url);
    t.equal(headers['access-control-expose-headers'], 'Transfer-Encoding, X-Locator-Cache, Age', url);
  }
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/api/threat-intel/update',
    headers: {
      origin: 'https://x.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });
  t.equal(preflight.statusCode, 204);
  t.equal(preflight.headers['access-control-allow-methods'], 'GET, HEAD, POST, DELETE');
  t.equal(preflight.headers['access-control-allow-headers'], 'authorization');
  t.equal(
    (await app.inject({ method: 'OPTIONS', url: '/api/trace' })).statusCode,
    204,
    'a plain OPTIONS too',
  );
});

t.test('origins can be limited', async (t) => {
  const { app } = await aServer(t, { env: { LOCATOR_CORS_ORIGINS: 'https://a.example' } });
  const origin = async (origin: string) =>
    (await app.inject({ url: '/api/live', headers: { origin } })).headers['access-control-allow-origin'];
  t.equal(await origin('https://a.example'), 'https://a.example');
  t.equal(await origin('https://b.example'), undefined);
  const { headers } = await app.inject({ url: '/api/trace', headers: { origin: 'https://a.example' } });
  t.match(headers.vary, /Origin/);
  const none = await aServer(t, { env: { LOCATOR_CORS_ORIGINS: 'none' } });
  const answer = await none.app.inject({ url: '/api/live', headers: { origin: 'https://a.example' } });
  t.equal(answer.headers['access-control-allow-origin'], undefined);
});

t.test('a token guards everything but the health checks', async (t) => {
  const { app } = await aServer(t, { env: { LOCATOR_TOKEN: 's3cret' } });
  const status = async (url: string, authorization?: string) =>
    (await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })).statusCode;
  for (const url of [
    '/api/history',
    '/metrics',
    '/api/analyze?target=a.example',
    '/api/trace?target=a.example',
  ]) {
    const answer = await app.inject(url);
    t.equal(answer.statusCode, 401, url);
    t.equal(answer.headers['www-authenticate'], 'Bearer');
    t.match(answer.json(), { code: 'UNAUTHORIZED', error: /\.$/ });
  }
  t.equal(await status('/api/history', 'Bearer wrong'), 401);
  t.equal(await status('/api/history', 'Basic s3cret'), 401);
  t.equal(await status('/api/history', 'Bearer s3cret'), 200);
  t.equal(await status('/api/history', 'bearer  s3cret'), 200);
  t.equal(await status('/api/ready'), 200);
  t.equal(await status('/api/live'), 200);
  t.equal(await status('/docs/json'), 200);
});

t.test('what is not there', async (t) => {
  const tracer = fakeTracer();
  const { app, url } = await aListeningServer(t, { tracer });
  const nothing = await app.inject('/api/nothing');
  t.equal(nothing.statusCode, 404);
  t.equal(nothing.headers['content-type'], 'application/json');
  t.strictSame(nothing.json(), { error: 'There is nothing at that address.', code: 'ROUTE_UNKNOWN' });
  for (const [method, url, allow] of [
    ['POST', '/api/trace?target=a.example', 'GET'],
    ['HEAD', '/api/trace?target=a.example', 'GET'],
    ['DELETE', '/api/history', 'GET, HEAD'],
    ['GET', '/api/threat-intel/update', 'POST'],
  ] as const) {
    const answer = await app.inject({ method, url });
    t.equal(answer.statusCode, 405, `${method} ${url}`);
    t.equal(answer.headers.allow, allow);
  }
  t.equal(tracer.traces.length, 0, 'a HEAD traces nothing');
  t.equal((await app.inject({ method: 'HEAD', url: '/api/history' })).statusCode, 200);

  const badUrl = await rawGet(url, '/%zz', ['Connection: close']);
  await badUrl.closed;
  t.match(badUrl.text(), /^HTTP\/1\.1 400 [\s\S]*\{"error":"[^"]+\.","code":"FST_ERR_BAD_URL"\}$/);
  const unencoded = await rawGet(url, '/api/trace?target=münchen.de');
  await unencoded.closed;
  t.match(unencoded.text(), /^HTTP\/1\.1 400 [\s\S]*percent-encoded\.","code":"REQUEST_MALFORMED"\}$/);
  const huge = await rawGet(url, `/api/trace?target=${'a'.repeat(20_000)}`);
  await huge.closed;
  t.match(huge.text(), /^HTTP\/1\.1 431 [\s\S]*\{"error":"[^"]+\.","code":"REQUEST_MALFORMED"\}$/);
});

t.test('as a plugin in another instance, under a prefix', async (t) => {
  const app = fastify();
  t.teardown(() => app.close());
  app.get('/', async () => 'mine');
  const store = await openMemoryStore();
  const tracer = fakeTracer((trace) => trace.play(aTrace()));
  const config = readConfig({});
  app.register((api) => locator(api, { tracer, intel: fakeIntel(), store, clock: systemClock, config }), {
    prefix: '/paths',
  });
  t.equal((await app.inject('/paths/api/live')).body, '{"live":true}');
  t.equal((await app.inject('/paths/api/trace?target=203.0.113.80')).body.trimEnd().split('\n').length, 5);
  t.equal((await app.inject('/paths/docs/json')).statusCode, 200);
  t.equal((await app.inject('/')).body, 'mine');
  t.equal((await app.inject('/')).headers['access-control-allow-origin'], undefined);
});
