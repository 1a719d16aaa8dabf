import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { explainLoss } from '../../src/statistics/loss-model.js';
import { holds, seedOf } from '../seed.js';

const path = (sent: number, ...missing: readonly number[]) =>
  missing.map((each) => ({ sent, missing: each, limited: 0.2 }));

t.test('what is missing at one hop alone, it kept back itself', async (t) => {
  const { onTheWay, limited } = explainLoss(path(20, 0, 0, 9, 0, 0, 0), 2);
  t.ok(limited > 0.99, `${limited}`);
  t.ok(onTheWay < 0.1, `${onTheWay}`);
});

t.test('what is missing from some hop on was lost on the way', async (t) => {
  const lossy = path(20, 0, 0, 5, 4, 6, 5, 3);
  t.ok(explainLoss(lossy, 1).onTheWay < 0.15);
  for (const index of [2, 3, 4, 5, 6]) {
    const { onTheWay, limited } = explainLoss(lossy, index);
    t.ok(onTheWay > 0.9, `hop ${index + 1}: ${onTheWay}`);
    t.ok(limited < 0.2, `hop ${index + 1}: ${limited}`);
  }
});

t.test('a limiter on a lossy path has both', async (t) => {
  const { onTheWay, limited } = explainLoss(path(20, 0, 3, 2, 15, 2, 3, 2), 3);
  t.ok(onTheWay > 0.99 && limited > 0.99);
});

t.test('few figures say little', async (t) => {
  const { onTheWay, limited } = explainLoss(path(3, 0, 1, 0), 1);
  t.ok(onTheWay > 0.05 && onTheWay < 0.5 && limited > 0.5 && limited < 0.95);
});

t.test('the posterior is what the sum over all cases by hand is', async (t) => {
  // One hop, one probe, missed: lossless × (0.8 × 0.0005 + 0.2 × ½) against each rate F from this hop, where
  // limiting leaves the mean share over [F, 1]: (1 + F) / 2.
  const rates = Array.from({ length: 32 }, (_, step) => 0.005 * (0.98 / 0.005) ** (step / 31));
  const without = 0.5 * (0.8 * 0.0005 + 0.2 * 0.5);
  const healthy = rates.map((rate) => (0.5 / 32) * 0.8 * (1 - (1 - rate) * 0.9995));
  const limiting = rates.map((rate) => (0.5 / 32) * 0.2 * ((1 + rate) / 2));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const lossy = sum(healthy) + sum(limiting);
  const { onTheWay, limited } = explainLoss([{ sent: 1, missing: 1, limited: 0.2 }], 0);
  t.ok(Math.abs(onTheWay - lossy / (without + lossy)) < 1e-12);
  t.ok(Math.abs(limited - (0.5 * 0.2 * 0.5 + sum(limiting)) / (without + lossy)) < 1e-12);
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const tally = fc
    .integer({ min: 1, max: 1_000_000 })
    .chain((sent) => fc.record({ sent: fc.constant(sent), missing: fc.integer({ min: 0, max: sent - 1 }) }))
    .chain((figures) => fc.constantFrom(0.005, 0.2, 0.85).map((limited) => ({ ...figures, limited })));
  const paths = fc.array(tally, { minLength: 1, maxLength: 255 });
  holds(t, 'probabilities, whatever the figures', seed, 300, paths, (hops) => {
    for (const index of [0, hops.length - 1]) {
      const { onTheWay, limited } = explainLoss(hops, index);
      assert.ok(onTheWay >= 0 && onTheWay <= 1 && limited >= 0 && limited <= 1 + 1e-9);
    }
  });
  holds(t, 'loss on the way to a hop is on the way to those behind it', seed, 300, paths, (hops) => {
    const probabilities = hops.map((_, index) => explainLoss(hops, index).onTheWay);
    for (const [index, one] of probabilities.slice(1).entries())
      assert.ok(one >= probabilities[index]! - 1e-9);
  });
});
