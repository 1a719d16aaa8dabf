import t from 'tap';
import type { Hop } from '../src/hop.js';
import type { TraceOptions } from '../src/options.js';
import type { Network, Router } from '../src/scripted/network.js';
import { openScriptedSocket } from '../src/socket/scripted-socket.js';
import { openTracer } from '../src/tracer.js';
import { VirtualClock } from '../src/virtual-clock.js';
import { randomFrom, seedOf } from './seed.js';

const DESTINATION = '203.0.113.9';
const DESTINATION_6 = '2001:db8:9::9';
const router = (n: number, more: Partial<Router> = {}): Router => ({
  address: [`10.0.${n}.1`, `2001:db8:1::${n}`],
  forwardMs: 2.5,
  ...more,
});
const routers = (count: number) => Array.from({ length: count }, (_, index) => router(index + 1));
const to = [DESTINATION, DESTINATION_6];

/** Traces one target of a simulated network, in virtual time. */
async function traceOver(network: Network, target = DESTINATION, options: TraceOptions = {}) {
  const clock = new VirtualClock();
  const socket = openScriptedSocket(network, clock);
  const random = randomFrom(1);
  const tracer = await openTracer({
    socket,
    clock,
    random: () => Math.floor(random() * 0x10000),
    findSource: async (address) => (address.includes(':') ? '2001:db8::1' : '192.0.2.1'),
  });
  const running = tracer.trace(target, options);
  const streamed: Hop[] = [];
  const reading = (async () => {
    for await (const hop of running) streamed.push(hop);
  })();
  try {
    const [result] = await clock.runUntil(Promise.all([running.result, reading]));
    return { result, streamed };
  } finally {
    await tracer.close();
  }
}

for (const protocol of ['icmp', 'udp'] as const) {
  for (const target of to) {
    t.test(`15 hops, ${protocol}, ${target}`, async (t) => {
      const network = { paths: [{ to, hops: routers(14), destination: { forwardMs: 2.5 } }] };
      const { result, streamed } = await traceOver(network, target, { protocol });
      t.equal(result.reached, true);
      t.equal(result.end, 'destination');
      t.equal(result.address, target);
      t.same(
        streamed.map(({ ttl }) => ttl),
        Array.from({ length: 15 }, (_, index) => index + 1),
      );
      for (const hop of streamed) {
        const last = hop.ttl === 15;
        const between = target.includes(':') ? `2001:db8:1::${hop.ttl}` : `10.0.${hop.ttl}.1`;
        t.equal(hop.address, last ? target : between);
        t.equal(hop.destination, last);
        t.equal(hop.samples.length, 3);
        t.equal(hop.rtt?.stamps, 'kernel');
        for (const { rttMs } of hop.samples)
          t.ok(Math.abs(rttMs - 5 * hop.ttl) < 1e-3, `${rttMs} ms at ${hop.ttl}`);
        t.same([hop.loss.sent, hop.loss.received, hop.loss.verdict], [3, 3, 'none']);
        t.equal(hop.unreachable, null);
      }
      t.same(result.hops, streamed, 'nothing came late');
      t.ok(result.durationMs < 1.3 * 75, `${result.durationMs} ms`);
    });
  }
}

t.test('a silent hop is a hop', async (t) => {
  const hops = routers(6).map((hop, index) => (index === 2 ? { ...hop, silent: true } : hop));
  const { streamed } = await traceOver({ paths: [{ to, hops, destination: { forwardMs: 1 } }] });
  t.equal(streamed.length, 7);
  t.equal(streamed[2]?.address, null);
  t.equal(streamed[2]?.rtt, null);
  t.equal(streamed[2]?.loss.ratio, 1);
  t.equal(streamed[2]?.loss.verdict, 'silent');
});

