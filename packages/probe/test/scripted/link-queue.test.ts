import t from 'tap';
import { LinkQueue } from '../../src/scripted/link-queue.js';
import { randomFrom } from '../../src/scripted/random.js';

const never = Number.POSITIVE_INFINITY;

t.test('packets leave one after another at the capacity', (t) => {
  // 12 Mbit/s: 1500 bytes take 1 ms.
  const queue = new LinkQueue(12, never, 0, randomFrom(1));
  t.equal(queue.pass(10, 1500), 11);
  t.equal(queue.pass(10, 1500), 12, 'waits for the one before');
  t.equal(queue.pass(10.5, 750), 12.5);
  t.equal(queue.pass(20, 1500), 21, 'an idle link sends at once');
  t.end();
});

t.test('who would wait too long is dropped and delays nobody', (t) => {
  const queue = new LinkQueue(12, 2, 0, randomFrom(1));
  t.same(
    [0, 0, 0, 0, 1].map((time) => queue.pass(time, 1500)),
    [1, 2, 3, null, 4],
  );
  t.end();
});

t.test('arrivals keep their order', (t) => {
  const queue = new LinkQueue(12, never, 0, randomFrom(1));
  t.same(
    [5, 4, 6].map((time) => queue.inOrder(time)),
    [5, 5, 6],
  );
  t.end();
});

t.test("others' packets take their share, also after a long rest", (t) => {
  for (const load of [0.3, 0.6]) {
    const queue = new LinkQueue(12, never, load, randomFrom(3));
    // A packet that takes no time to send samples the wait in the queue: Poisson arrivals see time averages,
    // and a Poisson sampler sees the same. For M/D/1 the mean wait is load / (2 (1 - load)) service times.
    const random = randomFrom(4);
    const rounds = 100_000;
    let time = 1e6;
    let wait = 0;
    for (let round = 0; round < rounds; round++) {
      time -= 5 * Math.log(1 - random());
      wait += queue.pass(time, 0)! - time;
    }
    const expected = load / (2 * (1 - load));
    t.ok(
      Math.abs(wait / rounds / expected - 1) < 0.05,
      `mean wait ${(wait / rounds).toFixed(3)} ms at load ${load}`,
    );
  }
  t.end();
});
