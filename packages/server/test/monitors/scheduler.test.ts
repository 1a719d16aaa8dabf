import t from 'tap';
import { type Outcome, Scheduler } from '../../src/monitors/scheduler.js';
import { openMemoryStore } from '../../src/store/memory-store.js';
import type { Monitor, Schedule } from '../../src/store/monitor-store.js';
import type { Store } from '../../src/store/store.js';
import { HandClock } from '../hand-clock.js';
import { until } from '../until.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Begun {
  readonly monitor: Monitor;
  /** Milliseconds since the start. */
  readonly at: number;
  end(packets?: number | null): Promise<void>;
}

interface Options {
  readonly mostAtOnce?: number;
  readonly packetsPerSecond?: number;
  readonly store?: Store;
  readonly clock?: HandClock;
}

/** A scheduler whose runs end when the test says so. */
async function aScheduler(options: Options = {}) {
  const { mostAtOnce = 100, packetsPerSecond = 100_000, clock = new HandClock() } = options;
  const store = options.store ?? (await openMemoryStore());
  const begun: Begun[] = [];
  const scheduler = new Scheduler({
    monitors: store.monitors,
    clock,
    mostAtOnce,
    packetsPerSecond,
    random: () => 0,
    log: { warn() {}, error: (details) => t.fail('logged', { details }) },
    run: (monitor) =>
      new Promise<Outcome | null>((resolve) => {
        const at = clock.now();
        begun.push({
          monitor,
          at,
          async end(packets = 60) {
            const run = { startedAt: clock.wall(), traceId: null, problem: null };
            resolve(packets === null ? null : { run, packets });
            await new Promise((turn) => setImmediate(turn));
          },
        });
      }),
  });
  const add = async (schedule: Schedule, target = 'a.example') => {
    const monitor = await store.monitors.add({ request: { target }, schedule }, 'api', 0);
    scheduler.add(monitor);
    return monitor;
  };
  return { scheduler, clock, store, begun, add };
}

t.test('runs at the times of its schedule', async (t) => {
  const { clock, store, begun, add, scheduler } = await aScheduler();
  const { id } = await add({ cron: '*/10 * * * *' });
  t.equal(scheduler.nextAt(id), clock.wall() + 10 * MINUTE);
  for (let n = 0; n < 3; n++) {
    clock.advance(10 * MINUTE);
    await begun[n]!.end();
  }
  t.same(
    begun.map(({ at }) => at / MINUTE),
    [10, 20, 30],
  );
  t.match(await store.monitors.all(), [{ runs: 3, skipped: 0, last: { startedAt: clock.wall() } }]);
});

t.test('a far time is waited for, and what is removed does not come', async (t) => {
  const { clock, begun, add, scheduler } = await aScheduler();
  await add({ cron: '0 0 1 3 *' });
  const { id } = await add({ every: 600 }, 'b.example');
  scheduler.remove(id);
  t.equal(scheduler.nextAt(id), null);
  clock.advance(58 * 24 * HOUR);
  t.equal(begun.length, 0);
  clock.advance(24 * HOUR);
  t.equal(begun.length, 1);
  t.equal(begun[0]!.at, 59 * 24 * HOUR, 'to the millisecond');
});

t.test('what takes longer than its interval is skipped, not piled up', async (t) => {
  const { clock, store, begun, add } = await aScheduler();
  await add({ cron: '* * * * *' });
  clock.advance(10 * MINUTE);
  t.equal(begun.length, 1);
  await begun[0]!.end();
  clock.advance(MINUTE);
  t.equal(begun.length, 2);
  await until(async () => (await store.monitors.all())[0]!.skipped === 9);
});

t.test('no more at once than allowed; the others wait for their turn', async (t) => {
  const { clock, begun, add } = await aScheduler({ mostAtOnce: 2 });
  for (let n = 0; n < 5; n++) await add({ cron: '@hourly' }, `${n}.example`);
  clock.advance(HOUR);
  t.equal(begun.length, 2);
  await begun[0]!.end();
  t.equal(begun.length, 3);
  await begun[1]!.end();
  await begun[2]!.end();
  t.same(
    begun.map(({ monitor }) => monitor.request.target).sort(),
    ['0', '1', '2', '3', '4'].map((n) => `${n}.example`),
  );
});

t.test('no more packets a second than allowed, on average', async (t) => {
  const { clock, begun, add } = await aScheduler({ packetsPerSecond: 10 });
  for (let n = 0; n < 20; n++) await add({ cron: '@hourly' }, `${n}.example`);
  clock.advance(HOUR);
  const start = clock.now();
  let ended = 0;
  while (begun.length < 20) {
    while (ended < begun.length) await begun[ended++]!.end(120);
    clock.advance(100);
  }
  const seconds = (clock.now() - start) / 1000;
  t.ok(seconds >= 19 * 12 - 2, `20 runs of 120 packets took ${seconds} s`);
  t.ok(seconds <= 20 * 12 + 2);
});

t.test('runs for which there is no place are counted as skipped', async (t) => {
  const { clock, store, begun, add } = await aScheduler();
  await add({ cron: '@hourly' });
  clock.advance(HOUR);
  await begun[0]!.end(null);
  t.match(await store.monitors.all(), [{ runs: 0, skipped: 1, last: null }]);
});

t.test('after a restart nothing is made up for', async (t) => {
  const clock = new HandClock();
  const first = await aScheduler({ clock });
  for (let n = 0; n < 50; n++) await first.add({ every: 60 }, `${n}.example`);
  first.scheduler.stop();
  clock.advance(7 * 24 * HOUR + 1);
  t.equal(first.begun.length, 0, 'a stopped one begins nothing');

  const second = await aScheduler({ clock, store: first.store });
  for (const monitor of await first.store.monitors.all()) second.scheduler.add(monitor);
  const start = clock.now();
  t.equal(second.begun.length, 0, 'no burst');
  clock.advance(MINUTE);
  t.equal(second.begun.length, 50, 'each once in its interval');
  const spread = second.begun.map(({ at }) => at - start);
  t.ok(Math.max(...spread) - Math.min(...spread) > MINUTE / 2, 'spread over it');
});

t.test('a clock that jumps ahead makes up for nothing either', async (t) => {
  const { clock, begun, add } = await aScheduler();
  await add({ every: 60 });
  const wall = clock.wall.bind(clock);
  clock.advance(1000);
  clock.wall = () => wall() + 24 * HOUR;
  clock.advance(3 * HOUR);
  t.ok(begun.length <= 1, 'the run before has not ended: one was begun');
});
