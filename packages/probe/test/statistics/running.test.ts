import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { Sample } from '../../src/hop.js';
import { summariseJitter } from '../../src/statistics/jitter.js';
import { quantile } from '../../src/statistics/quantile.js';
import { summariseRtt } from '../../src/statistics/rtt.js';
import { RunningHop } from '../../src/statistics/running.js';
import { holds, randomFrom, seedOf } from '../seed.js';
import { answered } from './samples.js';

function running(attempts: readonly (Sample | null)[]): RunningHop {
  const hop = new RunningHop();
  for (const attempt of attempts) hop.add(attempt);
  return hop;
}

const samplesOf = (attempts: readonly (Sample | null)[]) =>
  attempts.flatMap((attempt) => (attempt === null ? [] : [attempt.rttMs]));

const near = (one: number, other: number, within: number) =>
  assert.ok(Math.abs(one - other) <= within, `${one} is not within ${within} of ${other}`);

/** The running summaries are those of the whole list. */
function agree(attempts: readonly (Sample | null)[]): void {
  const samples = attempts.filter((attempt) => attempt !== null);
  const rtt = summariseRtt(samples);
  const jitter = summariseJitter(attempts);
  const hop = running(attempts);
  const runningRtt = hop.rtt();
  const runningJitter = hop.jitter();
  assert.equal(runningRtt === null, rtt === null);
  assert.equal(runningJitter === null, jitter === null);
  if (rtt !== null && runningRtt !== null) {
    const { samples, min, max, stamps } = rtt;
    assert.deepEqual(
      { ...runningRtt, median: 0, p95: 0, p99: 0, stddev: 0 },
      { samples, min, max, stamps, median: 0, p95: 0, p99: 0, stddev: 0 },
    );
    near(runningRtt.median, rtt.median, 0.01 * rtt.median + 1e-9);
    const sorted = samplesOf(attempts).sort((a, b) => a - b);
    for (const [name, p] of [
      ['p95', 0.95],
      ['p99', 0.99],
    ] as const) {
      const exact = quantile(sorted, p);
      near(runningRtt[name], exact, 0.01 * exact + 1e-9);
    }
    near(runningRtt.stddev, rtt.stddev, 1e-6 * rtt.max);
  }
  if (jitter !== null && runningJitter !== null) {
    near(runningJitter.mean, jitter.mean, 1e-9 * rtt!.max);
    near(runningJitter.rfc3550, jitter.rfc3550, 1e-9 * rtt!.max);
    near(runningJitter.p95MinusMin, jitter.p95MinusMin, 0.01 * rtt!.max);
  }
}

t.test('the published jitter vector', async (t) => {
  const jitter = running(answered([333, 123, 123])).jitter()!;
  t.equal(jitter.mean, 105);
  t.equal(jitter.rfc3550, 12.3046875);
});

t.test('nothing answered', async (t) => {
  t.equal(running([]).rtt(), null);
  t.equal(running([null, null]).rtt(), null);
  t.equal(running([null, null]).jitter(), null);
  t.equal(running(answered([5, null, 6])).jitter(), null);
});

t.test('an answer that comes late counts, but not as jitter', async (t) => {
  const hop = running(answered([5, null, 7]));
  hop.addLate(answered([1200])[0]!);
  t.match(hop.rtt(), { samples: 3, min: 5, max: 1200 });
  t.equal(hop.jitter(), null);
});

t.test('one stamp of a process', async (t) => {
  const [first, second] = answered([1, 2]) as [Sample, Sample];
  t.equal(running([first, { ...second, stamp: 'user' }, first]).rtt()?.stamps, 'user');
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const attempt = fc.option(
    fc.record({
      attempt: fc.constant(0),
      address: fc.constantFrom('192.0.2.1', '192.0.2.1', '192.0.2.2', '2001:db8::1'),
      rttMs: fc.double({ min: 0.001, max: 5000, noNaN: true }),
      stamp: fc.constantFrom('kernel', 'kernel', 'kernel', 'user'),
      replyHopLimit: fc.constant(null),
    }),
    { freq: 4 },
  ) as fc.Arbitrary<Sample | null>;
  holds(t, 'as the summaries of the whole', seed, 1000, fc.array(attempt, { maxLength: 100 }), agree);
});

t.test('more addresses than are kept apart', async (t) => {
  const attempts = Array.from({ length: 1000 }, (_, index) => {
    const address = `192.0.2.${index % 200}`;
    return answered([10 + (index % 7)], address)[0]!;
  });
  const hop = running(attempts);
  t.equal(hop.rtt()?.samples, 1000);
  t.ok(Math.abs(hop.rtt()!.median - 13) <= 0.13);
  t.equal(hop.jitter(), null);
});

t.test('10^5 rounds', async (t) => {
  const random = randomFrom(seedOf(t));
  const attempts = Array.from({ length: 100_000 }, () =>
    random() < 0.05 ? null : answered([80 - 3 * Math.log(1 - random())])[0]!,
  );
  t.doesNotThrow(() => agree(attempts));
});
