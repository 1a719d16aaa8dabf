/** Capacities of whole paths through the simulated internet, by the library and by the service. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Capacity, type Hop, openTracer, type TraceOptions, type TraceResult } from '@locator/probe';
import t, { type Test } from 'tap';
import { line } from './lab/descriptions.js';
import { expectedHops } from './lab/expected.js';
import { insideLab } from './lab/inside.js';
import { type InternetLab, openInternet } from './lab/internet.js';
import { keepTo, sharedOut } from './lab/processors.js';
import type { Fate } from './lab/truth.js';
import { urlOf } from './lab/url-of.js';

const locator = fileURLToPath(new URL('../packages/server/bin/locator.js', import.meta.url));
const target = { 4: '198.18.5.1', 6: '2001:db8:5::1' } as const;
const mbps = [300, 100, 300, 20, 100];
const internet = line({
  delaysMs: [0.2, 0.5, 1, 2, 3],
  wires: Object.fromEntries(mbps.map((capacityMbps, index) => [index + 1, { capacityMbps }])),
  // Hop 3 quotes as little as routers may; hop 2 is slow to make its errors.
  nodes: { 2: { service: { kind: 'exponential', meanUs: 50 } }, 3: { quote: 8 } },
});
const truth = expectedHops(internet, 'target', 4).map(({ capacityMbps }) => capacityMbps!);
type Sockets = 'native' | 'unprivileged' | 'raw-socket';
type CapacityCause = Exclude<Capacity, { kind: 'estimate' }>['cause'];

const { simulation, others } = sharedOut();

await insideLab(t, import.meta.url, 'capacities', async (t) => {
  await keepTo(others);

  async function traceIn(
    options: TraceOptions & { sockets?: Sockets; family?: 4 | 6 },
  ): Promise<{ result: TraceResult; sightings: Hop[]; fates: Fate[]; scheduled: string }> {
    const { sockets = 'native', family = 4, ...traceOptions } = options;
    const lab = await openInternet(internet, { processor: simulation });
    const tracer = await openTracer({ sockets });
    try {
      const trace = tracer.trace(target[family], traceOptions);
      const sightings: Hop[] = [];
      for await (const hop of trace.sightings) sightings.push(hop);
      const { scheduled } = lab;
      return { result: await trace.result, sightings, fates: await lab.truth(), scheduled };
    } finally {
      await tracer.close();
      await lab.close();
    }
  }

  /**
   * Whatever is said is true. How much is said depends on how busy the machine is: the trains that leave in one go,
   * and what else is late. But the path is quiet and answers everything, so that no other cause may be given. A process
   * that does not see in time that loads arrive has them answered, and gives a bound.
   */
  function judge(t: Test, capacities: readonly Capacity[], more: readonly CapacityCause[] = []): void {
    for (const [index, capacity] of capacities.entries()) {
      const true_ = truth[index]!;
      if (capacity.kind !== 'estimate') {
        t.ok(
          ['noisy', 'source-limited', 'budget', 'reverse-path', ...more].includes(capacity.cause),
          `hop ${index + 1}: ${capacity.kind}, ${capacity.cause}: ${capacity.reason}`,
        );
      }
      if (capacity.kind === 'unmeasured') {
        t.notOk('mbps' in capacity && capacity.mbps !== null, 'no number');
      } else if (capacity.kind === 'at-least') {
        t.ok(capacity.mbps <= 1.05 * true_, `hop ${index + 1}: at least ${capacity.mbps} of ${true_}`);
      } else {
        const off = capacity.mbps / true_ - 1;
        t.ok(Math.abs(off) <= 0.25, `hop ${index + 1}: ${capacity.mbps} of ${true_}`);
        t.ok(capacity.low <= capacity.mbps && capacity.mbps <= capacity.high);
      }
    }
  }

  /** Behind 20 Mbit/s there are numbers, unless the machine was too busy to send two trains in one go each, or in time. */
  function areMeasured(t: Test, capacities: readonly Capacity[], scheduled: string): void {
    // With a processor of its own and nobody before it, the simulation is never late, and what it is measured by is exact.
    if (simulation === undefined || scheduled !== 'real-time priority') {
      t.comment(`the simulation may be late (${scheduled}): capacities need not be measured`);
      return;
    }
    for (const [index, capacity] of capacities.entries()) {
      if (truth[index]! > 20) continue;
      const reason = capacity.kind === 'unmeasured' ? capacity.reason : 'none is needed';
      t.match(reason, /^none is needed$|this machine was held up|no time|fit neither/, `hop ${index + 1}`);
    }
  }

  /** With the causes of their own: stamps too coarse, an answer not understood. */
  const ways: [Sockets, 'icmp' | 'udp', 4 | 6, ...CapacityCause[]][] = [
    ['native', 'icmp', 4],
    ['native', 'udp', 4],
    ['native', 'icmp', 6],
    ['native', 'udp', 6],
    ['unprivileged', 'udp', 4, 'silent'],
    ['raw-socket', 'icmp', 4, 'user-space-stamps'],
  ];
  for (const [sockets, protocol, family, ...causes] of ways) {
    await t.test(`quick: ${sockets}, ${protocol}, IPv${family}`, async (t) => {
      const { result, sightings, fates, scheduled } = await traceIn({
        sockets,
        protocol,
        family,
        bandwidth: 'quick',
      });
      t.equal(result.end, 'destination');
      t.equal(result.hops.length, 5);
      const capacities = result.hops.map(({ capacity }) => capacity);
      judge(t, capacities, causes);
      if (sockets === 'native') areMeasured(t, capacities, scheduled);
      // Without the right to see whole quotes, one of 8 bytes does not say which datagram it is of.
      const seen = [1, 2, 3, 4, 5].filter((ttl) => sockets !== 'unprivileged' || ttl !== 3);
      for (const ttl of seen) t.equal(result.hops[ttl - 1]!.samples.length, 3, 'load is no RTT sample');
      for (const { capacity } of sightings) t.match(capacity, { kind: 'unmeasured', cause: 'pending' });
      t.same([...new Set(sightings.map(({ ttl }) => ttl))].sort(), seen);
      const bytes = fates.reduce((sum, { length }) => sum + length, 0);
      t.ok(bytes > 20_000 && bytes <= 300_000, `${bytes} bytes`);
    });
  }

  await t.test('not asked for: nothing large is sent, and it says so', async (t) => {
    const { result, fates } = await traceIn({});
    for (const { capacity } of result.hops) t.match(capacity, { kind: 'unmeasured', cause: 'off' });
    t.ok(fates.every(({ length }) => length <= 100));
  });

  await t.test('the cap of bytes holds', async (t) => {
    const { result, fates } = await traceIn({ bandwidth: 'thorough', bandwidthBytes: 15_000 });
    const load = fates.filter(({ length }) => length > 100).reduce((sum, { length }) => sum + length, 0);
    t.ok(load <= 15_000, `${load} bytes`);
    judge(
      t,
      result.hops.map(({ capacity }) => capacity),
    );
  });

  async function withService(use: (url: string, lab: InternetLab) => Promise<void>) {
    const lab = await openInternet(internet, { processor: simulation });
    const data = await mkdtemp(join(tmpdir(), 'locator-capacity-'));
    const server = lab.spawn(process.execPath, [locator, 'serve', '--port', '0', '--data-dir', data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      await use(await urlOf(server.stdout!), lab);
    } finally {
      const exit = once(server, 'exit');
      server.kill('SIGTERM');
      await exit;
      await lab.close();
      await rm(data, { recursive: true });
    }
  }

  await t.test('the service: lines wait for capacities, events revise them', async (t) => {
    await withService(async (url, lab) => {
      const ask = async (query: string, accept: string) => {
        const response = await fetch(`${url}/api/trace?target=${target[4]}&${query}`, {
          headers: { accept },
        });
        return response.text();
      };
      // biome-ignore lint/suspicious/noExplicitAny: as a client without our types would read it
      const json = (texts: readonly string[]): any[] => texts.map((text) => JSON.parse(text));

      const began = performance.now();
      const lines = json((await ask('cache=false', 'application/x-ndjson')).trimEnd().split('\n'));
      t.comment(`all lines after ${(performance.now() - began).toFixed(0)} ms`);
      t.equal(lines.length, 5);
      const capacities: Capacity[] = lines.map(({ capacity }) => capacity);
      judge(t, capacities);
      areMeasured(t, capacities, lab.scheduled);
      for (const { bandwidth_mbps, capacity } of lines) {
        t.equal(bandwidth_mbps, capacity.mbps ?? 'None');
      }

      const events = await ask('cache=false&bandwidth=quick', 'text/event-stream');
      const told = json([...events.matchAll(/event: hop\ndata: (.*)\n/g)].map(([, data]) => data!));
      for (const ttl of [1, 2, 3, 4, 5]) {
        const revisions = told.filter(({ hop }) => hop === ttl);
        t.ok(revisions.length >= 2, `hop ${ttl} came ${revisions.length} times`);
        t.match(revisions[0], { revision: 0, bandwidth_mbps: 'None', capacity: { cause: 'pending' } });
        t.not(revisions.at(-1).capacity.cause, 'pending');
        t.ok(revisions.every(({ revision }, index) => revision === index));
      }

      await lab.truth();
      for (const { bandwidth_mbps, capacity } of json(
        (await ask('cache=false&bandwidth=off', 'application/x-ndjson')).trimEnd().split('\n'),
      )) {
        t.equal(bandwidth_mbps, 'None');
        t.match(capacity, { kind: 'unmeasured', cause: 'off', mbps: null });
      }
      t.ok((await lab.truth()).every(({ length }) => length <= 100));
    });
  });

  await t.test('the command: --no-bandwidth, and a column with the interval', async (t) => {
    const lab = await openInternet(internet, { processor: simulation });
    const data = await mkdtemp(join(tmpdir(), 'locator-capacity-'));
    const run = async (command: string, ...flags: string[]) => {
      const words = [locator, command, '--data-dir', data, ...flags, target[4]];
      return (await lab.run(process.execPath, words)).stdout;
    };
    try {
      const rows = (await run('trace', '--no-dns')).split('\n').filter((row) => /^ +\d /.test(row));
      t.equal(rows.length, 5);
      const [{ result }] = JSON.parse(await run('history', '--json'))[target[4]];
      const capacities: Capacity[] = result.map(({ capacity }: { capacity: Capacity }) => capacity);
      judge(t, capacities);
      areMeasured(t, capacities, lab.scheduled);
      const column = { estimate: '[\\d.]+ ±\\d+% +', 'at-least': '≥[\\d.]+ +', unmeasured: '' };
      for (const [index, { kind }] of capacities.entries()) {
        // Behind RTT and jitter, in front of the network.
        t.match(rows[index], new RegExp(` \\d+\\.\\d{3} +\\d+\\.\\d{3} +${column[kind]}[A-Za-z]`));
      }
      for (const text of (await run('trace', '--json', '--no-dns', '--no-bandwidth')).trimEnd().split('\n')) {
        t.match(JSON.parse(text), { bandwidth_mbps: 'None', capacity: { cause: 'off' } });
      }
    } finally {
      await lab.close();
      await rm(data, { recursive: true });
    }
  });
});
