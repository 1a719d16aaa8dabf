import t from 'tap';
import { openMemoryStore } from '../src/store/memory-store.js';
import { TraceKeeper } from '../src/trace-keeper.js';
import { aTrace } from './a-trace.js';

t.test('what is stored is observed, and whoever listens is told', async (t) => {
  const store = await openMemoryStore();
  const keeper = new TraceKeeper(store, { warn() {}, error: () => t.fail('logged') });
  let told = 0;
  const stop = keeper.onStored(() => {
    told += 1;
  });
  const keep = async (second: string, startedAt: number) => {
    const record = aTrace({ hops: ['192.0.2.1', second, '203.0.113.80'], startedAt });
    return (await keeper.begin(record, startedAt)).keep(record);
  };
  for (let n = 1; n <= 8; n++) await keep('198.51.100.1', n * 60_000);
  t.equal(told, 8);
  t.same(await store.events.newest({}, 9), []);
  stop();
  const { trace } = await keep('198.51.100.66', 9 * 60_000);
  t.equal(told, 8);
  t.match(await store.events.newest({}, 9), [
    { type: 'PathDeviation', traceId: trace.id, target: 'www.example.com', at: 9 * 60_000 },
  ]);
});

t.test('a fault in the analysis is logged and loses no trace', async (t) => {
  const store = await openMemoryStore();
  const logged: object[] = [];
  const keeper = new TraceKeeper(store, { warn() {}, error: (details) => void logged.push(details) });
  const record = aTrace();
  // A hop that nobody could have measured.
  const [first, ...others] = record.hops;
  const broken = { ...record, hops: [{ ...first!, hop: { ...first!.hop, loss: null as never } }, ...others] };
  const kept = await (await keeper.begin(record, 0)).keep(broken);
  t.equal(kept.stored, true);
  t.equal(keeper.problem, null);
  t.match(logged, [{ trace: kept.trace.id, err: Error }]);
  t.same(await store.events.newest({}, 9), []);
  const next = await (await keeper.begin(record, 1)).keep({ ...record, startedAt: record.startedAt + 1 });
  t.equal(next.stored, true, 'nor those after it');
});
