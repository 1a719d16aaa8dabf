import { connect } from 'node:net';
import t from 'tap';
import { aListeningServer, aServer } from '../a-server.js';
import { aHop, aTrace } from '../a-trace.js';
import { fakeIntel } from '../fake-intel.js';
import { type FakeTrace, fakeTracer } from '../fake-tracer.js';
import { get, rawGet } from '../http.js';
import { until } from '../until.js';

const play = (trace: FakeTrace) => trace.play(aTrace({ hops: ['192.0.2.1', null, '203.0.113.80'] }));
const lines = (body: string) =>
  body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

t.test('NDJSON over HTTP/1.1: chunked, one hop per line, nothing else', async (t) => {
  const { url, store } = await aListeningServer(t, { tracer: fakeTracer(play) });
  const answer = await get(`${url}/api/trace?target=a.example&cache=false`);
  t.equal(answer.status, 200);
  t.equal(answer.headers['content-type'], 'application/x-ndjson');
  t.equal(answer.headers['transfer-encoding'], 'chunked');
  t.equal(answer.headers['content-length'], undefined);
  t.equal(answer.headers['cache-control'], 'no-cache');
  t.equal(answer.headers['x-accel-buffering'], 'no');
  t.equal(answer.headers['x-locator-cache'], undefined);
  t.match(answer.body, /\n$/);
  t.strictSame(
    lines(answer.body).map(({ hop, ip }) => [hop, ip]),
    [
      [1, '192.0.2.1'],
      [2, '*'],
      [3, '203.0.113.80'],
    ],
  );
  t.equal((await store.counts()).traces, 1, 'stored before the response has ended');
});

t.test('each line is flushed when its hop is known, in a chunk of its own', async (t) => {
  const tracer = fakeTracer();
  const { url } = await aListeningServer(t, { tracer });
  const connection = await rawGet(url, '/api/trace?target=a.example&cache=false', ['Connection: close']);
  await until(() => tracer.traces.length === 1);
  t.equal(connection.text(), '', 'nothing is sent before the first hop: it may still be an error');
  for (let ttl = 1; ttl <= 3; ttl++) {
    tracer.traces[0]!.emit(aHop(ttl, { address: `192.0.2.${ttl}` }).hop);
    await until(() => connection.text().includes(`"hop":${ttl}`));
    await until(() => connection.text().endsWith('\n\r\n'));
    t.notMatch(connection.text(), new RegExp(`"hop":${ttl + 1}`));
  }
  tracer.traces[0]!.end({ end: 'silence' });
  await connection.closed;
  const [, body = ''] = connection.text().split('\r\n\r\n', 2);
  const [size = '', line = ''] = body.split('\r\n');
  t.equal(Number.parseInt(size, 16), Buffer.byteLength(line), 'the first chunk holds');
  t.match(line, /^\{.*\}\n$/, 'one line');
  t.ok(connection.text().endsWith('0\r\n\r\n'), 'and the stream is ended as it should be');
});

t.test('the line does not wait for a slow name server', async (t) => {
  const intel = fakeIntel({ hostname: () => new Promise(() => {}) });
  const { url } = await aListeningServer(t, { tracer: fakeTracer(play), intel });
  const { body } = await get(`${url}/api/trace?target=a.example&cache=false`);
  t.strictSame(
    lines(body).map(({ hostname }) => hostname),
    [null, null, null],
  );
});

t.test('an HTTP/1.0 client gets the same lines, ended by the close', async (t) => {
  const { url } = await aListeningServer(t, { tracer: fakeTracer(play) });
  const { hostname, port } = new URL(url);
  const old = connect(Number(port), hostname);
  let all = '';
  old.on('data', (data) => {
    all += data;
  });
  old.write('GET /api/trace?target=a.example&cache=false HTTP/1.0\r\n\r\n');
  await new Promise((resolve) => old.on('close', resolve));
  const [head = '', body = ''] = all.split('\r\n\r\n');
  t.notMatch(head, /^transfer-encoding/im);
  t.equal(lines(body).length, 3);
});

t.test('Accept fixes the format of a live trace', async (t) => {
  const { app } = await aServer(t, { tracer: fakeTracer(play) });
  const live = (accept: string) =>
    app.inject({ url: '/api/trace?target=a.example&cache=false', headers: { accept } });
  const array = await live('application/json');
  t.equal(array.headers['content-type'], 'application/json');
  t.equal(array.headers['content-length'], String(Buffer.byteLength(array.body)));
  t.equal(array.json().length, 3);
  t.equal(array.headers['x-locator-cache'], undefined);
  t.equal(array.headers.vary, 'Accept');

  const ndjson = await live('application/x-ndjson');
  t.equal(ndjson.headers['content-type'], 'application/x-ndjson');
  t.equal(lines(ndjson.body).length, 3);
  t.equal((await live('application/json, text/plain, */*')).headers['content-type'], 'application/x-ndjson');
});

