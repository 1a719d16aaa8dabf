/** Many traces through one socket, and processes that do not get to run, over simulated networks in virtual time. */
import t from 'tap';
import type { Network } from '../src/scripted/network.js';
import { openScriptedSocket } from '../src/socket/scripted-socket.js';
import { openTracer } from '../src/tracer.js';
import { VirtualClock } from '../src/virtual-clock.js';
import { DESTINATION, routers, to } from './routers.js';
import { randomFrom, seedOf } from './seed.js';

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
