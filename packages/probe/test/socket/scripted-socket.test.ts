import t from 'tap';
import { formatAddress, parseAddress } from '../../src/packet/address.js';
import { buildEcho, buildUdp } from '../../src/packet/build-probe.js';
import { parseReply, type Reply } from '../../src/packet/parse-reply.js';
import { uint16 } from '../../src/packet/uint16.js';
import type { Fork, Network, Router, Truth } from '../../src/scripted/network.js';
import type { Failed, PacketSocket, Received, Sent } from '../../src/socket/packet-socket.js';
import { openScriptedSocket } from '../../src/socket/scripted-socket.js';
import { VirtualClock } from '../../src/virtual-clock.js';

const to = '203.0.113.1';
const to6 = '2001:db8:f::1';

interface Answer extends Received {
  readonly reply: Reply;
  readonly address: string;
  readonly atMs: number;
}

/** A socket in a network and all that came of it. Tags are numbers from 1 in order of sending. */
class Host {
  readonly clock = new VirtualClock();
  readonly socket: PacketSocket;
  readonly sent = new Map<number, Sent>();
  readonly failed = new Map<number, Failed>();
  /** By tag. */
  readonly truth = new Map<number, Truth>();
  readonly answers: Answer[] = [];
  tag = 0;

  constructor(network: Network) {
    this.socket = openScriptedSocket(network, this.clock, { onAnswer: (it) => this.truth.set(it.tag, it) });
    this.socket.listen(({ sent, failed, received }) => {
      for (const one of sent) this.sent.set(one.tag, one);
      for (const one of failed) this.failed.set(one.tag, one);
      for (const one of received) {
        const reply = parseReply(one.family, one.transport, one.bytes);
        if (reply === null) throw new Error('an answer that cannot be read');
        this.answers.push({ ...one, reply, address: formatAddress(one.from), atMs: this.clock.now() });
      }
    });
  }

  /** Sends echo requests with these hop limits at once; the sequence number is the tag. */
  echo(hopLimits: readonly number[], target = to, { id = 1, size = 36, checksum = 0x1111 } = {}): void {
    const destination = parseAddress(target)!;
    const family = destination.length === 4 ? 4 : 6;
    const source = parseAddress(family === 4 ? '192.0.2.1' : '2001:db8::1')!;
    this.socket.send(
      hopLimits.map((hopLimit) => {
        const tag = ++this.tag;
        const bytes = buildEcho({ family, source, destination, id, sequence: tag & 0xffff, checksum, size });
        return { tag, family, transport: 'icmp', source, destination, hopLimit, bytes };
      }),
    );
  }

  udp(hopLimit: number, port: number, target = to): void {
    const destination = parseAddress(target)!;
    const family = destination.length === 4 ? 4 : 6;
    const source = parseAddress(family === 4 ? '192.0.2.1' : '2001:db8::1')!;
    const sourcePort = this.socket.terms(family, 'udp')!.sourcePort!;
    const ports = { sourcePort, destinationPort: port };
    const bytes = buildUdp({ family, source, destination, ...ports, checksum: 0x2222, size: 16 });
    this.socket.send([{ tag: ++this.tag, family, transport: 'udp', source, destination, hopLimit, bytes }]);
  }

  /** Sequence numbers, which are the tags, of the probes that were answered. */
  get answered(): number[] {
    return this.answers.map(({ reply }) => {
      if (reply.kind === 'echo-reply') return reply.sequence;
      return reply.kind === 'error' ? reply.quote.c : -1;
    });
  }

  rttMs(tag: number, answer: Received): number {
    return Number(answer.at - this.sent.get(tag)!.at) / 1e6;
  }
}

