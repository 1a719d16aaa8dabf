import t from 'tap';
import Value from 'typebox/value';
import { openMemoryStore } from '../../src/store/memory-store.js';
import { MonitorSchema, MonitorsSchema } from '../../src/wire/monitor.js';
import { aServer } from '../a-server.js';
import { aTrace } from '../a-trace.js';
import { fakeTracer } from '../fake-tracer.js';
import { HandClock } from '../hand-clock.js';
import { until } from '../until.js';

const post = (payload: unknown, headers: Record<string, string> = {}) =>
  ({ method: 'POST', url: '/api/monitors', payload: payload as object, headers }) as const;

t.test('made, listed, removed', async (t) => {
  const { app } = await aServer(t);
  t.same((await app.inject('/api/monitors')).json(), { monitors: [] });
  const wanted = { target: 'https://WWW.Example.com/', every: 300, protocol: 'udp', max_hops: 20 };
  const made = await app.inject(post(wanted));
  t.equal(made.statusCode, 201);
  const monitor = made.json();
  t.ok(Value.Check(MonitorSchema, monitor), JSON.stringify([...Value.Errors(MonitorSchema, monitor)]));
  t.match(monitor, {
    target: 'www.example.com',
    every: 300,
    protocol: 'udp',
    max_hops: 20,
    bandwidth: 'off',
  });
  const inMs = Date.parse(monitor.next_at) - Date.now();
  t.ok(inMs > -1000 && inMs <= 300_000);

  const again = await app.inject(post({ ...wanted, target: 'www.example.com' }));
  t.equal(again.statusCode, 200);
  t.equal(again.json().id, monitor.id, 'the same in other words is the same');
  t.equal((await app.inject(post({ target: '192.0.2.1', cron: '@hourly' }))).statusCode, 201);

  const listed = (await app.inject('/api/monitors')).json();
  t.ok(Value.Check(MonitorsSchema, listed));
  t.equal(listed.monitors.length, 2);
  const remove = (id: unknown) => app.inject({ method: 'DELETE', url: `/api/monitors/${id}` });
  t.equal((await remove(monitor.id)).statusCode, 204);
  t.match((await remove(monitor.id)).json(), { code: 'MONITOR_UNKNOWN' });
  t.equal((await remove('x')).statusCode, 400);
  t.equal((await app.inject('/api/monitors')).json().monitors.length, 1);
});

t.test('what is wrong is said in a sentence', async (t) => {
  const { app } = await aServer(t);
  const cases: [unknown, RegExp][] = [
    [{ target: 'a.example' }, /^A monitor has either every, in seconds, or cron/],
    [{ target: 'a.example', every: 60, cron: '@daily' }, /^A monitor has either/],
    [{ target: 'a.example', every: 5 }, /^every must be >= 10\.$/],
    [{ target: 'a.example', cron: 'often' }, /^cron "often" cannot be used/],
    [{ target: 'a.example', cron: '@daily', timezone: 'Moon' }, /^timezone "Moon" is none/],
    [{ every: 60 }, /target/],
    [{ target: 'a b', every: 60 }, /host name/],
    [{ target: 'a.example', every: 60, protocol: 'tcp' }, /^protocol must be .*: icmp, udp\.$/],
    [{ target: 'a.example', every: 60, color: 'red' }, /: color\.$/],
    [[], /^A JSON object is wanted/],
  ];
  for (const [payload, message] of cases) {
    const { statusCode, body } = await app.inject(post(payload));
    t.equal(statusCode, 400, body);
    t.match(JSON.parse(body).error, message);
  }
  const json = { 'content-type': 'application/json' };
  for (const [payload, headers] of [
    ['{"target":', json],
    ['', json],
    ['{"target":"a.example","every":60}', { 'content-type': 'text/plain' }],
    [`{"target":"${'a'.repeat(70_000)}"}`, json],
  ] as const) {
    const { statusCode, body } = await app.inject({ ...post(payload), headers });
    t.ok(statusCode === 400 || statusCode === 413, `${statusCode} ${body.slice(0, 100)}`);
    t.match(JSON.parse(body).error, /\.$/);
  }
});

