/** Whole paths over real Linux routers with the system's own settings and limits. */
import { openTracer, type TraceResult, type Tracer } from '@locator/probe';
import t, { type Test } from 'tap';
import { insideLab } from './lab/inside.js';
import { fiveRouters, openRouters, type RouterLab, type Routers, refusedPrefixes } from './lab/routers.js';

const families = ['v4', 'v6'] as const;
const protocols = ['icmp', 'udp'] as const;
type Family = (typeof families)[number];

/** Routers that exist for this one body, and a tracer beside them. */
async function over<T>(routers: Routers, body: (tracer: Tracer, lab: RouterLab) => Promise<T>): Promise<T> {
  const lab = await openRouters(routers);
  const tracer = await openTracer({ sockets: 'native' });
  try {
    return await body(tracer, lab);
  } finally {
    await tracer.close();
    await lab.close();
  }
}

/** Nobody but the routers described has answered, each at its own TTL. */
function checkAddresses(t: Test, { hops }: TraceResult, lab: RouterLab, family: Family): void {
  for (const { ttl, addresses } of hops) {
    const expected = lab.hops[ttl - 1]?.[family] ?? [];
    for (const address of addresses) t.ok(expected.includes(address), `hop ${ttl} is ${address}`);
  }
}

const missing = ({ hops }: TraceResult) => hops.filter(({ loss }) => loss.received < loss.sent);
const hostIn = (prefix: string) => prefix.replace(/0\/24$/, '1').replace(/\/64$/, '1');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

