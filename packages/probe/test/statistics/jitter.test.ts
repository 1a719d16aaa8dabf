import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { summariseJitter } from '../../src/statistics/jitter.js';
import { holds, seedOf } from '../seed.js';
import { answered } from './samples.js';

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const differences = (rtts: readonly number[]) =>
  rtts.slice(1).map((rtt, index) => Math.abs(rtt - rtts[index]!));

// The same three RTTs, and what the peers make of them, by their own definitions.
t.test('the published vector: 333, 123, 123', async (t) => {
  const rtts = [333, 123, 123];
  const ours = summariseJitter(answered(rtts))!;
  t.equal(ours.mean, 105, 'mean of |123 − 333| and |123 − 123|');
  // RFC 3550 section 6.4.1 from 0: 210 / 16 = 13.125; 13.125 − 13.125 / 16.
  t.equal(ours.rfc3550, 12.3046875);
  // Sorted 0, 0, 210 above the smallest: 0.95 × 2 = 1.9, so 0.9 of the way from the second to the third.
  t.equal(Math.round(ours.p95MinusMin * 1e9) / 1e9, 189);

  // mtr averages over all replies, of which the first counts as a jitter of 0.
  const mtr = sum([0, ...differences(rtts)]) / rtts.length;
  t.equal(mtr, 70);
  // trippy too, but the first reply's jitter is its whole RTT.
  const trippy = sum([rtts[0]!, ...differences(rtts)]) / rtts.length;
  t.equal(trippy, 181);
  // Globalping takes disjoint pairs; a last one without a partner is paired with 0.
  const pairs = [rtts.slice(0, 2), rtts.slice(2)].map(([first, second]) => Math.abs(first! - (second ?? 0)));
  t.equal(sum(pairs) / pairs.length, 166.5);
});

t.test("mtr's Jint is 16 times RFC 3550", async (t) => {
  // mtr keeps J × 16 in integers: J += jitter − ((J + 8) >> 4).
  const scaled = [0, 210, 0].reduce((jint, jitter) => jint + jitter - ((jint + 8) >> 4), 0);
  t.equal(scaled, 197);
  t.equal(Math.round(summariseJitter(answered([333, 123, 123]))!.rfc3550 * 16), 197);
});

t.test('never across a loss', async (t) => {
  t.equal(summariseJitter(answered([10, null, 90, null, 10])), null);
  t.equal(summariseJitter(answered([10, 12, null, 90, 93]))?.mean, 2.5);
  t.equal(summariseJitter(answered([null, 10, 12, null]))?.mean, 2);
});

t.test('never across a change of address', async (t) => {
  const near = answered([10, 12]);
  const far = answered([90, 94], '192.0.2.2');
  const both = summariseJitter([...near, ...far])!;
  t.equal(both.mean, 3, '|12 − 10| and |94 − 90|, not 78');
  t.ok(both.p95MinusMin <= 4, 'an RTT is compared with the smallest of its own address');
  t.equal(summariseJitter([near[0]!, far[0]!, near[1]!, far[1]!]), null);
});

t.test('null without a single pair', async (t) => {
  for (const rtts of [[], [null], [5], [null, null], [5, null]])
    t.equal(summariseJitter(answered(rtts)), null);
});

t.test('a steady hop has none', async (t) => {
  t.strictSame(summariseJitter(answered([20, 20, 20])), { mean: 0, rfc3550: 0, p95MinusMin: 0 });
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const rtt = fc.double({ min: 0.001, max: 10_000, noNaN: true });
  holds(t, 'within the spread', seed, 500, fc.array(rtt, { minLength: 2, maxLength: 60 }), (rtts) => {
    const { mean, rfc3550, p95MinusMin } = summariseJitter(answered(rtts))!;
    const spread = Math.max(...rtts) - Math.min(...rtts);
    const largest = Math.max(...differences(rtts));
    assert.ok(mean >= 0 && mean <= largest + 1e-9);
    assert.ok(rfc3550 >= 0 && rfc3550 <= largest + 1e-9);
    assert.ok(p95MinusMin >= 0 && p95MinusMin <= spread);
    assert.ok(Math.abs(mean - sum(differences(rtts)) / (rtts.length - 1)) <= 1e-9);
  });
  const attempts = fc.array(fc.option(rtt, { freq: 2 }), { maxLength: 60 });
  holds(t, 'losses at both ends change nothing', seed, 500, attempts, (rtts) => {
    assert.deepEqual(summariseJitter(answered([null, ...rtts, null])), summariseJitter(answered(rtts)));
  });
});
