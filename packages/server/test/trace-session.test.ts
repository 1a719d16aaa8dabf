import { systemClock } from '@locator/probe';
import t from 'tap';
import { readConfig } from '../src/config.js';
import { openMemoryStore } from '../src/store/memory-store.js';
import type { TraceStore } from '../src/store/trace-store.js';
import { TraceKeeper } from '../src/trace-keeper.js';
import { outcome, replay, type SessionEvent, type SessionTools, traceSession } from '../src/trace-session.js';
import { aHop, aStoredTrace, aTrace } from './a-trace.js';
import { fakeIntel } from './fake-intel.js';
import { type FakeTrace, fakeTracer } from './fake-tracer.js';
import { until } from './until.js';

const log = { warn() {}, error() {} };
const running = new AbortController().signal;

async function tools(script?: (trace: FakeTrace) => void, store?: TraceStore) {
  const tracer = fakeTracer(script);
  const usedStore = store ?? (await openMemoryStore());
  const parts = {
    tracer,
    intel: fakeIntel({ known: [aHop(1, { address: '192.0.2.1', asn: 64500 }).about!] }),
    clock: systemClock,
    keeper: new TraceKeeper(usedStore, log),
    permit: () => true,
    lookup: async () => ['203.0.113.80'],
    nameWaitMs: null,
    config: readConfig({ LOCATOR_BANDWIDTH_BYTES: '60000' }),
  } satisfies SessionTools;
  return { parts, tracer, store: usedStore };
}

t.test('publishes each hop described, then the end, stored by then', async (t) => {
  const { parts, store, tracer } = await tools((trace) => trace.play(aTrace()));
  const events: SessionEvent[] = [];
  for await (const event of traceSession(parts, { target: 'Www.Example.com', probes: 5 }, running)) {
    if (event.kind === 'end') t.equal((await store.counts()).traces, 1, 'stored before it is said');
    events.push(event);
  }
  t.strictSame(
    events.map((event) => (event.kind === 'hop' ? event.hop.hop.ttl : 'end')),
    [1, 2, 3, 4, 5, 'end'],
  );
  const [first] = events;
  t.ok(first?.kind === 'hop' && first.hop.about?.network?.asn === 64500);
  const stored = await store.latest({ target: 'www.example.com' }, 0);
  t.match(stored, {
    target: 'www.example.com',
    address: '203.0.113.80',
    end: 'destination',
    hops: { length: 5 },
  });
  t.equal(stored?.hops[0]?.about?.network?.asn, 64500);
  t.equal(stored?.about?.address, '203.0.113.80', "the destination's description is kept");
  t.match(tracer.traces[0]!.options, { probes: 5, bandwidth: 'quick', bandwidthBytes: 60_000 });
  t.notOk('bandwidthMbps' in tracer.traces[0]!.options, 'the rate is left to the tracer');
});

t.test('a request may ask for another level than the configuration', async (t) => {
  const { parts, tracer } = await tools((trace) => trace.play(aTrace()));
  await outcome(traceSession(parts, { target: 'a.example', bandwidth: 'off' }, running));
  t.equal(tracer.traces[0]!.options.bandwidth, 'off');
});

t.test('a hop is published when it is known, not at the end', async (t) => {
  const { parts, tracer } = await tools();
  const session = traceSession(parts, { target: '203.0.113.80' }, running);
  const first = session.next();
  await until(() => tracer.traces.length === 1);
  tracer.traces[0]!.emit(aHop(1, { address: '192.0.2.1' }).hop);
  t.match(await first, { value: { kind: 'hop', revision: 1 } });
  tracer.traces[0]!.end({ end: 'silence' });
  t.match(await session.next(), { value: { kind: 'end', stored: true } });
  t.match(await session.next(), { done: true });
});

t.test('probes do not wait for what describes and keeps them to be opened', async (t) => {
  const { parts, tracer, store } = await tools((trace) => trace.play(aTrace()));
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { intel, keeper } = parts;
  const opening = { ...parts, intel: opened.then(() => intel), keeper: opened.then(() => keeper) };
  const session = traceSession(opening, { target: 'www.example.com' }, running);
  const first = session.next();
  await until(() => tracer.traces.length === 1);
  t.equal(await Promise.race([first, Promise.resolve('nothing')]), 'nothing', 'and nothing is told before');
  open();
  t.match(await first, { value: { kind: 'hop', hop: { about: { network: { asn: 64500 } } } } });
  t.match(await outcome(session), { stored: true, trace: { hops: { length: 5 } } });
  t.equal((await store.counts()).traces, 1);
});

