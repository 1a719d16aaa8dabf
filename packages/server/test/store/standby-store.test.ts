import t from 'tap';
import { observe } from '../../src/changes/observe.js';
import { openMemoryStore } from '../../src/store/memory-store.js';
import { openStandbyStore } from '../../src/store/standby-store.js';
import type { Store } from '../../src/store/store.js';
import { StoreError } from '../../src/store/store-error.js';
import { aTrace, QUIET } from '../a-trace.js';
import { HandClock } from '../hand-clock.js';
import { until } from '../until.js';
import { add, storeContract, subject } from './contract.js';

/** A store that stands by until `disk` is there; `tries` counts how often it was looked for. */
async function standingBy() {
  const clock = new HandClock();
  const state = { disk: null as Store | null, tries: 0 };
  const open = async () => {
    state.tries += 1;
    if (state.disk === null) throw new StoreError('STORE_READ_ONLY');
    return state.disk;
  };
  const store = await openStandbyStore({
    open,
    clock,
    say: (error) => `Not now: ${(error as Error).message}`,
  });
  return { store, clock, state };
}

t.test('a store that opens is used as it is', async (t) => {
  const disk = await openMemoryStore();
  const clock = new HandClock();
  t.equal(await openStandbyStore({ open: async () => disk, clock, say: String }), disk);
  t.equal(clock.alarms, 0);
});

t.test('until it opens traces are kept in memory, and afterwards on the disk', async (t) => {
  const { store, clock, state } = await standingBy();
  t.equal(store.problem, 'Not now: The file of traces may not be written.');
  const keep = async (n: number, second: string) => {
    const record = aTrace({ target: 'a.example', startedAt: n, hops: [QUIET[0]!, second, QUIET.at(-1)!] });
    return store.append(await store.begin(record, n), record, observe);
  };
  for (let n = 1; n <= 9; n++) await keep(n, n === 9 ? '198.51.100.66' : '198.51.100.1');
  const underWay = await store.begin(subject('b.example'), 10);
  t.equal((await store.find('a.example'))[0]?.traces.length, 9, 'they are found meanwhile');
  t.equal((await store.latest({ target: 'a.example' }, 0))?.startedAt, 9);
  const others = [() => store.events.lastId(), () => store.monitors.all(), () => store.webhooks.all()];
  for (const other of others) await t.rejects(async () => void (await other()), { code: 'STORE_READ_ONLY' });
  await t.rejects(store.backup('/nowhere'), { code: 'STORE_READ_ONLY' });

  // What others have stored there before has numbers, too.
  const disk = await openMemoryStore();
  for (let n = 1; n <= 3; n++) await add(disk, { target: 'before.example' });
  state.disk = disk;
  clock.advance(1000);
  await until(() => store.problem === null);
  t.equal(clock.alarms, 0, 'it is not looked for any more');
  const [found] = await disk.find('a.example');
  t.strictSame(
    found?.traces.map(({ startedAt }) => startedAt),
    [9, 8, 7, 6, 5, 4, 3, 2, 1],
  );
  t.match(await store.events.newest({}, 9), [
    { type: 'PathDeviation', at: 9, traceId: found?.traces[0]?.id },
  ]);

  const late = await store.append(underWay, aTrace({ target: 'b.example', startedAt: 10 }), observe);
  t.strictSame(await disk.trace(late.id), late, 'what had begun before is stored, too');
  t.strictSame(await disk.counts(), { traces: 13, targets: 3, interrupted: 0 });
});

t.test('it is tried again later and later, and the reason of the last time is told', async (t) => {
  const { store, clock, state } = await standingBy();
  const tried: number[] = [];
  for (let second = 1; second <= 121; second++) {
    const before = state.tries;
    clock.advance(1000);
    await Promise.resolve();
    await new Promise(setImmediate);
    if (state.tries > before) tried.push(second);
  }
  t.strictSame(tried, [1, 3, 7, 15, 31, 61, 91, 121]);
  await store.close();
  t.equal(clock.alarms, 0);
});

t.test('a disk that fails while traces are moved to it gets the rest later, and none twice', async (t) => {
  const { store, clock, state } = await standingBy();
  for (let n = 1; n <= 5; n++) await add(store, { target: 'a.example', startedAt: n });
  const disk = await openMemoryStore();
  let room = 2;
  const append: Store['append'] = async (...given) => {
    if (room-- <= 0) throw new StoreError('STORE_FULL');
    return disk.append(...given);
  };
  state.disk = Object.assign(Object.create(disk), {
    append,
    begin: disk.begin.bind(disk),
    close: async () => {},
  }) as Store;
  clock.advance(1000);
  await until(() => store.problem === 'Not now: There is no space left on the disk for traces.');
  t.equal((await disk.counts()).traces, 2);
  t.equal((await store.find('a.example'))[0]?.traces.length, 5);

  state.disk = disk;
  clock.advance(2000);
  await until(() => store.problem === null);
  const [found] = await disk.find('a.example');
  t.strictSame(
    found?.traces.map(({ startedAt }) => startedAt),
    [5, 4, 3, 2, 1],
  );
});

t.test('once it has opened it keeps all promises of a store', async (t) => {
  await storeContract(t, async () => {
    const { store, clock, state } = await standingBy();
    state.disk = await openMemoryStore();
    clock.advance(1000);
    await until(() => store.problem === null);
    return store;
  });
});
