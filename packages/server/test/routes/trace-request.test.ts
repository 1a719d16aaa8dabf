import t from 'tap';
import { aListeningServer, aServer } from '../a-server.js';
import { aTrace } from '../a-trace.js';
import { type FakeTrace, fakeTracer } from '../fake-tracer.js';
import { rawGet } from '../http.js';

const play = (trace: FakeTrace) => trace.play(aTrace());

t.test('a target comes encoded or raw, as a name, an address or a whole URL', async (t) => {
  const tracer = fakeTracer(play);
  const { url } = await aListeningServer(t, { tracer });
  const raw: readonly [query: string, target: string][] = [
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['https://www.example.com/watch?v=1', 'www.example.com'],
    ['https%3A%2F%2Fwww.example.com%2Fwatch%3Fv%3D1%26t%3D2', 'www.example.com'],
    ['example.com:8443', 'example.com'],
    ['203.0.113.80', '203.0.113.80'],
    ['2001:db8::80', '2001:db8::80'],
    ['[2001:DB8:0::80]', '2001:db8::80'],
    ['%5B2001%3Adb8%3A%3A80%5D', '2001:db8::80'],
    ['http://[2001:db8::80]:8080/x', '2001:db8::80'],
    ['m%C3%BCnchen.de', 'xn--mnchen-3ya.de'],
    ['%20example.com%20', 'example.com'],
  ];
  for (const [query, target] of raw) {
    const { text, closed } = await rawGet(url, `/api/trace?target=${query}&cache=false`, [
      'Connection: close',
    ]);
    await closed;
    t.match(text(), /^HTTP\/1\.1 200 /, query);
    t.equal(tracer.traces.at(-1)?.destination.target, target, query);
  }
});

t.test('options reach the tracer', async (t) => {
  const tracer = fakeTracer(play);
  const { app } = await aServer(t, { tracer, lookup: async () => ['203.0.113.80', '2001:db8::80'] });
  await app.inject(
    '/api/trace?target=a.example&cache=false&protocol=udp&port=53&family=6&max_hops=12&probes=4&bandwidth=thorough&other=1',
  );
  const [trace] = tracer.traces;
  t.match(trace?.options, { protocol: 'udp', port: 53, maxHops: 12, probes: 4, bandwidth: 'thorough' });
  t.match(trace?.destination, { address: '2001:db8::80', family: 6 });
});

t.test('capacities are measured as configured', async (t) => {
  const tracer = fakeTracer(play);
  const env = { LOCATOR_BANDWIDTH: 'off', LOCATOR_BANDWIDTH_BYTES: '60000', LOCATOR_BANDWIDTH_MBPS: '0.5' };
  const { app } = await aServer(t, { tracer, env });
  await app.inject('/api/trace?target=a.example&cache=false');
  t.match(tracer.traces[0]?.options, { bandwidth: 'off', bandwidthBytes: 60_000, bandwidthMbps: 0.5 });
});

t.test('a port alone asks for UDP', async (t) => {
  const tracer = fakeTracer(play);
  const { app } = await aServer(t, { tracer });
  await app.inject('/api/trace?target=a.example&cache=false&port=53');
  t.match(tracer.traces[0]?.options, { protocol: 'udp', port: 53 });
});

const refused: readonly [query: string, status: number, code: string, sentence: RegExp][] = [
  ['', 400, 'TARGET_MISSING', /^No target given/],
  ['target=', 400, 'TARGET_MISSING', /^No target given/],
  ['target=%20', 400, 'TARGET_MISSING', /^No target given/],
  ['target=a..b', 400, 'TARGET_MALFORMED', /a\.\.b/],
  ['target=999.1.1.1', 400, 'TARGET_MALFORMED', /999/],
  [`target=${'a'.repeat(64)}.example`, 400, 'TARGET_MALFORMED', /\.$/],
  [`target=${'a.'.repeat(127)}example`, 400, 'TARGET_MALFORMED', /\.$/],
  [`target=${'a'.repeat(2049)}`, 400, 'INPUT_INVALID', /^target must be at most 2048 characters/],
  ['target=nowhere.example', 400, 'TARGET_UNRESOLVABLE', /nowhere\.example/],
  ['target=v4.example&family=6', 400, 'TARGET_UNRESOLVABLE', /IPv6/],
  ['target=10.0.0.1', 403, 'TARGET_FORBIDDEN', /10\.0\.0\.1/],
  ['target=inside.example', 403, 'TARGET_FORBIDDEN', /inside\.example/],
  ['target=a.example&target=b.example', 400, 'INPUT_INVALID', /^target is given more than once/],
  ['target=a.example&cache=maybe', 400, 'INPUT_INVALID', /^cache must be true or false/],
  ['target=a.example&protocol=tcp', 400, 'PROTOCOL_NOT_OFFERED', /TCP/],
  ['target=a.example&protocol=icmp&port=53', 400, 'INPUT_INVALID', /^port goes with protocol=udp/],
  ['target=a.example&max_hops=65', 400, 'INPUT_INVALID', /^max_hops must be a whole number from 1 to 64/],
];

for (const [query, status, code, sentence] of refused) {
  t.test(`${status} ${code} for ${query.slice(0, 60)}`, async (t) => {
    const names: Record<string, string[]> = {
      'v4.example': ['8.8.8.8'],
      'inside.example': ['10.0.0.1', '::1'],
    };
    const tracer = fakeTracer(play);
    const { app } = await aServer(t, {
      tracer,
      env: { LOCATOR_TARGETS: 'public' },
      lookup: async (host) => {
        const found = names[host];
        if (found === undefined) throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' });
        return found;
      },
    });
    const traced = await app.inject(`/api/trace?${query}`);
    t.equal(traced.statusCode, status);
    t.equal(traced.headers['content-type'], 'application/json');
    t.strictSame(Object.keys(traced.json()), ['error', 'code']);
    t.match(traced.json(), { code, error: sentence });
    t.match(traced.json().error, /\.$/, 'a sentence');

    const analysed = await app.inject(`/api/analyze?${query}`);
    t.equal(analysed.statusCode, status);
    const { error } = traced.json();
    t.strictSame(analysed.json(), { error, code, anomalies: [], riskScore: null, alerts: [error] });
    t.equal(tracer.traces.length, 0);
  });
}

t.test('a name that resolves to both sides is traced on the permitted one', async (t) => {
  const tracer = fakeTracer(play);
  const env = { LOCATOR_TARGETS: 'public' };
  const { app } = await aServer(t, { tracer, env, lookup: async () => ['10.0.0.1', '8.8.8.8'] });
  t.equal((await app.inject('/api/trace?target=a.example')).statusCode, 200);
  t.equal(tracer.traces[0]?.destination.address, '8.8.8.8');
});
