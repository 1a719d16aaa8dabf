import t from 'tap';
import type { Hop } from '../src/hop.js';
import type { TraceOptions } from '../src/options.js';
import type { Network } from '../src/scripted/network.js';
import { openScriptedSocket } from '../src/socket/scripted-socket.js';
import { openTracer } from '../src/tracer.js';
import { VirtualClock } from '../src/virtual-clock.js';
import { DESTINATION, router, routers, to } from './routers.js';
import { randomFrom } from './seed.js';

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
