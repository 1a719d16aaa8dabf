import t from 'tap';
import { delayNoise, dispersionBetween, measureDispersion } from '../../src/statistics/dispersion.js';
import { randomFrom, seedOf } from '../seed.js';
import { hopOf, repliesTo } from './train-replies.js';

const LENGTHS = [1, 8, 32, 1, 16, 32, 1];
const FAR = Number.POSITIVE_INFINITY;

t.test('what the narrowest link takes for a load, from delays without noise', async (t) => {
  const hop = hopOf(3, repliesTo(LENGTHS, 20, 0.1));
  const found = measureDispersion(hop, 0.003, FAR);
  t.match(found, { ttl: 3, from: 1, to: 32, samples: 5, support: 2, clear: true });
  t.ok(Math.abs(found!.msPerLoad - 0.1) < 1e-9);
  t.ok(Math.abs(found!.sentMsPerLoad - 0.0024) < 1e-9);
  t.ok(found!.mostMsPerLoad >= found!.msPerLoad, 'a bound without trains of one load');
});

t.test('the least delays count: one clean train of each length is enough', async (t) => {
  let turn = 0;
  const late = () => [0, 0, 0, 3, 0, 3, 3][turn++]!;
  const found = measureDispersion(hopOf(3, repliesTo(LENGTHS, 20, 0.1, late)), 0.003, FAR);
  t.ok(Math.abs(found!.msPerLoad - 0.1) < 0.001, `${found!.msPerLoad}`);
});

t.test('other traffic gets between longer trains first', async (t) => {
  let turn = 0;
  const traffic = repliesTo([1, 4, 16, 1, 4, 16], 20, 0.1).map((reply) =>
    reply.loads === 16 ? { ...reply, delayMs: reply.delayMs + 0.8 + 1.5 * turn++ } : reply,
  );
  const found = measureDispersion(hopOf(3, traffic), 0.003, FAR);
  t.equal(found!.to, 4);
  t.ok(Math.abs(found!.msPerLoad - 0.1) < 1e-9);
  t.ok(found!.longMsPerLoad > 0.14, 'what long trains make of it is kept');
});

t.test(
  'what others may have added is part of the error, where no train can be shown to be clean',
  async (t) => {
    const random = randomFrom(seedOf(t));
    const exponential = (mean: number) => -mean * Math.log(1 - random());
    // 500 Mbit/s and others' packets, as many as loads, between those of the trains: none of the long ones is clean.
    const busy = (lengths: readonly number[]) =>
      repliesTo(lengths, 20, 0.02).map((reply) => {
        let others = 0;
        for (let at = exponential(2); at < reply.loads - 1; at += exponential(2)) others += 0.02;
        return { ...reply, delayMs: reply.delayMs + others + exponential(0.02) };
      });
    const lengths = Array.from({ length: 100 }, () => [1, 32]).flat();
    const found = measureDispersion(hopOf(3, busy(lengths)), 0.02, FAR)!;
    const off = found.msPerLoad - 0.02;
    t.ok(off > 0 && 3 * found.errorMs > off, `${off} off, ${found.errorMs}`);
    const quiet = repliesTo(lengths, 20, 0.02, () => exponential(0.02));
    const still = measureDispersion(hopOf(3, quiet), 0.02, FAR)!;
    t.ok(Math.abs(still.msPerLoad / 0.02 - 1) < 0.05 && still.errorMs < 0.05 * 0.02, `${still.errorMs}`);
  },
);

t.test('a slow link: several long trains that agree are clean, whatever the others met', async (t) => {
  const random = randomFrom(seedOf(t));
  const replies = repliesTo(Array(40).fill([1, 8]).flat(), 20, 1, () =>
    random() < 0.7 ? 3 * random() : 0.01 * random(),
  );
  const found = measureDispersion(hopOf(3, replies), 0.01, FAR)!;
  t.ok(Math.abs(found.msPerLoad - 1) < 0.01 && found.errorMs < 0.05, `${found.msPerLoad} ± ${found.errorMs}`);
});

t.test('a bucket of tokens lets the first packets through: long trains are right', async (t) => {
  const bucket = repliesTo([1, 4, 64, 1, 4, 64], 20, 0.1).map((reply) => ({
    ...reply,
    delayMs: reply.delayMs - 0.1 * Math.min(reply.loads, 2),
  }));
  const found = measureDispersion(hopOf(3, bucket), 0.003, FAR);
  t.equal(found!.to, 64);
  t.ok(Math.abs(found!.msPerLoad - 0.1) < 0.005, `${found!.msPerLoad}`);
});

t.test('answers to loads in the way', async (t) => {
  // From the fifth load on, a reply starts when answers to loads pass, and waits for half of one.
  const replies = repliesTo([1, 8, 16, 1, 8, 16], 20, 1).map((reply) =>
    reply.loads > 4 ? { ...reply, delayMs: reply.delayMs + 0.5 } : reply,
  );
  const found = measureDispersion(hopOf(3, replies), 0.003, 4);
  t.match(found, { from: 8, to: 16, clear: false }, 'compares what waited with what waited');
  t.ok(Math.abs(found!.msPerLoad - 1) < 1e-9);
  t.equal(measureDispersion(hopOf(3, repliesTo([1, 8], 20, 1)), 0.003, 20)!.clear, true);
});

t.test('too little', async (t) => {
  t.equal(measureDispersion(hopOf(3, []), 0.003, FAR), null);
  t.equal(measureDispersion(hopOf(3, repliesTo([8, 8, 8], 20, 1)), 0.003, FAR), null);
  t.equal(dispersionBetween(repliesTo([1, 8], 20, 1), 1, 16, 0.003), null);
  t.equal(dispersionBetween(repliesTo([1, 8], 20, 1), 8, 8, 0.003), null);
});

t.test('what delays vary by', async (t) => {
  t.equal(delayNoise([]), null);
  t.equal(delayNoise([hopOf(1, [], { rttsMs: [7] })]), null);
  const noise = delayNoise([hopOf(1, [], { rttsMs: [5, 5.01, 5.02] })])!;
  t.ok(Math.abs(noise - 0.015) < 1e-9);
  const queued = repliesTo([1, 1, 1, 1, 8, 8, 16, 16], 20, 1);
  queued[5] = { ...queued[5]!, delayMs: queued[5]!.delayMs + 9 };
  t.ok(delayNoise([hopOf(1, queued)])! < 0.1, 'lengths that met a queue do not count');
});