t.test('routers that quote 8 bytes, label stacks and an ECMP fork with one flow', async (t) => {
  const label = { label: 16_004, trafficClass: 0, bottom: true, ttl: 1 };
  const hops = [
    router(1, { quoteBytes: 8 }),
    router(2, { mpls: [label] }),
    { balance: 'per-flow' as const, branches: [router(3), router(4), router(5)] },
    router(6, { quoteBytes: 8 }),
  ];
  for (const protocol of ['icmp', 'udp'] as const) {
    const { streamed, result } = await traceOver({ paths: [{ to, hops }] }, DESTINATION, {
      protocol,
      probes: 5,
    });
    t.equal(result.reached, true);
    t.same(streamed[1]?.mpls, [label]);
    t.equal(streamed[2]?.addresses.length, 1, 'one flow goes one way');
    t.equal(streamed[3]?.address, '10.0.6.1');
  }
});

t.test('per-packet balancing shows every address of a TTL', async (t) => {
  const hops = [router(1), { balance: 'per-packet' as const, branches: [router(2), router(3)] }];
  const { streamed } = await traceOver({ paths: [{ to, hops }] }, DESTINATION, { probes: 5 });
  t.same([...(streamed[1]?.addresses ?? [])].sort(), ['10.0.2.1', '10.0.3.1']);
});

t.test('unreachable ends the trace with its reason', async (t) => {
  for (const refuses of ['host-unreachable', 'admin-prohibited'] as const) {
    const hops = [router(1), router(2, { refuses })];
    const { result } = await traceOver({ paths: [{ to, hops }] });
    t.equal(result.end, 'unreachable');
    t.equal(result.reached, false);
    t.equal(result.hops.length, 2);
    t.equal(result.hops[1]?.unreachable, refuses);
    t.equal(result.unreachable, refuses);
  }
});

t.test('a silent destination', async (t) => {
  const { result } = await traceOver({ paths: [{ to, hops: routers(4), destination: { silent: true } }] });
  t.equal(result.end, 'silence');
  t.equal(result.reached, false);
  t.equal(result.hops.length, 9);
  t.ok(result.durationMs <= 1500);
});

t.test('no route at all is an error of the trace', async (t) => {
  const network = { paths: [{ to: '198.51.100.1' }] };
  await t.rejects(traceOver(network), { code: 'TARGET_UNROUTABLE' });
});

t.test('a clock that is set takes the sample, not the answer', async (t) => {
  const network = {
    clockSteps: [{ atMs: 20, byMs: 60_000 }],
    paths: [{ to, hops: routers(8), destination: { forwardMs: 2.5 } }],
  };
  const { result } = await traceOver(network);
  t.equal(result.reached, true);
  const discarded = result.hops.reduce((sum, hop) => sum + hop.discarded, 0);
  t.ok(discarded > 0, `${discarded} samples discarded`);
  for (const hop of result.hops) {
    t.equal(hop.loss.verdict, 'none');
    for (const { rttMs } of hop.samples) t.ok(Math.abs(rttMs - 5 * hop.ttl) < 1e-3, `${rttMs} at ${hop.ttl}`);
  }
});

t.test('options are checked before anything is sent', async (t) => {
  const network = { paths: [{ to }] };
  const cases: [TraceOptions, RegExp][] = [
    [{ maxHops: 0 }, /maxHops is 0/],
    [{ maxHops: 2.5 }, /maxHops is 2.5/],
    [{ firstTtl: 9, maxHops: 8 }, /firstTtl is 9/],
    [{ probes: 101 }, /probes is 101/],
    [{ size: 8 }, /size is 8/],
    [{ port: 65_536 }, /port is 65536/],
    [{ waitMs: Number.NaN }, /waitMs/],
    [{ protocol: 'tcp' as 'udp' }, /protocol is "tcp"/],
  ];
  for (const [options, message] of cases) {
    await t.rejects(traceOver(network, DESTINATION, options), { code: 'OPTION_INVALID', message });
  }
});