// Most of their time is waiting, for routers that may answer again.
t.jobs = 3;
await Promise.all([
  insideLab(
    t,
    import.meta.url,
    'ten traces in a row',
    async (t) => {
      for (const family of families) {
        for (const protocol of protocols) {
          await t.test(`${protocol}, IP${family}: more than routers answer is no loss`, async (t) => {
            await over(fiveRouters, async (tracer, lab) => {
              const verdicts = new Map<string, number>();
              for (let number = 1; number <= 10; number++) {
                const result = await tracer.trace(lab.target[family], { protocol }).result;
                checkAddresses(t, result, lab, family);
                for (const { ttl, loss } of result.hops) {
                  t.not(loss.verdict, 'forwarding', `trace ${number}, hop ${ttl}: ${loss.evidence}`);
                  verdicts.set(loss.verdict, (verdicts.get(loss.verdict) ?? 0) + 1);
                }
                // Routers let six errors go at once: two traces of three probes miss nothing of theirs.
                const routers = missing(result).filter(({ ttl }) => ttl < lab.hops.length);
                if (number <= 2) t.same(routers, [], `trace ${number} misses nothing`);
              }
              t.comment([...verdicts].map(([verdict, count]) => `${verdict}: ${count}`).join(', '));
            });
          });
        }
      }
    },
    ['nft'],
  ),
  insideLab(
    t,
    import.meta.url,
    'as fast as routers make errors',
    async (t) => {
      await t.test('as fast as routers make errors, nothing is missing', async (t) => {
        await over(fiveRouters, async (tracer, lab) => {
          for (let number = 1; number <= 10; number++) {
            const protocol = protocols[number % 2]!;
            const [v4, v6] = await Promise.all(
              families.map((family) => tracer.trace(lab.target[family], { protocol }).result),
            );
            for (const result of [v4!, v6!]) {
              const label = `trace ${number}, IPv${result.family}, ${protocol}`;
              t.same([result.end, result.hops.length], ['destination', 6], label);
              t.same(missing(result), [], label);
            }
            // Three probes a hop, and one error a second.
            await pause(number === 1 ? 0 : 3000);
          }
        });
      });
    },
    ['nft'],
  ),
  insideLab(
    t,
    import.meta.url,
    'ways that end early',
    async (t) => {
      /** What the fourth router says of a prefix that it refuses. */
      const said = {
        host: { v4: 'host-unreachable', v6: 'no-route' },
        network: { v4: 'net-unreachable', v6: 'no-route' },
        prohibited: { v4: 'admin-prohibited', v6: 'admin-prohibited' },
      } as const;
      for (const kind of ['host', 'network', 'prohibited'] as const) {
        for (const protocol of protocols) {
          await t.test(`${kind}, ${protocol}`, async (t) => {
            await over(fiveRouters, async (tracer, lab) => {
              for (const family of families) {
                const to = hostIn(refusedPrefixes[kind][family]);
                const result = await tracer.trace(to, { protocol }).result;
                checkAddresses(t, result, lab, family);
                t.same([result.end, result.reached, result.hops.length], ['unreachable', false, 4], to);
                t.same(
                  [result.unreachable, result.hops[3]?.unreachable],
                  [said[kind][family], said[kind][family]],
                );
              }
            });
          });
        }
      }

      await t.test('a black hole, and a destination that answers nothing', async (t) => {
        await over({ ...fiveRouters, silent: ['target'] }, async (tracer, lab) => {
          for (const family of families) {
            for (const [to, last] of [
              [hostIn(refusedPrefixes.nothing[family]), 3],
              [lab.target[family], 5],
            ] as const) {
              const { end, reached, hops } = await tracer.trace(to, { probes: 2 }).result;
              t.same([end, reached], ['silence', false], to);
              t.equal(hops.findLast(({ address }) => address !== null)?.ttl, last, to);
              for (const { loss } of hops.slice(last)) t.equal(loss.verdict, 'unreachable-beyond', to);
            }
          }
        });
      });

      await t.test('a packet too large for the next link', async (t) => {
        await over(fiveRouters, async (tracer, lab) => {
          await lab.on('r4', 'ip', ['link', 'set', 'to-r5', 'mtu', '1300']);
          for (const [family, name] of [
            ['v4', 'fragmentation-needed'],
            ['v6', 'packet-too-big'],
          ] as const) {
            const result = await tracer.trace(lab.target[family], { size: 1400 }).result;
            t.same([result.end, result.unreachable, result.hops.length], ['unreachable', name, 5]);
            // The fourth router answers twice: here a packet's time is up, and the one sent further is too large.
            t.equal(result.hops[4]?.address, result.hops[3]?.address);
            t.equal(result.hops[4]?.mtu, 1300);
          }
        });
      });

      await t.test('two routers that send packets to each other', async (t) => {
        await over(fiveRouters, async (tracer, lab) => {
          const back = lab.hops[4]!;
          // In IPv6 a router answers from where the packet came in: the fourth has another address for what is sent back.
          for (const [family, options, from] of [
            ['v4', [], 4],
            ['v6', ['-6'], 5],
          ] as const) {
            const fourth = back[family][0]!.replace(/2$/, '1');
            await lab.on('r5', 'ip', [...options, 'route', 'replace', 'default', 'via', fourth]);
            const result = await tracer.trace(lab.target[family], { probes: 1 }).result;
            t.equal(result.end, 'loop', `IP${family}`);
            t.same(result.loop, { from, to: from + 1 });
            const addresses = result.hops.slice(from - 1, from + 5).map(({ address }) => address);
            t.same(new Set(addresses).size, 2, addresses.join(' '));
          }
        });
      });

      await t.test('two routers at one TTL', async (t) => {
        await over(fiveRouters, async (tracer, lab) => {
          const by = (n: number) =>
            lab.on('r2', 'ip', ['route', 'replace', 'default', 'via', `10.80.${n}.2`]);
          await by(3);
          const trace = tracer.trace(lab.target.v4, { probes: 8 });
          await pause(1500);
          await by(4);
          const { hops, end } = await trace.result;
          t.equal(end, 'destination');
          t.strictSame(hops[2]?.addresses, lab.hops[2]?.v4);
          for (const { ttl, loss } of hops) t.not(loss.verdict, 'forwarding', `hop ${ttl}: ${loss.evidence}`);
        });
      });
    },
    ['nft'],
  ),
]);