t.test('an event stream: hops, revised hops, done', async (t) => {
  let name: (name: string) => void = () => {};
  const hostname = (address: string) =>
    address === '192.0.2.1' ? new Promise<string>((resolve) => (name = resolve)) : Promise.resolve(null);
  const tracer = fakeTracer();
  const { url, store } = await aListeningServer(t, { tracer, intel: fakeIntel({ hostname }) });
  const connection = await rawGet(url, '/api/trace?target=a.example&cache=false', [
    'Accept: text/event-stream',
    'Connection: close',
  ]);
  await until(() => tracer.traces.length === 1);
  const trace = tracer.traces[0]!;
  const first = aHop(1, { address: '192.0.2.1' }).hop;
  const second = aHop(2, { address: '203.0.113.80', destination: true }).hop;
  trace.emit(first);
  await until(() => connection.text().includes('"revision":1'));
  name('gw.a.example');
  await until(() => connection.text().includes('"revision":2'));
  trace.emit(second);
  trace.end({ end: 'destination', reached: true, hops: [first, second] });
  await connection.closed;

  t.match(connection.text(), /content-type: text\/event-stream\r\n/i);
  t.match(connection.text(), /transfer-encoding: chunked\r\n/i);
  const events = [...connection.text().matchAll(/event: (\w+)\n(?:id: (\w+)\n)?data: (.*)\n\n/g)];
  const told = events.map(([, event, id, data]) => ({ event, eventId: id, ...JSON.parse(data!) }));
  t.match(told, [
    { event: 'hop', hop: 1, revision: 1, hostname: null, ip: '192.0.2.1' },
    { event: 'hop', hop: 1, revision: 2, hostname: 'gw.a.example' },
    { event: 'hop', hop: 2, revision: 1 },
    {
      event: 'done',
      eventId: 'done',
      target: 'a.example',
      reached: true,
      end: 'destination',
      hops: 2,
      stored: true,
    },
  ]);
  t.equal(told.length, 4);
  const stored = await store.latest({ target: 'a.example' }, 0);
  t.equal(stored?.hops[0]?.hostname, 'gw.a.example', 'the late name is in the record');
});

t.test('a line waits for its capacity; an event stream shows the hop before and revises it', async (t) => {
  const capacity = { kind: 'estimate', mbps: 94, low: 93, high: 96, confidence: 0.95, samples: 9 } as const;
  const pending = { kind: 'unmeasured', cause: 'pending', reason: 'not measured yet' } as const;
  const [sighted, settled, measured] = [pending, pending, capacity].map(
    (capacity, index) => aHop(1, { address: '192.0.2.1', rtt: index === 0 ? [2] : [2, 3, 4], capacity }).hop,
  );
  const tracer = fakeTracer();
  const { url } = await aListeningServer(t, { tracer });
  const streams = await Promise.all(
    ['application/x-ndjson', 'text/event-stream'].map((accept) =>
      rawGet(url, '/api/trace?target=a.example&cache=false', [`Accept: ${accept}`, 'Connection: close']),
    ),
  );
  const [lineByLine, events] = streams;
  await until(() => tracer.traces.length === 2);
  for (const trace of tracer.traces) trace.sight(sighted!, settled!);
  await until(() => events!.text().includes('"revision":1'));
  t.notMatch(events!.text(), /"revision":2/);
  t.equal(lineByLine!.text(), '', 'nothing that is not complete');
  for (const trace of tracer.traces) {
    trace.emit(measured!);
    trace.end({ end: 'silence', hops: [measured!] });
  }
  await Promise.all(streams.map(({ closed }) => closed));

  const told = [...events!.text().matchAll(/event: hop\ndata: (.*)\n/g)].map(([, data]) => JSON.parse(data!));
  t.match(told, [
    { revision: 0, bandwidth_mbps: 'None', latency: 2, capacity: { cause: 'pending' } },
    { revision: 1, bandwidth_mbps: 'None', latency: 3, capacity: { cause: 'pending' } },
    { revision: 2, bandwidth_mbps: 94, latency: 3, capacity: { kind: 'estimate', low: 93, high: 96 } },
  ]);
  t.equal(told.length, 3);
  t.equal(lineByLine!.text().match(/"hop":1/g)?.length, 1);
  t.match(lineByLine!.text(), /"bandwidth_mbps":94,/);
});

t.test('an EventSource that has seen the end is told to stay away', async (t) => {
  const tracer = fakeTracer(play);
  const { app } = await aServer(t, { tracer });
  const headers = { accept: 'text/event-stream', 'last-event-id': 'done' };
  const answer = await app.inject({ url: '/api/trace?target=a.example&cache=false', headers });
  t.equal(answer.statusCode, 204);
  t.equal(tracer.traces.length, 0);
});