t.test('stopping', async (t) => {
  const clock = new VirtualClock();
  let answered = 0;
  const network = { paths: [{ to, hops: routers(10), destination: { silent: true } }] };
  const socket = openScriptedSocket(network, clock, { onAnswer: () => answered++ });
  const tracer = await openTracer({ socket, clock, findSource: async () => '192.0.2.1' });

  const stop = new AbortController();
  const stopped = tracer.trace(DESTINATION, { signal: stop.signal });
  await clock.run(12);
  stop.abort();
  const { end, hops } = await stopped.result;
  t.equal(end, 'aborted');
  t.ok(hops.length < 10);
  await clock.run(100);
  const before = answered;
  await clock.run(1000);
  t.equal(answered, before, 'nothing is sent any more');

  const left = tracer.trace(DESTINATION);
  const leaving = (async () => {
    for await (const hop of left) if (hop.ttl === 2) break;
  })();
  await clock.runUntil(leaving);
  t.equal((await left.result).end, 'aborted', 'leaving the loop stops the trace');

  const early = tracer.trace(DESTINATION, { signal: AbortSignal.abort() });
  t.equal((await clock.runUntil(early.result)).end, 'aborted');

  const open = tracer.trace(DESTINATION);
  await clock.run(clock.now() + 10);
  await tracer.close();
  await t.rejects(open.result, { code: 'TRACER_CLOSED' });
  await t.rejects(tracer.trace(DESTINATION).result, { code: 'TRACER_CLOSED' });
});

t.test('any number at once through one socket', async (t) => {
  const seed = seedOf(t);
  const random = randomFrom(seed);
  const clock = new VirtualClock();
  const shared = routers(3);
  const paths = Array.from({ length: 300 }, (_, index) => ({
    to: `198.51.${index >> 8}.${index & 255}`,
    hops: [
      ...shared,
      ...Array.from({ length: 1 + Math.floor(random() * 10) }, (_, n) => ({
        address: `10.${index >> 8}.${index & 255}.${n + 4}`,
        forwardMs: random() * 5,
      })),
    ],
    destination: { forwardMs: 1 },
  }));
  const socket = openScriptedSocket({ paths }, clock);
  const tracer = await openTracer({
    socket,
    clock,
    findSource: async () => '192.0.2.1',
    packetsPerSecond: 20_000,
  });
  const results = await clock.runUntil(
    Promise.all(
      paths.map(({ to }, index) => tracer.trace(to, { protocol: index % 2 ? 'udp' : 'icmp' }).result),
    ),
  );
  for (const [index, { hops, reached }] of results.entries()) {
    const { hops: expected, to } = paths[index]!;
    t.ok(reached, `${to}, seed ${seed}`);
    const addresses = [
      ...expected.map(({ address }) => (typeof address === 'string' ? address : address?.[0])),
      to,
    ];
    t.same(
      hops.map(({ address }) => address),
      addresses,
      `${to}, seed ${seed}`,
    );
  }
  await tracer.close();
});

t.test('of many at once few run at a time, and each is quick', async (t) => {
  const clock = new VirtualClock();
  const hops = routers(14);
  const paths = Array.from({ length: 300 }, (_, index) => ({
    to: `198.51.${index >> 8}.${index & 255}`,
    hops,
    destination: { forwardMs: 2.5 },
  }));
  const socket = openScriptedSocket({ paths }, clock);
  const tracer = await openTracer({ socket, clock, findSource: async () => '192.0.2.1' });
  const alone = await clock.runUntil(tracer.trace(paths[0]!.to).result);
  const began = clock.now();
  const results = await clock.runUntil(Promise.all(paths.map(({ to }) => tracer.trace(to).result)));
  const tookMs = clock.now() - began;
  const sent = results.reduce((sum, { hops }) => hops.reduce((all, { loss }) => all + loss.sent, sum), 0);
  t.ok(tookMs < 1.2 * (sent / 5) + alone.durationMs, `${sent} probes at 5 per ms took ${tookMs} ms`);
  const slowest = Math.max(...results.map(({ durationMs }) => durationMs));
  t.ok(slowest < 6 * alone.durationMs, `the slowest took ${slowest} ms, one alone ${alone.durationMs}`);
  const started = results.map(({ startedAt }) => startedAt);
  t.same(
    started,
    started.toSorted((a, b) => a - b),
    'first come, first served',
  );
  await tracer.close();
});