t.test('what answered late is a new revision and in the record', async (t) => {
  const silent = aHop(1).hop;
  const late = aHop(1, { address: '192.0.2.1' }).hop;
  const { parts, store } = await tools((trace) => {
    trace.emit(silent);
    trace.end({ end: 'destination', reached: true, hops: [late] });
  });
  const hops = [];
  for await (const event of traceSession(parts, { target: 'a.example' }, running)) {
    if (event.kind === 'hop')
      hops.push([event.hop.hop.address, event.hop.about?.network?.asn, event.revision]);
  }
  t.strictSame(hops, [
    [null, undefined, 1],
    ['192.0.2.1', 64500, 2],
  ]);
  const stored = await store.latest({ target: 'a.example' }, 0);
  t.equal(stored?.hops[0]?.hop.address, '192.0.2.1');
});

t.test('a forbidden target is never traced nor noted', async (t) => {
  const memory = await openMemoryStore();
  let begun = 0;
  const store: TraceStore = Object.assign(Object.create(memory), {
    begin: async () => {
      begun += 1;
      return 1;
    },
  });
  const { parts, tracer } = await tools(undefined, store);
  const session = traceSession({ ...parts, permit: () => false }, { target: 'a.example' }, running);
  await t.rejects(outcome(session), { code: 'TARGET_FORBIDDEN' });
  t.equal(tracer.traces.length + begun, 0);
});

t.test('a stopped trace ends at once, and nothing of it is kept', async (t) => {
  const { parts, tracer, store } = await tools();
  const stop = new AbortController();
  const session = traceSession(parts, { target: 'a.example' }, stop.signal);
  const first = session.next();
  await until(() => tracer.traces.length === 1);
  tracer.traces[0]!.emit(aHop(1, { address: '192.0.2.1' }).hop);
  await first;
  stop.abort();
  await t.rejects(session.next(), { code: 'STOPPED' });
  t.strictSame(await store.recent(), []);
});

t.test('a listener that leaves takes the begun trace with it', async (t) => {
  const discarded: number[] = [];
  const memory = await openMemoryStore();
  const store: TraceStore = Object.assign(Object.create(memory), {
    begin: async () => 42,
    discard: async (id: number) => discarded.push(id),
  });
  const { parts } = await tools((trace) => trace.emit(aHop(1, { address: '192.0.2.1' }).hop), store);
  for await (const _ of traceSession(parts, { target: 'a.example' }, running)) break;
  t.strictSame(discarded, [42]);
});

t.test('a trace that fails is thrown, and nothing is kept', async (t) => {
  const { parts, store } = await tools((trace) => trace.fail(new Error('the socket is gone')));
  await t.rejects(outcome(traceSession(parts, { target: 'a.example' }, running)), {
    message: 'the socket is gone',
  });
  t.strictSame(await store.recent(), []);
});

t.test('a store that fails breaks nothing, is said, and may recover', async (t) => {
  const memory = await openMemoryStore();
  let full = true;
  const failing: TraceStore = Object.assign(Object.create(memory), {
    begin: async (...args: Parameters<TraceStore['begin']>) => {
      if (full) throw new Error('disk is full');
      return memory.begin(...args);
    },
    append: async (...args: Parameters<TraceStore['append']>) => memory.append(...args),
    discard: async (id: number) => memory.discard(id),
  });
  const { parts } = await tools((trace) => trace.play(aTrace()), failing);
  const lost = await outcome(traceSession(parts, { target: 'a.example' }, running));
  t.equal(lost.stored, false);
  t.equal(lost.trace.hops.length, 5);
  t.equal(parts.keeper.problem, 'Traces are not being stored: disk is full');
  t.ok(parts.keeper.failures > 0);

  full = false;
  const kept = await outcome(traceSession(parts, { target: 'a.example' }, running));
  t.equal(kept.stored, true);
  t.equal(parts.keeper.problem, null);
  await t.resolveMatch(memory.counts(), { traces: 1 });
});

t.test('a replayed trace gives the events it once was', async (t) => {
  const trace = aStoredTrace(3);
  const events = [];
  for await (const event of replay({ trace, stored: true })) events.push(event);
  t.equal(events.length, 6);
  t.strictSame(events[0], { kind: 'hop', hop: trace.hops[0], revision: 1, complete: true });
  t.strictSame(events[5], { kind: 'end', trace, stored: true });
});
