import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { Sample } from '../../src/hop.js';
import { quantile } from '../../src/statistics/quantile.js';
import { median, summariseRtt } from '../../src/statistics/rtt.js';
import { holds, seedOf } from '../seed.js';
import { answered } from './samples.js';

const samples = (...rtts: readonly number[]) => answered(rtts) as Sample[];

t.test('quantiles are those of R and NumPy', async (t) => {
  const values = [15, 20, 35, 40, 50];
  const shares: readonly [number, number][] = [
    [0, 15],
    [0.05, 16],
    [0.25, 20],
    [0.4, 29],
    [0.5, 35],
    [0.95, 48],
    [1, 50],
  ];
  for (const [share, value] of shares) t.equal(Math.round(quantile(values, share) * 1e9) / 1e9, value);
  t.equal(quantile([7], 0.95), 7);
  t.ok(Number.isNaN(quantile([], 0.5)));
});

t.test('the median', async (t) => {
  t.equal(median([1]), 1);
  t.equal(median([1, 3]), 2);
  t.equal(median([1, 2, 300]), 2);
  t.equal(median([1, 2, 4, 300]), 3);
});

t.test('sums up a hop', async (t) => {
  t.equal(summariseRtt([]), null);
  t.strictSame(summariseRtt(samples(12.5)), {
    samples: 1,
    min: 12.5,
    median: 12.5,
    max: 12.5,
    stddev: 0,
    stamps: 'kernel',
  });
  // Mean 5, squares 9 + 1 + 1 + 1 + 0 + 0 + 4 + 16 = 32, over 7.
  const eight = summariseRtt(samples(9, 2, 4, 4, 5, 4, 5, 7));
  t.strictSame(eight, {
    samples: 8,
    min: 2,
    median: 4.5,
    max: 9,
    stddev: Math.sqrt(32 / 7),
    stamps: 'kernel',
  });
  t.equal(summariseRtt(samples(10, 9, 100))?.median, 10, 'sorts as numbers');
});

t.test('one stamp of a process makes the summary one of a process', async (t) => {
  const [first, second] = samples(1, 2);
  t.equal(summariseRtt([first!, { ...second!, stamp: 'user' }])?.stamps, 'user');
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const rtts = fc.array(fc.double({ min: 0.001, max: 10_000, noNaN: true }), { minLength: 1, maxLength: 50 });
  holds(t, 'ordered, and the same in any order', seed, 500, rtts, (values) => {
    const given = samples(...values);
    const frozen = Object.freeze(given);
    const { min, median, max, stddev } = summariseRtt(frozen)!;
    assert.ok(min <= median && median <= max);
    assert.ok(stddev >= 0 && stddev <= max - min + 1e-9);
    assert.deepEqual(summariseRtt([...given].reverse()), summariseRtt(given));
  });
});
