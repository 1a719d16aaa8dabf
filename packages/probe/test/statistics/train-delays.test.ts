import t from 'tap';
import { delaysByLength, leastOf, nearLeast, spreadOf, telling } from '../../src/statistics/train-delays.js';
import { randomFrom, seedOf } from '../seed.js';
import { repliesTo } from './train-replies.js';

t.test('by length', async (t) => {
  t.same(delaysByLength([]), []);
  const [short, long] = delaysByLength(repliesTo([8, 1, 8], 20, 1));
  t.match(
    [short, long],
    [
      { loads: 1, sorted: [21] },
      { loads: 8, sorted: [28, 28] },
    ],
  );
  t.ok(Math.abs(long!.sendMs - 8 * 0.0024) < 1e-9);
});

t.test('lengths with few delays count until there are enough with many', async (t) => {
  const many = (loads: number) => Array(8).fill(loads);
  const kept = (loads: readonly number[]) =>
    telling(delaysByLength(repliesTo(loads, 20, 1))).map((one) => one.loads);
  t.same(kept([...many(1), ...many(4), 8]), [1, 4, 8]);
  t.same(kept([...many(1), ...many(4), ...many(16), 8]), [1, 4, 16]);
});

t.test('the least of a choice of delays is the mean of the least of every choice', async (t) => {
  const random = randomFrom(seedOf(t));
  for (let round = 0; round < 20; round++) {
    const sorted = Array.from({ length: 9 }, random).sort((a, b) => a - b);
    for (const count of [1, 2, 5, 8, 9, 12]) {
      const choices = Array.from({ length: 2 ** 9 }, (_, bits) => sorted.filter((_, at) => bits & (1 << at)));
      const least = choices.filter(({ length }) => length === Math.min(9, count)).map(([first]) => first!);
      const mean = least.reduce((sum, delay) => sum + delay, 0) / least.length;
      const found = leastOf({ loads: 1, sorted, sendMs: 0 }, count);
      t.ok(Math.abs(found - mean) < 1e-6, `${count} of 9: ${found}, ${mean}`);
    }
  }
});

t.test('how delays are spread', async (t) => {
  const delays = (sorted: readonly number[]) => ({ loads: 1, sorted, sendMs: 0 });
  t.equal(spreadOf(delays([1, 2, 3])), null, 'few do not tell');
  t.equal(spreadOf(delays(Array(9).fill(5))), 0);
  const random = randomFrom(seedOf(t));
  const bell = () => Array.from({ length: 12 }, random).reduce((sum, one) => sum + one, -6);
  const spread = spreadOf(delays(Array.from({ length: 2000 }, bell).sort((a, b) => a - b)))!;
  t.ok(Math.abs(spread - 1) < 0.15, `${spread}`);
  t.equal(nearLeast(delays([1, 1.1, 1.2, 5]), 0.15), 2);
  t.equal(nearLeast(delays([1, 1.1]), 9), 2);
});
