import t from 'tap';
import { longWatch } from './long-watch.js';
import { seedOf } from './seed.js';

t.test('10^4 rounds: memory, quantiles, and a path change that is no loss', async (t) => {
  const { hops, heap, falseMisses, changedAt } = await longWatch(10_000, seedOf(t));
  for (const { ttl, address, sent, errors } of hops) {
    t.ok(sent > 9_990, `hop ${ttl} was asked every round`);
    for (const error of errors) t.ok(error <= 0.01, `${address}: a quantile is ${100 * error} % off`);
  }
  t.same([hops[0]!.sent, hops[0]!.received], [10_000, 10_000]);
  const share = (hop: number) => 1 - hops[hop]!.received / hops[hop]!.sent;
  t.ok(Math.abs(share(1) - 0.05 * 0.98) < 0.01, `${share(1)} of the second router's answers are missing`);
  t.ok(Math.abs(share(2) - 0.02 * 0.98) < 0.006, `${share(2)} of the packets behind it are lost`);
  t.equal(falseMisses, 0);
  t.equal(changedAt, 4001);
  t.ok(heap[1] - heap[0] < 1_500_000, `the heap grew by ${heap[1] - heap[0]} bytes`);
});
