import t from 'tap';
import { openMemoryStore } from '../../src/store/memory-store.js';
import { add, storeContract } from './contract.js';

storeContract(t, async () => openMemoryStore());

t.test('beyond its bound the oldest trace is forgotten', async (t) => {
  const store = await openMemoryStore({ maxTraces: 2 });
  for (const startedAt of [20, 10, 30]) await add(store, { startedAt });
  const [found] = await store.recent();
  t.same(
    found?.traces.map(({ startedAt }) => startedAt),
    [30, 20],
  );
});
