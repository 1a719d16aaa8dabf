import t from 'tap';
import { randomFrom, seedOf } from '../../../probe/test/seed.js';
import { atMost, binomial } from '../../src/analyse/binomial.js';
import { median, medianAbsoluteDeviation } from '../../src/analyse/median.js';
import { medianInterval } from '../../src/analyse/order-statistic-interval.js';
import { wilsonInterval } from '../../src/analyse/wilson-interval.js';

t.test('median and median absolute deviation', async (t) => {
  t.equal(median([3]), 3);
  t.equal(median([10, 9, 1]), 9, 'numbers, not text, are sorted');
  t.equal(median([4, 1, 3, 2]), 2.5);
  t.ok(Number.isNaN(median([])));
  t.equal(medianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9]), 1);
  t.equal(medianAbsoluteDeviation([5, 5, 5, 5, 1000]), 0);
});

t.test('the interval of a median is a pair of order statistics', async (t) => {
  const upTo = (n: number) => Array.from({ length: n }, (_, index) => n - index);
  // Published tables of the sign test (Hahn & Meeker, table A.15a): n, and the ranks at 95 %.
  for (const [n, low] of [
    [6, 1],
    [8, 1],
    [9, 2],
    [12, 3],
    [15, 4],
    [20, 6],
    [25, 8],
    [50, 18],
    [100, 40],
  ] as const) {
    const interval = medianInterval(upTo(n));
    t.same([interval.low, interval.high], [low, n + 1 - low], `of ${n}`);
    t.ok(interval.coverage >= 0.95);
  }
  t.same(medianInterval([7]), { low: 7, high: 7, coverage: 0 });
  t.same(medianInterval([9, 7, 8]), { low: 7, high: 9, coverage: 0.75 });
  t.equal(medianInterval(upTo(5)).coverage, 0.9375, 'five are not enough');
  const large = medianInterval(upTo(20_000));
  t.ok(Math.abs(large.low - (10_000 - 0.98 * Math.sqrt(20_000))) < 2, 'no underflow with many');
});

t.test('it covers the true median as often as it says', async (t) => {
  const random = randomFrom(seedOf(t));
  const runs = 4000;
  for (const n of [3, 6, 17]) {
    let covered = 0;
    let promised = 0;
    for (let run = 0; run < runs; run++) {
      // Exponential: the median is ln 2.
      const interval = medianInterval(Array.from({ length: n }, () => -Math.log(1 - random())));
      promised = interval.coverage;
      if (interval.low <= Math.LN2 && Math.LN2 <= interval.high) covered += 1;
    }
    // Five standard errors: once in a million runs.
    const slack = 5 * Math.sqrt((promised * (1 - promised)) / runs);
    t.ok(Math.abs(covered / runs - promised) < slack, `${n}: ${covered / runs} of ${promised}`);
  }
});

t.test('Wilson’s interval', async (t) => {
  const rounded = (hits: number, trials: number) => {
    const { low, high } = wilsonInterval(hits, trials);
    return [low.toFixed(4), high.toFixed(4)];
  };
  t.same(rounded(0, 10), ['0.0000', '0.2775']);
  t.same(rounded(1, 3), ['0.0615', '0.7923']);
  t.same(rounded(5, 10), ['0.2366', '0.7634']);
  t.same(rounded(81, 263), ['0.2553', '0.3662'], 'Newcombe 1998, table I');
  t.same(rounded(3, 3), ['0.4385', '1.0000']);
  t.same(wilsonInterval(0, 0), { low: 0, high: 1 });
});

t.test('the probability of at most so many is the sum of each', async (t) => {
  for (const n of [1, 2, 7, 40, 300]) {
    for (const p of [0.003, 0.1, 0.5, 0.85]) {
      let sum = 0;
      let worst = 0;
      for (let k = 0; k <= n; k++) {
        sum += binomial(k, n, p);
        worst = Math.max(worst, Math.abs(sum - atMost(k, n, p)));
      }
      t.ok(worst < 1e-9, `${n} at ${p}: ${worst}`);
    }
  }
});