t.test('a failure in mid-stream breaks the connection: nobody may take it for a whole trace', async (t) => {
  const tracer = fakeTracer((trace) => {
    trace.emit(aHop(1, { address: '192.0.2.1' }).hop);
    setTimeout(() => trace.fail(new Error('the socket is gone')), 20);
  });
  let log = '';
  const stream = {
    write: (line: string) => {
      log += line;
    },
  };
  const { url, store } = await aListeningServer(t, { tracer, logger: { level: 'warn', stream } });
  const path = '/api/trace?target=a.example&cache=false';
  await t.rejects(get(url + path), { code: 'ECONNRESET' });
  t.match(log, 'the socket is gone', 'and it is logged');
  const connection = await rawGet(url, path);
  await connection.closed;
  t.match(connection.text(), /"hop":1/);
  t.notMatch(connection.text(), /\r\n0\r\n/, 'no last chunk');
  t.strictSame(await store.recent(), []);

  const events = await get(url + path, { accept: 'text/event-stream' });
  t.match(events.body, /event: error\ndata: \{"error":"[^"]+\.","code":"INTERNAL"\}\n\n$/);
  t.notMatch(events.body, /event: done/);
});

t.test('a failure before the first hop is a proper HTTP error in every format', async (t) => {
  const tracer = fakeTracer((trace) => trace.fail(new Error('the socket is gone')));
  const { app } = await aServer(t, { tracer });
  for (const accept of ['*/*', 'application/json', 'application/x-ndjson', 'text/event-stream']) {
    const answer = await app.inject({ url: '/api/trace?target=a.example&cache=false', headers: { accept } });
    t.equal(answer.statusCode, 500, accept);
    t.equal(answer.headers['content-type'], 'application/json', accept);
    t.match(answer.json(), { code: 'INTERNAL' }, accept);
  }
});

t.test('a client that goes away stops its trace, and nothing is stored', async (t) => {
  const tracer = fakeTracer();
  const { url, app, store } = await aListeningServer(t, { tracer });
  const formats = ['*/*', 'application/json', 'text/event-stream'];
  for (const [index, accept] of formats.entries()) {
    for (const hops of [0, 1]) {
      const connection = await rawGet(url, '/api/trace?target=a.example&cache=false', [`Accept: ${accept}`]);
      const count = 2 * index + hops + 1;
      await until(() => tracer.traces.length === count);
      const trace = tracer.traces.at(-1)!;
      if (hops === 1) {
        trace.emit(aHop(1, { address: '192.0.2.1' }).hop);
        if (accept !== 'application/json') await until(() => connection.text().includes('"hop":1'));
      }
      t.notOk(trace.aborted);
      connection.socket.destroy();
      await until(() => trace.aborted);
      t.pass(`${accept} after ${hops} hops`);
    }
  }
  await until(async () => (await app.inject('/api/ready')).json().traces.running === 0);
  t.strictSame(await store.recent(), []);
  t.match(await store.counts(), { traces: 0 });
});

t.test('analysis stops with its client too', async (t) => {
  const tracer = fakeTracer();
  const { url } = await aListeningServer(t, { tracer });
  const connection = await rawGet(url, '/api/analyze?target=a.example&cache=false');
  await until(() => tracer.traces.length === 1);
  connection.socket.destroy();
  await until(() => tracer.traces[0]!.aborted);
  t.pass('stopped');
});

t.test('too many traces at once', async (t) => {
  const tracer = fakeTracer();
  const { url, app } = await aListeningServer(t, { tracer, env: { LOCATOR_MAX_TRACES: '1' } });
  const first = await rawGet(url, '/api/trace?target=a.example&cache=false', ['Connection: close']);
  await until(() => tracer.traces.length === 1);
  const refused = await get(`${url}/api/trace?target=b.example&cache=false`);
  t.equal(refused.status, 429);
  t.equal(refused.headers['retry-after'], '2');
  t.match(JSON.parse(refused.body), { code: 'TOO_MANY_TRACES', error: /\.$/ });
  const analysis = await app.inject('/api/analyze?target=b.example&cache=false');
  t.equal(analysis.statusCode, 429);
  t.match(analysis.json(), { anomalies: [], riskScore: null, alerts: [analysis.json().error] });
  tracer.traces[0]!.play(aTrace());
  await first.closed;
  const admitted = rawGet(url, '/api/trace?target=b.example&cache=false');
  await until(() => tracer.traces.length === 2);
  (await admitted).socket.destroy();
});

t.test('closing lets traces finish', async (t) => {
  const tracer = fakeTracer();
  const { url, app } = await aListeningServer(t, { tracer });
  const open = get(`${url}/api/trace?target=a.example&cache=false`);
  await until(() => tracer.traces.length === 1);
  const closed = app.close();
  tracer.traces[0]!.play(aTrace());
  t.equal(lines((await open).body).length, 5);
  await closed;
  await t.rejects(get(`${url}/api/live`), { code: 'ECONNREFUSED' });
});
