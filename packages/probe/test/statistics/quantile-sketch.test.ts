import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { quantile } from '../../src/statistics/quantile.js';
import { QuantileSketch, quantileOf } from '../../src/statistics/quantile-sketch.js';
import { holds, randomFrom, seedOf } from '../seed.js';

const shares = [0, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

/** The largest relative error of any of the quantiles. */
function error(values: readonly number[]): number {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.add(value);
  const sorted = [...values].sort((a, b) => a - b);
  const errors = shares.map((share) => {
    const exact = quantile(sorted, share);
    assert.ok(Math.abs(sketch.quantile(share) / quantileOf(sketch.buckets(), share) - 1) < 1e-12);
    return Math.abs(quantileOf(sketch.buckets(), share) - exact) / exact;
  });
  return Math.max(...errors);
}

t.test('empty', async (t) => {
  t.strictSame(new QuantileSketch().buckets(), []);
  t.ok(Number.isNaN(quantileOf([], 0.5)));
  t.ok(Number.isNaN(new QuantileSketch().quantile(0.5)));
});

t.test('within 1 % whatever the values', async (t) => {
  const seed = seedOf(t);
  const value = fc.oneof(
    fc.double({ min: 0.001, max: 10_000, noNaN: true }),
    fc.double({ min: 20, max: 21, noNaN: true }),
    fc.constantFrom(0.001, 1, 10_000),
  );
  holds(t, 'any values', seed, 1000, fc.array(value, { minLength: 1, maxLength: 200 }), (values) =>
    assert.ok(error(values) <= 0.01 + 1e-9),
  );
});

t.test('10^6 values: within 1 %, and no larger for it', async (t) => {
  const random = randomFrom(seedOf(t));
  const sketch = new QuantileSketch();
  const values: number[] = [];
  const sizes: number[] = [];
  for (let count = 1; count <= 1_000_000; count++) {
    // 20 ms and a queue with a long tail, at most 220 ms.
    const value = 20 + Math.min(200, -5 * Math.log(1 - random()));
    values.push(value);
    sketch.add(value);
    if (count % 100_000 === 0) sizes.push(sketch.buckets().length);
  }
  values.sort((a, b) => a - b);
  for (const share of shares) {
    const exact = quantile(values, share);
    t.ok(Math.abs(quantileOf(sketch.buckets(), share) / exact - 1) <= 0.01, `${share}`);
  }
  t.ok(Math.max(...sizes) <= 121, `${sizes} buckets`);
});

t.test('values out of range count at its ends', async (t) => {
  const sketch = new QuantileSketch();
  for (const value of [0, -5, 1e-300, 1e300, Infinity]) sketch.add(value);
  const buckets = sketch.buckets();
  t.equal(buckets.length, 2);
  t.equal(
    buckets.reduce((sum, { count }) => sum + count, 0),
    5,
  );
  t.ok(Math.abs(buckets[0]!.value / 1e-6 - 1) <= 0.01);
  t.ok(Math.abs(buckets[1]!.value / 1e9 - 1) <= 0.01);
});
