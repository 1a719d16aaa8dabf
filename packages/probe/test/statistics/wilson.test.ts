import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { wilson } from '../../src/statistics/wilson.js';
import { holds, seedOf } from '../seed.js';

const rounded = ({ low, high }: { low: number; high: number }) =>
  [low, high].map((end) => Number(end.toFixed(4)));

t.test('published figures', async (t) => {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3; z = 1.96 here as there.
  t.strictSame(rounded(wilson(81, 263)), [0.2553, 0.3662]);
  t.strictSame(rounded(wilson(15, 148)), [0.0624, 0.1605]);
  t.strictSame(rounded(wilson(0, 20)), [0, 0.1611]);
  t.strictSame(rounded(wilson(1, 29)), [0.0061, 0.1718]);
});

t.test('edges', async (t) => {
  t.strictSame(wilson(0, 0), { low: 0, high: 1 });
  t.equal(wilson(0, 5).low, 0);
  t.equal(wilson(5, 5).high, 1);
  t.strictSame(rounded(wilson(3, 10, 0)), [0.3, 0.3], 'no confidence, no width');
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const figures = fc
    .integer({ min: 1, max: 100_000 })
    .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
  holds(
    t,
    'contains the share, inside 0 to 1, symmetric, narrower with more',
    seed,
    1000,
    figures,
    ([k, n]) => {
      const { low, high } = wilson(k, n);
      assert.ok(low >= 0 && low <= k / n + 1e-12 && high >= k / n - 1e-12 && high <= 1);
      const mirror = wilson(n - k, n);
      assert.ok(Math.abs(mirror.low - (1 - high)) < 1e-9 && Math.abs(mirror.high - (1 - low)) < 1e-9);
      const more = wilson(10 * k, 10 * n);
      assert.ok(more.high - more.low < high - low);
      // The ends are where the score test is just significant.
      for (const end of [low, high]) {
        if (end > 0 && end < 1)
          assert.ok(Math.abs(Math.abs(k / n - end) - 1.96 * Math.sqrt((end * (1 - end)) / n)) < 1e-6);
      }
    },
  );
});
