import t from 'tap';
import { randomFrom } from '../../src/scripted/random.js';

t.test('the same seed gives the same numbers, another gives others', (t) => {
  const take = (seed: number) => Array.from({ length: 5 }, randomFrom(seed));
  t.same(take(7), take(7));
  t.notSame(take(7), take(8));
  t.end();
});

t.test('uniform in [0, 1) for small seeds', (t) => {
  for (const seed of [0, 1, 2, 3]) {
    const random = randomFrom(seed);
    const counts = new Array<number>(10).fill(0);
    for (let index = 0; index < 100_000; index++) {
      const value = random();
      if (!(value >= 0 && value < 1)) t.fail(`${value}`);
      counts[Math.floor(value * 10)]! += 1;
    }
    // Chi-square with 9 degrees of freedom: 27.9 is exceeded by one sequence in a thousand.
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    t.ok(chi < 27.9, `seed ${seed}: chi-square ${chi.toFixed(1)}`);
  }
  t.end();
});
