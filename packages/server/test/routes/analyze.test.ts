import type { Source } from '@locator/intel';
import t from 'tap';
import Value from 'typebox/value';
import { openMemoryStore } from '../../src/store/memory-store.js';
import { AnalysisSchema } from '../../src/wire/analysis.js';
import { aServer } from '../a-server.js';
import { aHop, aTrace, type TraceSpec } from '../a-trace.js';
import { fakeIntel } from '../fake-intel.js';
import { fakeTracer } from '../fake-tracer.js';

const usual = ['192.0.2.1', '198.51.100.1', '203.0.113.80'];
const moved = ['192.0.2.1', '198.51.100.77', '203.0.113.80'];
const spec = (hops: TraceSpec['hops'], startedAt: number): TraceSpec => ({
  target: 'a.example',
  address: '203.0.113.80',
  hops,
  startedAt,
});

async function storeWith(...specs: TraceSpec[]) {
  const store = await openMemoryStore();
  for (const each of specs) {
    const record = aTrace(each);
    await store.append(await store.begin(record, record.startedAt), record);
  }
  return store;
}

t.test('the first trace of a target: no deviation, and the baseline is said to be empty', async (t) => {
  const tracer = fakeTracer((trace) => trace.play(aTrace(spec(usual, 1))));
  const { app, store } = await aServer(t, { tracer });
  const answer = await app.inject('/api/analyze?target=a.example');
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers['content-type'], 'application/json');
  t.ok(Value.Check(AnalysisSchema, answer.json()));
  t.match(answer.json(), {
    anomalies: [],
    alerts: [],
    riskScore: 0,
    baseline: { traces: 0, since: null, note: /empty/ },
  });
  t.equal(tracer.traces.length, 1, 'there was none, so it was traced');
  t.equal((await store.counts()).traces, 1);
  await app.inject('/api/analyze?target=a.example');
  t.equal(tracer.traces.length, 1, 'now there is one');
  await app.inject('/api/analyze?target=a.example&cache=false');
  t.equal(tracer.traces.length, 2, 'cache=false traces first');
});

t.test('judges the newest stored trace, however old, against those before it', async (t) => {
  const specs = [1, 2, 3, 4, 5, 6].map((day) => spec(usual, day));
  const { app } = await aServer(t, { store: await storeWith(...specs, spec(moved, 7)) });
  const json = (await app.inject('/api/analyze?target=a.example')).json();
  t.ok(Value.Check(AnalysisSchema, json));
  t.match(json.baseline, { traces: 6, since: '1970-01-01T00:00:00.001Z', note: null });
  t.match(json.anomalies, [{ type: 'PathDeviation', detail: /198\.51\.100\.77 detected at hop 2/, hop: 2 }]);
});

t.test("today's lists count, not those of the day of the trace", async (t) => {
  const list: Source = {
    name: 'Spamhaus DROP',
    kind: 'threats',
    updatedAt: '2026-01-01T00:00:00.000Z',
    entries: 1,
    attribution: 'The Spamhaus Project',
    url: null,
    state: 'in-use',
    problem: null,
  };
  const listed = aHop(2, { address: '198.51.100.1', threats: [{ prefix: '198.51.100.0/24' }] }).about!;
  const store = await storeWith(spec(usual, 1));
  const { app } = await aServer(t, { store, intel: fakeIntel({ known: [listed], sources: [list] }) });
  const json = (await app.inject('/api/analyze?target=a.example')).json();
  t.match(json.anomalies, [{ type: 'MaliciousIP', hop: 2 }]);
  t.match(json.alerts, ['IP 198.51.100.1 flagged as malicious: listed on Spamhaus DROP']);
  t.ok(json.riskScore > 0);
  const points = json.riskFactors.reduce((sum: number, factor: { points: number }) => sum + factor.points, 0);
  t.equal(points, json.riskScore);
  t.strictSame(json.lists, [{ name: 'Spamhaus DROP', updated_at: list.updatedAt, entries: 1 }]);
});

t.test('what weighs how much is a setting', async (t) => {
  const listed = aHop(2, { address: '198.51.100.1', threats: [{ prefix: '198.51.100.0/24' }] }).about!;
  const env = { LOCATOR_RISK_WEIGHTS: 'transit=55' };
  const { app } = await aServer(t, {
    store: await storeWith(spec(usual, 1)),
    intel: fakeIntel({ known: [listed] }),
    env,
  });
  t.equal((await app.inject('/api/analyze?target=a.example')).json().riskScore, 55);
});

t.test('a trace that could not be stored is judged all the same', async (t) => {
  const memory = await storeWith(spec(usual, 1));
  const store = Object.assign(Object.create(memory), {
    begin: async () => {
      throw new Error('disk is full');
    },
    baseline: memory.baseline.bind(memory),
    latest: memory.latest.bind(memory),
    counts: memory.counts.bind(memory),
  });
  const tracer = fakeTracer((trace) => trace.play(aTrace(spec(moved, 2))));
  const { app } = await aServer(t, { store, tracer });
  const json = (await app.inject('/api/analyze?target=a.example&cache=false')).json();
  t.equal(json.baseline.traces, 1, 'judged against what is stored');
});

t.test('a store that cannot be read', async (t) => {
  const tracer = fakeTracer((trace) => trace.play(aTrace()));
  const { app, store } = await aServer(t, { tracer });
  await store.close();
  const answer = await app.inject('/api/analyze?target=a.example');
  t.equal(answer.statusCode, 503);
  const { error } = answer.json();
  t.strictSame(answer.json(), {
    error,
    code: 'STORE_UNAVAILABLE',
    anomalies: [],
    riskScore: null,
    alerts: [error],
  });
});