t.test('who may change things', async (t) => {
  const monitor = { target: 'a.example', every: 60 };
  const code = async (env: Record<string, string>, headers: Record<string, string> = {}) => {
    const { app } = await aServer(t, { env });
    const answer = await app.inject(post(monitor, headers));
    return answer.statusCode === 201 ? 201 : answer.json().code;
  };
  const everywhere = { LOCATOR_HOST: '0.0.0.0' };
  const token = { ...everywhere, LOCATOR_TOKEN: 'abc' };
  const bearer = { authorization: 'Bearer abc' };
  t.equal(await code({}), 201, 'on loopback anybody on this machine');
  t.equal(await code(everywhere), 'TOKEN_NEEDED');
  t.equal(await code(token), 'UNAUTHORIZED');
  t.equal(await code(token, bearer), 201);
  t.equal(await code({}, { origin: 'https://evil.example' }), 'ORIGIN_FORBIDDEN', 'no other page');
  t.equal(await code({}, { origin: 'http://localhost:8000', host: 'localhost:8000' }), 201, 'the own page');
  const rebound = { origin: 'http://evil.example:8000', host: 'evil.example:8000' };
  t.equal(await code({}, rebound), 'ORIGIN_FORBIDDEN', 'nor one whose name leads here');
  t.equal(await code({}, { origin: 'null' }), 'ORIGIN_FORBIDDEN');
  const named = { LOCATOR_CORS_ORIGINS: 'https://ours.example' };
  t.equal(await code(named, { origin: 'https://ours.example' }), 201);
  t.equal(await code(token, { ...bearer, origin: 'https://a.example', host: 'a.example' }), 201);

  const { app } = await aServer(t, { env: everywhere });
  t.equal((await app.inject('/api/monitors')).statusCode, 200, 'reading is free');
});

t.test('monitors trace, and the stored traces are theirs', async (t) => {
  const clock = new HandClock();
  const store = await openMemoryStore();
  const tracer = fakeTracer((trace) => {
    if (trace.destination.target === 'bad.example') trace.fail(new Error('the socket is gone'));
    else trace.play(aTrace({ startedAt: clock.wall() }));
  });
  const env = { LOCATOR_MONITORS: '[{"target":"c.example","cron":"* * * * *"}]' };
  const { app } = await aServer(t, { clock, store, tracer, env });
  for (const target of ['a.example', 'bad.example']) {
    await app.inject(post({ target, cron: '* * * * *', probes: 5 }));
  }
  clock.advance(60_000 + 30_000);
  await until(async () => (await store.monitors.all()).every(({ runs }) => runs === 1));
  const { monitors } = (await app.inject('/api/monitors')).json();
  const byTarget = Object.fromEntries(monitors.map((one: { target: string }) => [one.target, one]));
  const stored = await store.latest({ target: 'a.example' }, 0);
  t.equal(byTarget['a.example'].last.trace_id, stored?.id);
  t.match(tracer.traces.find(({ destination }) => destination.target === 'a.example')?.options, {
    probes: 5,
    bandwidth: 'off',
  });
  t.match(byTarget['bad.example'].last, { trace_id: null, problem: /went wrong in the server/ });

  const { id, origin } = byTarget['c.example'];
  t.equal(origin, 'config');
  const removal = await app.inject({ method: 'DELETE', url: `/api/monitors/${id}` });
  t.equal(removal.statusCode, 409);
  await app.close();

  const next = await aServer(t, { clock, store, tracer });
  await next.app.ready();
  const kept = (await next.app.inject('/api/monitors')).json().monitors;
  t.same(
    kept.map(({ target }: { target: string }) => target),
    ['a.example', 'bad.example'],
    'a restart keeps those of the API, and the configuration has no more',
  );
});