/** Routers 10.0.0.1, 10.0.0.2, …, 2001:db8:a::1, … */
function chain(length: number, each: Router = {}): Router[] {
  return Array.from({ length }, (_, index) => ({
    address: [`10.0.0.${index + 1}`, `2001:db8:a::${(index + 1).toString(16)}`],
    ...each,
  }));
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

t.test('every hop answers from its address after exactly its time, over both families', async (t) => {
  const hops = chain(3).map((router, index) => ({ ...router, forwardMs: index + 1, backMs: 0.25 }));
  const destination = { forwardMs: 10, backMs: 20, icmpDelayMs: 0.5 };
  const host = new Host({ paths: [{ to: [to, to6], hops, destination }] });
  for (const target of [to, to6]) {
    host.answers.length = 0;
    const before = host.tag;
    host.echo([1, 2, 3, 4, 9], target);
    await host.clock.run(host.clock.now() + 1000);
    const v6 = target === to6;
    t.same(
      host.answers.map(({ address }) => address),
      [...upTo(3).map((n) => (v6 ? `2001:db8:a::${n}` : `10.0.0.${n}`)), target, target],
    );
    const rtts = [1.25, 3.5, 6.75, 37.25, 37.25];
    host.answers.forEach((answer, index) => {
      const tag = before + 1 + index;
      t.equal(host.rttMs(tag, answer), rtts[index], 'the stamps are exact');
      t.match(host.truth.get(tag), { distance: Math.min(index + 1, 4) });
      t.ok(Math.abs(host.truth.get(tag)!.rttMs - rtts[index]!) < 1e-9, 'the truth is told');
      t.equal(answer.stamp, 'kernel');
    });
    t.same(
      host.answers.map(({ hopLimit }) => hopLimit),
      [255, 254, 253, 61, 61],
      'each router on the way back takes one off',
    );
    t.match(host.answers[1]!.reply, { kind: 'error', error: 'time-exceeded', quote: { hopLimit: 1, a: 1 } });
    t.match(host.answers[3]!.reply, { kind: 'echo-reply', id: 1 });
  }
});

t.test('stamps are wall-clock time, and the skew tells when somebody sets it', async (t) => {
  const clockSteps = [{ atMs: 100, byMs: -5000 }];
  const host = new Host({ clockSteps, paths: [{ to, destination: { forwardMs: 30 } }] });
  const skew = host.socket.skew();
  host.echo([1]);
  await host.clock.run(80);
  host.echo([1]);
  await host.clock.run(200);
  t.equal(host.sent.get(1)!.at, BigInt(host.clock.wall() - 200) * 1_000_000n);
  t.equal(host.rttMs(1, host.answers[0]!), 60);
  t.equal(host.rttMs(2, host.answers[1]!), 60 - 5000, 'a sample across the step is worthless');
  t.equal(host.socket.skew() - skew, -5000);
});

t.test('a destination: ports open, closed and silent, no echo, broken packets', async (t) => {
  const paths = [
    { to, hops: chain(2), destination: { openPorts: [7] } },
    { to: to6, destination: { echo: false, closedPorts: 'silent' as const, openPorts: 'all' as const } },
    { to: '203.0.113.2', destination: { echo: false, closedPorts: 'silent' as const } },
  ];
  const host = new Host({ paths });
  host.udp(9, 7);
  host.udp(9, 8);
  host.udp(9, 8, to6);
  host.echo([9], to6);
  host.udp(9, 8, '203.0.113.2');
  await host.clock.run(1);
  t.equal(host.answers.length, 3);
  t.match(host.answers[0], { transport: 'udp', reply: { kind: 'udp', sourcePort: 7 } });
  t.equal(uint16(host.answers[0]!.bytes, 4), 16);
  t.match(host.answers[1]!.reply, { reason: 'port-unreachable', quote: { hopLimit: 7, b: 8, c: 0x2222 } });
  t.match(host.answers[2], { transport: 'udp', family: 6 });
  host.answers.length = 0;
  const source = parseAddress('192.0.2.1')!;
  const destination = parseAddress(to)!;
  const bytes = buildEcho({ family: 4, source, destination, id: 1, sequence: 1, checksum: 5, size: 20 });
  bytes[15]! ^= 1;
  host.socket.send([{ tag: 99, family: 4, transport: 'icmp', source, destination, hopLimit: 9, bytes }]);
  await host.clock.run(2);
  t.ok(host.sent.has(99));
  t.same(host.answers, [], 'a wrong checksum is not answered');
});

t.test('what cannot be sent fails with a code', async (t) => {
  const host = new Host({ host: ['192.0.2.1'], paths: [{ to, hops: chain(1, { mtu: 1500 }) }] });
  t.equal(host.socket.terms(6, 'icmp'), null);
  t.match(host.socket.why(6, 'icmp'), /no IPv6 address/);
  const good = {
    family: 4,
    transport: 'icmp',
    source: parseAddress('192.0.2.1')!,
    destination: parseAddress(to)!,
    hopLimit: 1,
    bytes: new Uint8Array(8),
  } as const;
  const bad = [
    [{ source: parseAddress('192.0.2.2')! }, 'EADDRNOTAVAIL'],
    [{ destination: parseAddress('203.0.113.77')! }, 'ENETUNREACH'],
    [{ bytes: new Uint8Array(1481) }, 'EMSGSIZE'],
    [{ hopLimit: 0 }, 'EINVAL'],
    [{ hopLimit: 256 }, 'EINVAL'],
    [{ transport: 'udp' }, 'EINVAL'],
    [{ bytes: new Uint8Array(7) }, 'EINVAL'],
    [{ family: 6 }, 'EINVAL'],
  ] as const;
  host.socket.send(bad.map(([fields], tag) => ({ tag, ...good, ...fields })));
  host.socket.send([{ tag: 100, ...good }]);
  await host.clock.run(1);
  t.same(
    bad.map((_, tag) => host.failed.get(tag)?.code),
    bad.map(([, code]) => code),
  );
  t.same([...host.sent.keys()], [100]);
});

t.test('loss on a link hits all behind it, lost replies only their hop', async (t) => {
  const hops = chain(4);
  hops[1] = { ...hops[1], loss: 0.3 };
  hops[2] = { ...hops[2], replyLoss: 0.5 };
  hops[3] = { ...hops[3], silent: true };
  const host = new Host({ seed: 11, paths: [{ to, hops }] });
  const rounds = 4000;
  for (let round = 0; round < rounds; round++) host.echo(upTo(5));
  await host.clock.run(1);
  const share = (address: string) =>
    host.answers.filter((answer) => answer.address === address).length / rounds;
  t.equal(share('10.0.0.1'), 1);
  // Three standard deviations of a share of 4,000.
  t.ok(Math.abs(share('10.0.0.2') - 0.7) < 0.022, `${share('10.0.0.2')} of 0.7`);
  t.ok(Math.abs(share('10.0.0.3') - 0.35) < 0.023, `${share('10.0.0.3')} of 0.35`);
  t.equal(share('10.0.0.4'), 0);
  t.ok(Math.abs(share(to) - 0.7) < 0.022, `${share(to)} of 0.7`);
});

t.test('loss on the way back hits the replies of all behind', async (t) => {
  const hops = chain(2);
  hops[0] = { ...hops[0], lossBack: 1 };
  const host = new Host({ paths: [{ to, hops }] });
  host.echo([1, 2, 3]);
  await host.clock.run(1);
  t.equal(host.answers.length, 0);
  t.equal(host.sent.size, 3);
});

t.test('jitter is added on each crossing, within its bound', async (t) => {
  const host = new Host({ paths: [{ to, hops: chain(1, { forwardMs: 5, jitterMs: 2 }) }] });
  for (let round = 0; round < 200; round++) host.echo([1]);
  await host.clock.run(100);
  const rtts = [...host.truth.values()].map(({ rttMs }) => rttMs);
  t.ok(rtts.every((rtt) => rtt >= 10 && rtt < 14));
  const mean = rtts.reduce((sum, rtt) => sum + rtt, 0) / rtts.length;
  // Two uniform delays of up to 2 ms: standard deviation 0.82 ms, of the mean 0.058 ms.
  t.ok(Math.abs(mean - 12) < 0.18, `mean ${mean.toFixed(2)}`);
});

t.test('the limit on errors spares echo replies and is shared by all paths through a router', async (t) => {
  const shared: Router = { address: '10.0.0.1', rateLimit: { burst: 6, perSecond: 1 } };
  const destination = { rateLimit: { burst: 0, perSecond: 0 } };
  const paths = [to, '203.0.113.2'].map((end) => ({ to: end, hops: [shared], destination }));
  const host = new Host({ paths });
  host.echo(new Array(10).fill(1), to);
  host.echo(new Array(10).fill(1), '203.0.113.2');
  host.echo(new Array(10).fill(2), to);
  await host.clock.run(10);
  t.equal(host.answers.filter(({ address }) => address === '10.0.0.1').length, 6);
  t.equal(host.answers.filter(({ address }) => address === to).length, 10, 'echo replies are exempt');
  host.udp(2, 99);
  await host.clock.run(1100);
  t.equal(host.answers.length, 16, 'a port unreachable is not');
  host.echo([1, 1], '203.0.113.2');
  await host.clock.run(1200);
  t.equal(host.answers.length, 17, 'one more a second later');
});

t.test('a limit is applied in order of arrival, whatever was sent first', async (t) => {
  const limited: Router = { address: '10.0.0.9', rateLimit: { burst: 1, perSecond: 0 } };
  const slow = { address: '10.0.0.1', forwardMs: 50 };
  const paths = [
    { to, hops: [slow, limited] },
    { to: '203.0.113.2', hops: [limited] },
  ];
  const host = new Host({ paths });
  host.echo([2], to);
  await host.clock.run(10);
  host.echo([1], '203.0.113.2');
  await host.clock.run(1000);
  t.same(host.answered, [2]);
});

t.test('per-flow balancing keeps a flow together and reaches every branch', async (t) => {
  const branch = (name: number): Router => ({ address: `10.1.0.${name}` });
  const fork: Fork = { balance: 'per-flow', branches: [branch(1), [branch(2), branch(3)], branch(4)] };
  const host = new Host({ paths: [{ to, hops: [...chain(1), fork, { address: '10.2.0.1' }] }] });
  const seen = new Map<string, number>();
  for (let flow = 1; flow <= 300; flow++) {
    host.answers.length = 0;
    host.echo([2, 2, 2, 3, 4, 5], to, { checksum: flow });
    await host.clock.run(host.clock.now() + 1);
    const addresses = host.answers.map(({ address }) => address);
    const first = addresses[0]!;
    t.same(new Set(addresses.slice(0, 3)).size, 1, 'one flow, one branch');
    // The branch of two routers makes the path longer.
    const behind = first === '10.1.0.2' ? ['10.1.0.3', '10.2.0.1', to] : ['10.2.0.1', to, to];
    t.same(addresses.slice(3), behind);
    seen.set(first, (seen.get(first) ?? 0) + 1);
  }
  t.same([...seen.keys()].sort(), ['10.1.0.1', '10.1.0.2', '10.1.0.4']);
  // Chi-square with 2 degrees of freedom: 13.8 is exceeded by one in a thousand.
  const chi = [...seen.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
  t.ok(chi < 13.8, `evenly: chi-square ${chi.toFixed(1)}`);
  host.answers.length = 0;
  for (let port = 1; port <= 50; port++) host.udp(2, port);
  await host.clock.run(host.clock.now() + 1);
  t.equal(new Set(host.answers.map(({ address }) => address)).size, 3, 'UDP by its ports');
});

t.test('per-packet balancing does not', async (t) => {
  const fork: Fork = { balance: 'per-packet', branches: [{ address: '10.1.0.1' }, { address: '10.1.0.2' }] };
  const host = new Host({ paths: [{ to, hops: [fork] }] });
  host.echo(new Array(100).fill(1));
  await host.clock.run(1);
  const first = host.answers.filter(({ address }) => address === '10.1.0.1').length;
  t.ok(first > 30 && first < 70, `${first} of 100 took the first branch`);
});

t.test('two forks in a row choose by themselves', async (t) => {
  const fork = (net: number): Fork => ({
    balance: 'per-flow',
    branches: [{ address: `10.${net}.0.1` }, { address: `10.${net}.0.2` }],
  });
  const host = new Host({ paths: [{ to, hops: [fork(1), fork(2)] }] });
  const pairs = new Set<string>();
  for (let id = 0; id < 100; id++) {
    host.answers.length = 0;
    host.echo([1, 2], to, { id });
    await host.clock.run(host.clock.now() + 1);
    pairs.add(host.answers.map(({ address }) => address).join());
  }
  t.equal(pairs.size, 4, 'all four combinations');
});

t.test('a route changes for what leaves later', async (t) => {
  const changes = [{ atMs: 100, hops: [{ address: '10.9.0.1' }, { address: '10.9.0.2' }] }];
  const host = new Host({ paths: [{ to, hops: chain(1, { forwardMs: 50 }), changes }] });
  host.echo([1, 2]);
  await host.clock.run(99);
  host.echo([1]);
  await host.clock.run(100);
  host.echo([1, 2, 3]);
  await host.clock.run(500);
  const byTag = host.answered.map((tag, index) => [tag, host.answers[index]!.address] as const);
  t.same(
    byTag.sort(([a], [b]) => a - b),
    [
      [1, '10.0.0.1'],
      [2, to],
      [3, '10.0.0.1'],
      [4, '10.9.0.1'],
      [5, '10.9.0.2'],
      [6, to],
    ],
  );
});

t.test('a loop goes round until the hop limit is used up', async (t) => {
  const host = new Host({ paths: [{ to, hops: chain(4, { forwardMs: 1 }), loopsTo: 3 }] });
  host.echo(upTo(9));
  await host.clock.run(1000);
  const inOrder = host.answered
    .map((tag, index) => ({ tag, ...host.answers[index]! }))
    .sort((a, b) => a.tag - b.tag);
  t.same(
    inOrder.map(({ address }) => address),
    [1, 2, 3, 4, 3, 4, 3, 4, 3].map((n) => `10.0.0.${n}`),
  );
  t.equal(host.rttMs(9, inOrder[8]!), 9 + 3, 'nine links there, three back');
});

t.test('refusals and too large packets', async (t) => {
  const refusing = (refuses: Router['refuses']) => ({ ...chain(1)[0], refuses });
  const paths = [
    { to: [to, to6], hops: [...chain(1), { ...refusing('host-unreachable') }] },
    { to: '203.0.113.2', hops: [refusing('admin-prohibited')] },
    { to: '203.0.113.3', hops: [...chain(2), { address: '10.3.0.3', mtu: 1400 }] },
    { to: '2001:db8:f::3', hops: [...chain(2), { mtu: 1400 }] },
  ];
  const host = new Host({ paths });
  host.echo([9], to);
  host.echo([9], to6);
  host.echo([9], '203.0.113.2');
  host.echo([9], '203.0.113.3', { size: 1381 });
  host.echo([9], '203.0.113.3', { size: 1380 });
  host.echo([9], '2001:db8:f::3', { size: 1400 });
  await host.clock.run(1);
  t.same(
    host.answers.map(({ reply }) => (reply.kind === 'error' ? [reply.reason, reply.mtu] : reply.kind)),
    [
      ['host-unreachable', null],
      ['address-unreachable', null],
      ['admin-prohibited', null],
      ['fragmentation-needed', 1400],
      'echo-reply',
      ['packet-too-big', 1400],
    ],
  );
  t.equal(host.answers[3]!.address, '10.0.0.2', 'the router before the link says so');
});

t.test('quotes and labels', async (t) => {
  const mpls = [{ label: 16_005, trafficClass: 0, bottom: true, ttl: 1 }];
  const hops: Router[] = [
    { address: '10.0.0.1', quoteBytes: 8 },
    { address: '10.0.0.2', mpls },
    { address: '2001:db8:a::3' },
  ];
  const host = new Host({ paths: [{ to, hops }] });
  host.echo([1, 2, 3, 4]);
  await host.clock.run(1);
  t.equal(host.answers[0]!.bytes.length, 8 + 20 + 8);
  t.match(host.answers[1]!.reply, { mpls, quote: { c: 2 } });
  t.same(host.answered, [1, 2, 4], 'a router without an IPv4 address is silent there');
});

t.test('a queue spaces packets at the capacity, and the narrowest link decides', async (t) => {
  // 1500 bytes take 1.2 ms at 10 Mbit/s and 12 ms at 1 Mbit/s.
  const hops = chain(3).map((router, index) => ({ ...router, mbps: [100, 1, 10][index], backMs: 1 }));
  const host = new Host({ paths: [{ to, hops, destination: { mbpsBack: 1000 } }] });
  host.echo(new Array(10).fill(3), to, { size: 1480 });
  await host.clock.run(1000);
  const gaps = host.answers.slice(1).map(({ at }, index) => Number(at - host.answers[index]!.at));
  t.ok(
    gaps.every((gap) => Math.abs(gap - 12_000_000) < 2),
    'spaced by 12 ms',
  );
  const first = host.truth.get(1)!.rttMs;
  const back = 8 * (576 / 1000) * (1 / 100 + 1 + 1 / 10) + 3;
  t.ok(Math.abs(first - (0.12 + 12 + 1.2 + back)) < 1e-6, `the first takes ${first.toFixed(3)} ms`);
});

t.test('packets queue in order of time, whichever went off first and whichever way they go', async (t) => {
  // The far hop's reply comes back to the slow link long after the near hop's, so it must not be in its way.
  const hops: Router[] = [
    { address: '10.0.0.1', mbpsBack: 1 },
    { address: '10.0.0.2', forwardMs: 100 },
  ];
  const host = new Host({ paths: [{ to, hops }] });
  host.echo([2]);
  host.echo([1]);
  await host.clock.run(1000);
  t.same(host.answered, [2, 1]);
  const near = host.truth.get(2)!.rttMs;
  t.ok(Math.abs(near - (8 * 84) / 1000) < 1e-9, `the near hop's takes ${near} ms`);
});

t.test('the sender takes its time between packets', async (t) => {
  const host = new Host({ sendGapMs: 0.5, paths: [{ to, destination: { forwardMs: 1 } }] });
  host.echo([1, 1, 1]);
  host.echo([1]);
  await host.clock.run(100);
  const stamps = [...host.sent.values()].map(({ at }) => Number(at - host.sent.get(1)!.at) / 1e6);
  t.same(stamps, [0, 0.5, 1, 1.5]);
  t.same(
    [...host.truth.values()].map(({ rttMs }) => rttMs),
    [2, 2, 2, 2],
  );
});

t.test('the same seed gives the same, another seed something else', async (t) => {
  const run = async (seed: number) => {
    const hops = chain(5, { forwardMs: 1, jitterMs: 0.5, loss: 0.05, mbps: 10, load: 0.4 });
    const host = new Host({ seed, paths: [{ to, hops }] });
    for (let round = 0; round < 20; round++) {
      host.echo(upTo(6));
      await host.clock.run(host.clock.now() + 37);
    }
    return host.answers.map(({ address, at }) => `${address} ${at}`);
  };
  const first = await run(5);
  t.ok(first.length > 60);
  t.same(await run(5), first);
  t.notSame(await run(6), first);
});

t.test('a bad description is refused and named', (t) => {
  const bad: [string, Network][] = [
    ['loss', { paths: [{ to, hops: [{ loss: 1.5 }] }] }],
    ['forwardMs', { paths: [{ to, hops: [{ forwardMs: -1 }] }] }],
    ['mbps', { paths: [{ to, hops: [{ mbps: 0 }] }] }],
    ['load', { paths: [{ to, hops: [{ load: 1 }] }] }],
    ['10.0.0.256', { paths: [{ to, hops: [{ address: '10.0.0.256' }] }] }],
    ['nowhere', { paths: [{ to: 'nowhere' }] }],
    [to, { paths: [{ to }, { to }] }],
    ['loopsTo', { paths: [{ to, hops: chain(2), loopsTo: 3 }] }],
    ['branches', { paths: [{ to, hops: [{ balance: 'per-flow', branches: [] }] }] }],
  ];
  for (const [name, network] of bad) {
    const open = () => openScriptedSocket(network, new VirtualClock());
    t.throws(open, { code: 'OPTION_INVALID', message: new RegExp(name) }, name);
  }
  t.end();
});

t.test('100,000 packets over 15 hops', async (t) => {
  const hops = chain(14, { forwardMs: 2, rateLimit: { burst: 6, perSecond: 1000 } });
  const host = new Host({ paths: [{ to, hops, destination: { forwardMs: 5 } }] });
  const started = performance.now();
  while (host.tag < 100_000) {
    host.echo(upTo(15));
    await host.clock.run(host.clock.now() + 100);
  }
  t.comment(`${((1000 * (performance.now() - started)) / host.tag).toFixed(1)} µs each`);
  t.equal(host.sent.size, host.tag);
  t.equal(host.answers.length, host.tag);
});
