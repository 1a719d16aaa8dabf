import t from 'tap';
import type { WatchOptions } from '../src/options.js';
import type { WatchRound } from '../src/watch-round.js';
import { router, routers, stage, to, watchOver } from './watch-over.js';

const START = Date.UTC(2026, 0, 1);
const addresses = ({ hops }: WatchRound) => hops.map(({ address }) => address);
const tenths = (...numbers: readonly number[]) => numbers.map((n) => `10.0.${n}.1`);
/** Every hop of every round that is said to have missed an answer. */
const misses = (rounds: readonly WatchRound[]) =>
  rounds.flatMap(({ round, hops }) =>
    hops.flatMap(({ ttl, sent, received }) => (sent === received ? [] : [{ round, ttl, sent, received }])),
  );
const changes = (rounds: readonly WatchRound[]) =>
  rounds.flatMap(({ round, changes }) => changes.map((change) => ({ round, ...change })));

for (const protocol of ['icmp', 'udp'] as const) {
  t.test(`a clean path, ${protocol}`, async (t) => {
    const hops = routers(1, 2, 3, 4, 5, 6);
    const network = { paths: [{ to, hops, destination: { forwardMs: 2.5 } }] };
    const rounds = await watchOver(network, { rounds: 20, protocol });
    t.same(
      rounds.map(({ round }) => round),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
    for (const snapshot of rounds) {
      const { round, startedAt, hops, reached, end, changes, destination } = snapshot;
      t.same(addresses(snapshot), [...tenths(1, 2, 3, 4, 5, 6), to], `round ${round}`);
      t.equal(startedAt, START + 1000 * (round - 1));
      t.same([reached, end, changes.length], [true, 'destination', 0]);
      t.equal(destination, hops[6]);
      for (const { ttl, sent, received, loss, rtt, since, lastRttMs, destination } of hops) {
        t.same([sent, received, loss.verdict], [round, round, 'none'], `hop ${ttl} of round ${round}`);
        t.ok(Math.abs(rtt!.min - 5 * ttl) < 1e-3 && Math.abs(rtt!.p99 - 5 * ttl) < 1e-3);
        t.ok(Math.abs(lastRttMs! - 5 * ttl) < 1e-3);
        t.equal(since, START);
        t.equal(destination, ttl === 7);
      }
    }
  });
}

t.test('after the first round no hop is asked more than once a second', async (t) => {
  // A default Linux router: 6 errors at once, then one a second. The destination limits as well.
  const rateLimit = { burst: 6, perSecond: 1 };
  const hops = [1, 2, 3, 4].map((n) => router(n, { rateLimit }));
  const network = { paths: [{ to, hops, destination: { forwardMs: 2.5, rateLimit } }] };
  for (const protocol of ['icmp', 'udp'] as const) {
    t.same(misses(await watchOver(network, { rounds: 300, protocol })), [], protocol);
  }
});

t.test('a path change in the middle', async (t) => {
  const change = { atMs: 10_500, hops: routers(1, 12, 13, 4) };
  const network = { paths: [{ to, hops: routers(1, 2, 3, 4), changes: [change] }] };
  const rounds = await watchOver(network, { rounds: 30 });
  t.same(misses(rounds), []);
  t.same(changes(rounds), [
    { round: 12, ttl: 2, from: '10.0.2.1', to: '10.0.12.1' },
    { round: 12, ttl: 3, from: '10.0.3.1', to: '10.0.13.1' },
  ]);
  const last = rounds.at(-1)!;
  t.same(last.hops[1]?.addresses, tenths(2, 12));
  t.equal(last.hops[1]?.since, START + 11_000);
  t.equal(last.hops[0]?.since, START);
});

t.test('a path that grows, by one and by many', async (t) => {
  for (const longer of [
    [1, 2, 9, 3, 4],
    [1, 2, 9, 8, 7, 6, 5, 11, 12, 13, 14, 15, 16, 17, 3, 4],
  ]) {
    const change = { atMs: 10_500, hops: routers(...longer) };
    const rounds = await watchOver(
      { paths: [{ to, hops: routers(1, 2, 3, 4), changes: [change] }] },
      { rounds: 30 },
    );
    t.same(misses(rounds), []);
    for (const { round, reached } of rounds) t.ok(reached, `round ${round}`);
    t.same(addresses(rounds[11]!), [...tenths(...longer), to], 'seen whole in the round that notices it');
    t.equal(rounds.at(-1)?.destination?.sent, 30, 'the destination keeps its statistics');
    t.equal(rounds.at(-1)?.hops[2]?.sent, 30);
    t.equal(rounds.at(-1)?.hops[4]?.sent, 19, 'a TTL counts from when a router is there');
    t.same(changes(rounds).at(-1), { round: 12, ttl: 5, from: to, to: tenths(longer[4]!)[0] });
  }
});

t.test('a path that grows by a router that says nothing', async (t) => {
  // What was the destination's TTL is now a silent router's.
  const change = { atMs: 10_500, hops: [...routers(1, 2, 3, 4), router(5, { silent: true })] };
  const rounds = await watchOver(
    { paths: [{ to, hops: routers(1, 2, 3, 4), changes: [change] }] },
    { rounds: 40 },
  );
  for (const { round, destination } of rounds) {
    t.equal(destination?.sent, destination?.received, `round ${round}: no false loss`);
  }
  t.same(addresses(rounds.at(-1)!), [...tenths(1, 2, 3, 4), null, to]);
  t.equal(rounds.at(-1)?.hops[4]?.loss.verdict, 'silent');
  t.ok(rounds.at(-1)!.destination!.received >= 38, 'it missed two rounds of asking');
});

t.test('a host that limits its errors is found where it is', async (t) => {
  // The far probe uses the limit up, so that the one to its own TTL gets no answer in the same round.
  for (const rateLimit of [{ everyMs: 1000 }, { everyMs: 3000 }, { burst: 1, perSecond: 0.5 }]) {
    const hops = routers(1, 2, 3, 4);
    const network = { paths: [{ to, hops, destination: { forwardMs: 2.5, rateLimit } }] };
    const last = (await watchOver(network, { rounds: 20, protocol: 'udp' })).at(-1)!;
    t.same(addresses(last), [...tenths(1, 2, 3, 4), to]);
    t.equal(last.destination?.ttl, 5);
  }
});

t.test('a lossy link to the end is no path that grows', async (t) => {
  const network = { paths: [{ to, hops: routers(1, 2, 3, 4), destination: { forwardMs: 2.5, loss: 0.5 } }] };
  for (const protocol of ['icmp', 'udp'] as const) {
    const rounds = await watchOver(network, { rounds: 300, protocol });
    const lengths = new Set(rounds.slice(10).map(({ hops }) => hops.length));
    t.same([...lengths], [5], protocol);
  }
});

t.test('a path that shrinks', async (t) => {
  const change = { atMs: 10_500, hops: routers(1, 4) };
  const rounds = await watchOver(
    { paths: [{ to, hops: routers(1, 2, 3, 4), changes: [change] }] },
    { rounds: 30 },
  );
  t.same(misses(rounds), []);
  t.same(addresses(rounds[11]!), [...tenths(1, 4), to]);
  t.equal(rounds.at(-1)?.destination?.received, 30);
});

t.test('a path that comes and goes', async (t) => {
  const ways = [
    [1, 2, 3],
    [1, 2, 8, 9, 3],
    [1, 3],
  ];
  const network = {
    paths: [
      {
        to,
        hops: routers(...ways[0]!),
        changes: Array.from({ length: 60 }, (_, index) => ({
          atMs: (index + 1) * 5000 + 500,
          hops: routers(...ways[(index + 1) % 3]!),
        })),
      },
    ],
  };
  const rounds = await watchOver(network, { rounds: 300 });
  t.same(misses(rounds), []);
  t.equal(rounds.at(-1)?.destination?.received, 300);
  for (const { round, hops } of rounds) {
    for (const { ttl, loss } of hops) t.equal(loss.verdict, 'none', `hop ${ttl} of round ${round}`);
  }
});

t.test('loss is loss, at the destination too', async (t) => {
  const network = { paths: [{ to, hops: routers(1, 2, 3), destination: { loss: 0.2 } }] };
  const [last] = (await watchOver(network, { rounds: 2000 })).slice(-1);
  const { sent, received, loss } = last!.destination!;
  t.ok(sent >= 1990 && sent <= 2000, `${sent} sent`);
  t.ok(Math.abs(1 - received / sent - 0.2) < 0.035, `${1 - received / sent} lost`);
  t.equal(loss.verdict, 'forwarding');
  t.ok(loss.sent > 90 && loss.sent <= 100, `of the last ${loss.sent}`);
  for (const { sent, received } of last!.hops.slice(0, 3)) t.same([sent, received], [2000, 2000]);
});

t.test('a silent destination, a silent router', async (t) => {
  const hops = [router(1), router(2, { silent: true }), router(3)];
  const rounds = await watchOver({ paths: [{ to, hops, destination: { silent: true } }] }, { rounds: 10 });
  const last = rounds.at(-1)!;
  t.same([last.reached, last.end, last.destination], [false, 'silence', null]);
  t.same(addresses(last), ['10.0.1.1', null, '10.0.3.1', null, null, null, null, null]);
  t.equal(last.hops[1]?.loss.verdict, 'silent');
  t.same([last.hops[2]?.sent, last.hops[2]?.received], [10, 10]);
});

t.test('a destination that goes away and comes back', async (t) => {
  const dead = { atMs: 10_500, hops: [...routers(1, 2), router(3, { loss: 1 })] };
  const back = { atMs: 20_500, hops: routers(1, 2, 3) };
  const rounds = await watchOver(
    { paths: [{ to, hops: routers(1, 2, 3), changes: [dead, back] }] },
    { rounds: 30 },
  );
  t.same(
    rounds.filter(({ reached }) => !reached).map(({ round }) => round),
    Array.from({ length: 10 }, (_, index) => index + 12),
  );
  const { sent, received } = rounds.at(-1)!.destination!;
  t.same([sent, received], [30, 20], 'what it did not answer is counted');
  t.same(
    rounds.slice(11, 21).map(({ end }) => end),
    new Array(10).fill('destination'),
    'where the path ends is still known',
  );
});

t.test('a router that says there is no way on, for a while', async (t) => {
  const refusing = { atMs: 5_500, hops: [router(1), router(2, { refuses: 'host-unreachable' as const })] };
  const back = { atMs: 10_500, hops: routers(1, 2, 3) };
  const rounds = await watchOver(
    { paths: [{ to, hops: routers(1, 2, 3), changes: [refusing, back] }] },
    { rounds: 15 },
  );
  const refused = rounds[8]!;
  t.same([refused.end, refused.unreachable, refused.reached], ['unreachable', 'host-unreachable', false]);
  t.same(addresses(refused), tenths(1, 2));
  t.equal(refused.hops[1]?.unreachable, 'host-unreachable');
  t.ok(refused.destination!.received < refused.destination!.sent);
  const last = rounds.at(-1)!;
  t.same([last.end, last.unreachable, last.reached], ['destination', null, true]);
  t.same(addresses(last), [...tenths(1, 2, 3), to]);
  t.same([last.destination?.sent, last.destination?.received], [15, 10]);
  t.equal(last.hops[1]?.unreachable, null);
});

t.test('a routing loop, for a while', async (t) => {
  const loop = { atMs: 5_500, hops: routers(1, 2, 3, 4), loopsTo: 3 };
  const back = { atMs: 15_500, hops: routers(1, 2, 3, 4) };
  const rounds = await watchOver(
    { paths: [{ to, hops: routers(1, 2, 3, 4), changes: [loop, back] }] },
    { rounds: 25 },
  );
  for (const { round, end, loop, hops } of rounds.slice(6, 16)) {
    t.same([end, loop], ['loop', { from: 3, to: 4 }], `round ${round}`);
    t.equal(hops.length, 5, 'up to where it comes round again');
  }
  const last = rounds.at(-1)!;
  t.same([last.end, last.loop, last.reached], ['destination', null, true]);
  t.same(addresses(last), [...tenths(1, 2, 3, 4), to]);
});

t.test('balancing is no change of path', async (t) => {
  const branches = routers(2, 3);
  const hops = [router(1), { balance: 'per-packet' as const, branches }, router(4)];
  const rounds = await watchOver({ seed: 3, paths: [{ to, hops }] }, { rounds: 300 });
  t.same(misses(rounds), []);
  t.ok(changes(rounds).length <= 3, `${changes(rounds).length} changes`);
  t.same([...rounds.at(-1)!.hops[1]!.addresses].sort(), tenths(2, 3));
});

t.test('round trips longer than a round, and answers that come late', async (t) => {
  const slow = { paths: [{ to, hops: [router(1, { forwardMs: 700 }), router(2)], destination: {} }] };
  const rounds = await watchOver(slow, { rounds: 20, waitMs: 3000 });
  t.same(misses(rounds), []);
  t.same(addresses(rounds.at(-1)!), [...tenths(1, 2), to]);

  // Nothing is known yet of a path that takes longer than is waited: answers count when they come.
  const late = await watchOver(slow, { rounds: 20, waitMs: 1000 });
  const { sent, received, rtt } = late.at(-1)!.hops[0]!;
  t.ok(received >= 18 && received <= sent, `${received} of ${sent}`);
  t.ok(Math.abs(rtt!.median - 1400) <= 14);
});

t.test('the longest path there may be, and longer ones', async (t) => {
  const network = { paths: [{ to, hops: routers(1, 2, 3, 4) }] };
  const whole = await watchOver(network, { rounds: 5, maxHops: 5 });
  t.same(addresses(whole.at(-1)!), [...tenths(1, 2, 3, 4), to]);
  t.same(misses(whole), []);
  const cut = await watchOver(network, { rounds: 5, maxHops: 4 });
  t.same([cut.at(-1)?.end, cut.at(-1)?.reached], ['max-hops', false]);
  t.same(addresses(cut.at(-1)!), tenths(1, 2, 3, 4));
  const later = await watchOver(network, { rounds: 5, firstTtl: 3 });
  t.same(addresses(later.at(-1)!), [...tenths(3, 4), to]);
});

t.test('a snapshot stays as it is', async (t) => {
  const network = { paths: [{ to, hops: [router(1), router(2, { replyLoss: 0.3 })] }] };
  const all = await watchOver(network, { rounds: 250 });
  const { rounds, hops } = { rounds: all, hops: all[120]!.hops };
  t.equal(hops[1]?.loss.sent, 100);
  t.equal(hops[1]?.sent, 121);
  const again = await watchOver(network, { rounds: 121 });
  t.same(again.at(-1), rounds[120], 'whenever it is looked at');
  t.same(JSON.parse(JSON.stringify(rounds[120])).hops[1].loss, hops[1]?.loss);
});

t.test('a slow reader gets the newest round', async (t) => {
  const { clock, tracer } = await stage({ paths: [{ to, hops: routers(1) }] });
  const seen: number[] = [];
  let release = () => {};
  const reading = (async () => {
    for await (const { round } of tracer.watch(to, { rounds: 10 })) {
      seen.push(round);
      if (round === 3) await new Promise<void>((resolve) => (release = resolve));
    }
  })();
  await clock.run(7500);
  release();
  await clock.runUntil(reading);
  t.same(seen, [1, 2, 3, 8, 9, 10]);
  await tracer.close();
});

t.test('stopping', async (t) => {
  let answers = 0;
  const { clock, tracer } = await stage({ paths: [{ to, hops: routers(1) }] }, () => answers++);
  const read = async (options: WatchOptions, leaveAt = Number.POSITIVE_INFINITY) => {
    let last = 0;
    for await (const { round } of tracer.watch(to, options)) {
      last = round;
      if (round === leaveAt) break;
    }
    return last;
  };
  t.equal(await clock.runUntil(read({}, 5)), 5, 'leaving the loop');
  const before = answers;
  await clock.run(clock.now() + 5000);
  t.equal(answers, before, 'nothing is sent any more');

  const stop = new AbortController();
  const reading = read({ signal: stop.signal });
  await clock.run(clock.now() + 3500);
  stop.abort();
  t.equal(await reading, 4, 'a signal ends it in order');
  t.equal(await read({ signal: AbortSignal.abort() }), 0);

  await t.rejects(read({ intervalMs: 50 }), { code: 'OPTION_INVALID', message: /intervalMs is 50/ });
  await t.rejects(read({ rounds: 0 }), { code: 'OPTION_INVALID', message: /rounds is 0/ });
  await t.rejects(read({ maxHops: 65 }), { code: 'OPTION_INVALID', message: /maxHops is 65/ });

  const open = read({});
  await clock.run(clock.now() + 1500);
  await Promise.all([tracer.close(), t.rejects(open, { code: 'TRACER_CLOSED' })]);
  await t.rejects(read({}), { code: 'TRACER_CLOSED' });
});

t.test('no route at all', async (t) => {
  const watching = watchOver({ paths: [{ to: '198.51.100.1' }] }, { rounds: 5 });
  await t.rejects(watching, { code: 'TARGET_UNROUTABLE' });
});
