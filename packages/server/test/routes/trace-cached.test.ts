import t from 'tap';
import { aListeningServer, aServer } from '../a-server.js';
import { aTrace } from '../a-trace.js';
import { type FakeTrace, fakeTracer } from '../fake-tracer.js';
import { HandClock } from '../hand-clock.js';
import { get } from '../http.js';

/** A tracer whose traces start when the clock says. */
function setUp() {
  const clock = new HandClock();
  const play = (trace: FakeTrace) =>
    trace.play({
      ...aTrace({ hops: ['192.0.2.1', null, '203.0.113.80'], startedAt: clock.wall() }),
      durationMs: 0,
    });
  return { clock, tracer: fakeTracer(play) };
}

t.test('from history: a JSON array with a length, not chunked', async (t) => {
  const { clock, tracer } = setUp();
  const { url } = await aListeningServer(t, { clock, tracer });
  const live = await get(`${url}/api/trace?target=a.example`);
  t.equal(live.headers['transfer-encoding'], 'chunked', 'the first time there is no history');
  clock.advance(90_500);

  for (const query of [
    'target=a.example',
    'target=A.example.&cache=true',
    'target=https://a.example/&use_cache=1',
  ]) {
    const cached = await get(`${url}/api/trace?${query}`);
    t.equal(cached.status, 200);
    t.equal(cached.headers['content-type'], 'application/json');
    t.equal(cached.headers['transfer-encoding'], undefined);
    t.equal(cached.headers['content-length'], String(Buffer.byteLength(cached.body)));
    t.equal(cached.headers['x-locator-cache'], 'hit');
    t.equal(cached.headers.age, '90');
    const hops = live.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    t.strictSame(JSON.parse(cached.body), hops, 'the same objects');
  }
  t.equal(tracer.traces.length, 1);
});

t.test('Accept fixes the format of a trace from history', async (t) => {
  const { clock, tracer } = setUp();
  const { url } = await aListeningServer(t, { clock, tracer });
  const live = await get(`${url}/api/trace?target=a.example`);
  const ndjson = await get(`${url}/api/trace?target=a.example`, { accept: 'application/x-ndjson' });
  t.equal(ndjson.headers['content-type'], 'application/x-ndjson');
  t.equal(ndjson.headers['transfer-encoding'], 'chunked');
  t.equal(ndjson.headers['x-locator-cache'], 'hit');
  t.equal(ndjson.body, live.body);
  const events = await get(`${url}/api/trace?target=a.example`, { accept: 'text/event-stream' });
  t.equal(events.headers['x-locator-cache'], 'hit');
  t.strictSame(
    [...events.body.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name),
    ['hop', 'hop', 'hop', 'done'],
  );
  t.equal(tracer.traces.length, 1);
});

t.test('what is asked for decides whether history will do', async (t) => {
  const { clock, tracer } = setUp();
  const { app } = await aServer(t, { clock, tracer, env: { LOCATOR_CACHE_MAX_AGE: '100' } });
  const hit = async (query: string) =>
    (await app.inject(`/api/trace?target=a.example${query}`)).headers['x-locator-cache'] === 'hit';
  t.notOk(await hit(''), 'nothing there');
  t.ok(await hit(''));
  t.notOk(await hit('&cache=false'));
  t.notOk(await hit('&use_cache=false'));
  t.ok(await hit('&cache=true&use_cache=false'), 'cache wins');
  t.ok(await hit('&family=4&protocol=icmp&max_hops=3&probes=3'));
  t.notOk(await hit('&protocol=udp'));
  t.ok(await hit('&protocol=udp'));
  t.notOk(await hit('&max_hops=2'));
  t.notOk(await hit('&probes=10'));

  clock.advance(50_000);
  t.ok(await hit('&max_age=50'));
  t.notOk(await hit('&max_age=49'));
  clock.advance(101_000);
  t.notOk(await hit(''), 'older than the configured age');
  clock.advance(101_000);
  t.ok(await hit('&max_age=3600'), 'but the request may ask for more');
});

t.test('history does not answer for a target that is forbidden now', async (t) => {
  const { clock, tracer } = setUp();
  const open = await aServer(t, { clock, tracer });
  await open.app.inject('/api/trace?target=10.0.0.1');
  const closed = await aServer(t, { clock, tracer, store: open.store, env: { LOCATOR_TARGETS: 'public' } });
  t.equal((await closed.app.inject('/api/trace?target=10.0.0.1')).statusCode, 403);
});

t.test('a store that cannot be read does not keep anybody from tracing', async (t) => {
  const { clock, tracer } = setUp();
  const { app, store } = await aServer(t, { clock, tracer });
  await store.close();
  const answer = await app.inject('/api/trace?target=a.example');
  t.equal(answer.statusCode, 200);
  t.equal(answer.body.trimEnd().split('\n').length, 3);
  const ready = (await app.inject('/api/ready')).json();
  t.equal(ready.ready, true);
  t.match(ready.store.problem, /not being stored/);
  t.ok(ready.problems.includes(ready.store.problem));
});
