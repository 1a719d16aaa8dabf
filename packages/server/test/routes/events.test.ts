import t from 'tap';
import Value from 'typebox/value';
import { EventsSchema } from '../../src/wire/event.js';
import { aListeningServer, aServer } from '../a-server.js';
import { aTrace } from '../a-trace.js';
import { fakeTracer } from '../fake-tracer.js';
import { get } from '../http.js';
import { aChange, add } from '../store/contract.js';
import { until } from '../until.js';

const noon = Date.UTC(2026, 3, 1, 12);
const USUAL = ['192.0.2.1', '198.51.100.1', '203.0.113.80'];
const MOVED = ['192.0.2.1', '198.51.100.66', '203.0.113.80'];

t.test('pages of events, newest first', async (t) => {
  const { app, store } = await aServer(t);
  t.same((await app.inject('/api/events')).json(), { events: [], before: null });
  for (const n of [1, 2, 3]) {
    await add(store, { target: `${n}.example`, startedAt: noon + n * 1000 }, () => ({
      changes: [aChange(`${n}`, { severity: n === 2 ? 'high' : 'info' })],
      conditions: [],
    }));
  }
  const page = (await app.inject('/api/events?limit=2')).json();
  t.ok(Value.Check(EventsSchema, page));
  const details = (body: { events: { detail: string }[] }) => body.events.map(({ detail }) => detail);
  t.same(details(page), ['3', '2']);
  t.match(page.events[0], {
    at: '2026-04-01T12:00:03.000Z',
    target: '3.example',
    type: 'PacketLoss',
    state: 'began',
    trace_id: Number,
  });
  t.same(details((await app.inject(`/api/events?limit=2&before=${page.before}`)).json()), ['1']);
  t.same(details((await app.inject('/api/events?severity=high')).json()), ['2']);
  t.same(details((await app.inject('/api/events?target=https://2.example/x')).json()), ['2']);
  t.same(details((await app.inject('/api/events?since=2026-04-01T12:00:02Z')).json()), ['3', '2']);
  t.same(details((await app.inject('/api/events?type=packetloss')).json()), ['3', '2', '1']);
  t.same(details((await app.inject('/api/events?type=HighLatency')).json()), []);
  for (const query of ['type=Rain', 'since=soon', 'limit=0', 'severity=bad', 'target=a%20b']) {
    const { statusCode, body } = await app.inject(`/api/events?${query}`);
    t.equal(statusCode, 400, `${query}: ${body}`);
  }
});

t.test('a change of the path is an event, as soon as its trace is stored', async (t) => {
  let hops = USUAL;
  let startedAt = noon;
  const tracer = fakeTracer((trace) => {
    startedAt += 60_000;
    trace.play(aTrace({ hops, startedAt }));
  });
  const { url } = await aListeningServer(t, { tracer });
  const trace = () => get(`${url}/api/trace?target=a.example&cache=false`);
  const events = async (query = '') => JSON.parse((await get(`${url}/api/events${query}`)).body).events;
  for (let n = 0; n < 8; n++) await trace();
  t.same(await events(), [], 'the usual path is no event');

  hops = MOVED;
  await trace();
  const [event, ...more] = await events('?target=a.example');
  t.match(event, { type: 'PathDeviation', state: 'change', hop: 2, detail: /198\.51\.100\.66/ });
  t.same(more, []);
  const analysis = JSON.parse((await get(`${url}/api/analyze?target=a.example`)).body);
  t.equal(analysis.anomalies[0].detail, event.detail, 'the same that the analysis says');
  t.equal(analysis.baseline.traces, 8);
});

t.test('a stream of events, taken up again where it was cut off', async (t) => {
  const tracer = fakeTracer((trace) => trace.play(aTrace()));
  const { url, store, app } = await aListeningServer(t, { tracer });
  const event = (detail: string) => add(store, {}, () => ({ changes: [aChange(detail)], conditions: [] }));
  await event('before');

  const follow = async (headers: Record<string, string> = {}, query = '') => {
    const stop = new AbortController();
    const response = await fetch(`${url}/api/events${query}`, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: stop.signal,
    });
    t.match(response.headers.get('content-type'), /^text\/event-stream/);
    const seen = { text: '', ended: false, stop: () => stop.abort() };
    (async () => {
      for await (const text of response.body!.pipeThrough(new TextDecoderStream())) seen.text += text;
    })().then(
      () => {
        seen.ended = true;
      },
      () => {},
    );
    await until(() => seen.text.includes(': open'));
    return seen;
  };
  /** A trace through the server wakes the streams at once. */
  const ring = () => get(`${url}/api/trace?target=b.example&cache=false`);

  const first = await follow();
  await event('one');
  await event('two');
  await ring();
  await until(() => first.text.includes('"two"'));
  t.notMatch(first.text, /before/);
  const ids = [...first.text.matchAll(/^event: change\nid: (\d+)\ndata: (.*)$/gm)];
  t.same(
    ids.map(([, , data]) => JSON.parse(data!).detail),
    ['one', 'two'],
  );
  first.stop();

  await event('three');
  const second = await follow({ 'last-event-id': ids[0]![1]! });
  await until(() => second.text.includes('"three"'));
  t.same(
    [...second.text.matchAll(/"detail":"(\w+)"/g)].map(([, detail]) => detail),
    ['two', 'three'],
  );
  const all = await follow({}, '?since=20200101');
  await until(() => all.text.includes('"three"'));
  t.match(all.text, /"before"/);
  const other = await follow({}, '?since=20200101&target=other.example');
  t.notMatch(other.text, /change/);

  t.equal(
    (await get(`${url}/api/events`, { accept: 'text/event-stream', 'last-event-id': 'x' })).status,
    400,
  );
  const closing = app.close();
  await until(() => second.ended && all.ended && other.ended);
  await closing;
  t.pass('open streams end when the server closes');
});
