/** Whole paths through the simulated internet, by the library as its users have it. */
import { openTracer, type TraceResult, type Transport } from '@locator/probe';
import t from 'tap';
import type { Internet } from './lab/description.js';
import {
  fifteenHops,
  hardPath,
  mplsTunnel,
  routingLoop,
  shortQuotes,
  silentDestination,
  silentHop,
  threeWays,
  unreachable,
} from './lab/descriptions.js';
import { expectedHops } from './lab/expected.js';
import { insideLab } from './lab/inside.js';
import { openInternet } from './lab/internet.js';
import type { Fate } from './lab/truth.js';

const target = { 4: '198.18.15.1', 6: '2001:db8:f::1' } as const;
type Family = keyof typeof target;
type Sockets = 'native' | 'unprivileged' | 'raw-socket';

await insideLab(t, import.meta.url, 'paths', async (t) => {
  /** Traces the target of an internet that exists for this one trace. */
  async function traceIn(
    internet: Internet,
    options: { protocol?: Transport; to?: string; sockets?: Sockets; probes?: number } = {},
  ): Promise<{ result: TraceResult; fates: Fate[] }> {
    const { sockets = 'native', to = target[4], ...traceOptions } = options;
    const lab = await openInternet(internet);
    const tracer = await openTracer({ sockets });
    try {
      const result = await tracer.trace(to, traceOptions).result;
      return { result, fates: await lab.truth() };
    } finally {
      await tracer.close();
      await lab.close();
    }
  }
  const addresses = ({ hops }: TraceResult) => hops.map(({ address }) => address);
  const expected = (internet: Internet, family: Family) =>
    expectedHops(internet, 'target', family).map((hop) => hop.addresses[0] ?? null);

  const ways: [Sockets, Transport, Family][] = [
    ['native', 'icmp', 4],
    ['native', 'icmp', 6],
    ['native', 'udp', 4],
    ['native', 'udp', 6],
    ['unprivileged', 'udp', 4],
    ['unprivileged', 'udp', 6],
    ['raw-socket', 'icmp', 4],
    ['raw-socket', 'icmp', 6],
    ['raw-socket', 'udp', 4],
  ];
  for (const [sockets, protocol, family] of ways) {
    await t.test(`15 hops: ${sockets}, ${protocol}, IPv${family}`, async (t) => {
      const internet = fifteenHops();
      const { result, fates } = await traceIn(internet, { sockets, protocol, to: target[family] });
      t.same(addresses(result), expected(internet, family));
      t.equal(result.end, 'destination');
      t.equal(result.socket, sockets);
      for (const hop of result.hops) {
        t.equal(hop.loss.verdict, 'none', `hop ${hop.ttl}: ${hop.loss.evidence}`);
        t.ok(
          hop.rtt!.min >= expectedHops(internet, 'target', family)[hop.ttl - 1]!.rttMs.min,
          'no answer is early',
        );
      }
      const beyond = fates.filter(({ hopLimit }) => hopLimit > 16).length;
      t.ok(beyond <= 20, `${beyond} probes went beyond the destination`);
    });
  }

  await t.test('a silent hop', async (t) => {
    const { result } = await traceIn(silentHop());
    t.same(addresses(result), expected(silentHop(), 4));
    t.equal(result.hops[6]?.loss.verdict, 'silent');
  });

  await t.test('silent, limited and lossy hops', async (t) => {
    const { result } = await traceIn(hardPath());
    t.equal(result.end, 'destination');
    t.equal(result.hops.length, 15);
    t.same([result.hops[4]?.address, result.hops[8]?.address], [null, null]);
    for (const ttl of [5, 7, 9]) t.not(result.hops[ttl - 1]?.loss.verdict, 'forwarding', `hop ${ttl}`);
  });

  for (const protocol of ['icmp', 'udp'] as const) {
    await t.test(`quotes of 8 bytes, ${protocol}`, async (t) => {
      const { result } = await traceIn(shortQuotes(), { protocol });
      t.same(addresses(result), expected(shortQuotes(), 4));
    });
    await t.test(`one flow takes one way, ${protocol}`, async (t) => {
      const { result } = await traceIn(threeWays(), { protocol, to: '198.18.11.1', probes: 5 });
      t.equal(result.end, 'destination');
      for (const hop of result.hops) t.equal(hop.addresses.length, 1, `hop ${hop.ttl}`);
    });
  }

  await t.test('label stacks', async (t) => {
    const { result } = await traceIn(mplsTunnel());
    t.same(
      result.hops[3]?.mpls.map(({ label }) => label),
      [24012],
    );
    t.same(
      result.hops[4]?.mpls.map(({ label }) => label),
      [24013, 300_544],
    );
    t.same(result.hops[6]?.mpls, []);
  });

  await t.test('ends that are no destination', async (t) => {
    const refused = (await traceIn(unreachable('prohibited'))).result;
    t.equal(refused.end, 'unreachable');
    t.equal(refused.hops.length, 9);
    t.match(refused.unreachable, /prohibited/);

    const silent = (await traceIn(silentDestination())).result;
    t.equal(silent.end, 'silence');
    t.equal(silent.reached, false);
    t.equal(silent.hops[13]?.address, '198.18.14.1');

    const loop = (await traceIn(routingLoop())).result;
    t.equal(loop.end, 'loop');
    t.same(loop.loop, { from: 8, to: 9 });
    t.ok(loop.hops.length >= 13 && loop.hops.length < 30, `${loop.hops.length} hops, up to the third turn`);
  });
});