t.test('who is behind with reading sends no more until it has caught up', async (t) => {
  for (const [lagMs, waits] of [
    [50, false],
    [150, true],
    // Something is wrong with that socket: what is sent does no more harm.
    [20_000, false],
  ] as const) {
    const clock = new VirtualClock();
    const socket = openScriptedSocket({ paths: [{ to, hops: routers(14) }] }, clock);
    const send = socket.send.bind(socket);
    let early = 0;
    socket.send = (packets) => {
      if (clock.now() < 300) early += packets.length;
      send(packets);
    };
    socket.lag = () => (clock.now() < 300 ? lagMs : 0);
    const tracer = await openTracer({ socket, clock, findSource: async () => '192.0.2.1' });
    const { hops } = await clock.runUntil(tracer.trace(DESTINATION).result);
    t.equal(early === 0, waits, `${early} packets while it was ${lagMs} ms behind`);
    t.equal(hops.length, 15);
    await tracer.close();
  }
});

t.test('a process that does not get to run gives nobody up', async (t) => {
  // From 30 ms on nothing runs for three seconds; then timers come before what is to be read.
  const network = { paths: [{ to, hops: routers(14), destination: { forwardMs: 2.5 } }] };
  const { tracer, virtual } = await openStalled(network, (time) => (time > 30 && time < 3030 ? 3030 : time));
  const { hops, reached } = await virtual.runUntil(tracer.trace(DESTINATION).result);
  t.ok(virtual.now() >= 3030, 'it did stall');
  t.ok(reached);
  t.equal(hops.length, 15);
  for (const hop of hops) t.equal(hop.samples.length, 3, `hop ${hop.ttl}`);
  await tracer.close();
});

/** A tracer in a process that gets to run only where `wakes` says: what is due later than that waits until then. */
async function openStalled(network: Network, wakes: (time: number) => number) {
  const virtual = new VirtualClock();
  const clock = {
    now: () => virtual.now(),
    wall: () => virtual.wall(),
    at: (time: number, wake: () => void) => virtual.at(wakes(Math.max(time, virtual.now())), wake),
  };
  const socket = openScriptedSocket(network, clock);
  const tracer = await openTracer({ socket, clock, findSource: async () => '192.0.2.1' });
  return { tracer, virtual };
}

t.test('what a pause kept from being sent is sent right after it', async (t) => {
  const network = { paths: [{ to, hops: routers(14), destination: { forwardMs: 2.5 } }] };
  const freely = await openStalled(network, (time) => time);
  const { durationMs } = await freely.virtual.runUntil(freely.tracer.trace(DESTINATION).result);
  await freely.tracer.close();

  const pauseMs = 15;
  const paused = await openStalled(network, (time) => (time > 2 && time < 2 + pauseMs ? 2 + pauseMs : time));
  const trace = await paused.virtual.runUntil(paused.tracer.trace(DESTINATION).result);
  t.ok(trace.reached);
  t.ok(trace.durationMs <= durationMs + pauseMs, `${trace.durationMs} ms, without a pause ${durationMs}`);
  await paused.tracer.close();
});

t.test('whose probes wait in the socket is waited for once they have left', async (t) => {
  const clock = new VirtualClock();
  // The last probe to leave is answered last.
  const hops = routers(14).map((hop, index) => (index === 0 ? { ...hop, icmpDelayMs: 80 } : hop));
  const network = { paths: [{ to, hops, destination: { forwardMs: 2.5 } }] };
  const socket = openScriptedSocket(network, clock);
  const send = socket.send.bind(socket);
  const lag = socket.lag.bind(socket);
  let queued = 0;
  let leavesAt = 0;
  // One packet in 15 ms, as of a starved process that sends one per turn of its event loop.
  socket.send = (packets) => {
    for (const packet of packets) {
      const copy = { ...packet, bytes: packet.bytes.slice() };
      leavesAt = Math.max(leavesAt, clock.now()) + 15;
      queued += 1;
      clock.at(leavesAt, () => {
        queued -= 1;
        send([copy]);
      });
    }
  };
  socket.lag = () => (queued > 0 ? clock.now() : lag());
  const tracer = await openTracer({ socket, clock, findSource: async () => '192.0.2.1' });
  const trace = await clock.runUntil(tracer.trace(DESTINATION).result);
  t.ok(trace.reached);
  t.equal(trace.hops.length, 15);
  for (const hop of trace.hops) t.equal(hop.samples.length, 3, `hop ${hop.ttl}`);
  await tracer.close();
});

t.test('a process that hardly gets to run still ends', async (t) => {
  const hops = routers(14).map((hop, index) => (index === 6 ? { ...hop, silent: true } : hop));
  // One moment in every 15 ms.
  const network = { paths: [{ to, hops, destination: { forwardMs: 2.5 } }] };
  const { tracer, virtual } = await openStalled(network, (time) => Math.ceil(time / 15) * 15);
  const trace = await virtual.runUntil(tracer.trace(DESTINATION).result);
  t.ok(trace.reached);
  t.equal(trace.hops[6]?.samples.length, 0);
  for (const hop of trace.hops) if (hop.ttl !== 7) t.equal(hop.samples.length, 3, `hop ${hop.ttl}`);
  t.ok(trace.durationMs < 1000, `${trace.durationMs} ms`);
  await tracer.close();
});

t.test('routers are sighted before their hops are final', async (t) => {
  const clock = new VirtualClock();
  const hops = routers(6).map((hop, index) => (index === 1 ? { ...hop, silent: true } : hop));
  const socket = openScriptedSocket({ paths: [{ to, hops }] }, clock);
  const tracer = await openTracer({ socket, clock, findSource: async () => '192.0.2.1' });
  const running = tracer.trace(DESTINATION);
  const seen: string[] = [];
  const follow = async (kind: string, from: AsyncIterable<Hop>) => {
    for await (const { ttl, address } of from) seen.push(`${kind} ${ttl} ${address}`);
  };
  await clock.runUntil(Promise.all([follow('sighted', running.sightings), follow('final', running)]));
  t.same(
    seen.filter((line) => line.startsWith('sighted')),
    [1, 3, 4, 5, 6].map((n) => `sighted ${n} 10.0.${n}.1`),
  );
  t.ok(seen.indexOf('sighted 6 10.0.6.1') < seen.indexOf('final 2 null'), 'the silent hop holds nothing up');
  await tracer.close();
});

t.test('whoever has to wait for the rate', async (t) => {
  const clock = new VirtualClock();
  const targets = Array.from({ length: 40 }, (_, index) => `198.51.100.${index + 1}`);
  const paths = targets.map((target) => ({ to: target, hops: routers(4), destination: { forwardMs: 1 } }));
  const tracer = await openTracer({
    socket: openScriptedSocket({ paths }, clock),
    clock,
    findSource: async () => '192.0.2.1',
    packetsPerSecond: 100,
  });
  const stops = targets.map(() => new AbortController());
  const order: number[] = [];
  const traces = targets.map((target, index) => tracer.trace(target, { signal: stops[index]!.signal }));
  traces.forEach(({ result }, index) => {
    result.then(
      () => order.push(index),
      () => {},
    );
  });

  await clock.run(100);
  t.same(order, [], 'all are under way or wait');
  stops[39]!.abort();
  const stopped = await clock.runUntil(traces[39]!.result);
  t.same([stopped.end, stopped.hops], ['aborted', []], 'stops while it waits');

  for (const stop of stops.slice(0, 10)) stop.abort();
  await clock.runUntil(traces[9]!.result);
  const next = await clock.runUntil(traces[10]!.result);
  t.equal(next.end, 'destination', 'goes on when those before it are stopped');
  t.ok(next.durationMs < 1000, `${next.durationMs} ms from its first packet, not from its start`);

  await clock.runUntil(traces[14]!.result);
  t.same(order.slice(11), [10, 11, 12, 13, 14], 'first come, first served');
  await tracer.close();
  for (const waiting of [traces[15]!, traces[38]!])
    await t.rejects(waiting.result, { code: 'TRACER_CLOSED' });
});
