import t from 'tap';
import type { Capacity } from '../../src/hop.js';
import { type CapacityHop, type CapacityPath, judgeCapacities } from '../../src/statistics/capacity.js';
import { hopOf, msPerLoad, repliesTo } from './train-replies.js';

const LENGTHS = [1, 8, 32, 1, 16, 32, 1];
const slow = msPerLoad(20);
const quiet = (ttl: number, ms: number) => hopOf(ttl, repliesTo(LENGTHS, ttl, ms));

function judge(hops: CapacityPath['hops'], more: Partial<CapacityPath> = {}): Capacity[] {
  return judgeCapacities({ hops, loadBytes: 1280, stamps: 'kernel', destination: null, ...more });
}
const mbps = (capacity: Capacity) =>
  capacity.kind === 'unmeasured' ? Number.NaN : Math.round(capacity.mbps);

t.test('an estimate and its interval', async (t) => {
  const capacities = judge([quiet(1, msPerLoad(100)), quiet(2, slow), quiet(3, slow)]);
  t.same(capacities.map(mbps), [100, 20, 20]);
  for (const capacity of capacities) {
    t.match(capacity, { kind: 'estimate', confidence: 0.95, samples: 5 });
    if (capacity.kind !== 'estimate') return;
    t.ok(capacity.low < capacity.mbps && capacity.mbps < capacity.high);
    t.ok(capacity.high - capacity.low <= 0.2 * capacity.mbps);
  }
});

t.test('a hop between others of one stretch follows from them', async (t) => {
  const [, between] = judge([quiet(1, slow), hopOf(2, [], { missed: 7 }), quiet(3, slow)]);
  t.match(between, { kind: 'estimate', samples: 0 });
  t.equal(mbps(between!), 20);
});

t.test('what has no replies of its own is bounded by what comes after', async (t) => {
  const [first] = judge([hopOf(1, [], { missed: 7 }), quiet(2, slow), quiet(3, slow)]);
  t.match(first, { kind: 'at-least', cause: 'rate-limited' });
  t.ok(mbps(first!) <= 20);
  const [, , last] = judge([quiet(1, slow), quiet(2, slow), hopOf(3, [], { missed: 7 })]);
  t.match(last, { kind: 'unmeasured', cause: 'rate-limited' });
});

t.test('reasons', async (t) => {
  const cause = (hops: CapacityPath['hops'], more?: Partial<CapacityPath>) => {
    const capacity = judge(hops, more)[0]!;
    return capacity.kind === 'estimate' ? null : capacity.cause;
  };
  t.equal(cause([hopOf(1, [], { answers: false })]), 'silent');
  t.equal(cause([hopOf(1, [], { answered: 0 })]), 'budget');
  t.equal(cause([{ ...quiet(1, slow), moved: true }]), 'path-changed');
  t.equal(cause([{ ...quiet(1, slow), proven: false }]), 'load-lost');
  t.equal(cause([quiet(1, msPerLoad(400))], { stamps: 'user' }), 'user-space-stamps');
  t.equal(cause([quiet(1, 0.003)]), 'source-limited');
  t.equal(cause([quiet(1, 0.0001)]), 'noisy');
  t.equal(cause([hopOf(1, repliesTo([1, 8], 1, slow))]), 'noisy');
  const heldUp = repliesTo([1, 1], 1, slow);
  const reason = (lengths: readonly number[], more: Partial<CapacityHop>) => {
    const capacity = judge([hopOf(1, repliesTo(lengths, 1, slow), { answered: 9, ...more })])[0]!;
    return capacity.kind === 'unmeasured' && `${capacity.cause}: ${capacity.reason}`;
  };
  t.match(reason([8, 8], { heldUp }), /^noisy: this machine was held up/);
  t.match(reason([], { heldUp }), /^noisy: this machine was held up/);
  t.match(reason([8, 8], {}), /^noisy: too few replies/);
  t.match(reason([8, 8], { heldUp, missed: 10 }), /^rate-limited: /, 'who limits its answers limits them');
});

t.test('gates: what disagrees is no estimate', async (t) => {
  const doubted = (change: (loads: number, train: number) => number, lengths = LENGTHS) => {
    const replies = repliesTo(lengths, 1, slow).map((reply) => ({
      ...reply,
      delayMs: reply.delayMs + change(reply.loads, reply.train),
    }));
    const [capacity] = judge([hopOf(1, replies)]);
    t.not(capacity!.kind, 'estimate', JSON.stringify(capacity));
    t.ok(capacity!.kind !== 'at-least' || capacity!.mbps <= 21, 'and its bound is true');
  };
  const [few] = judge([1, 2, 3].map((ttl) => hopOf(ttl, repliesTo([1, 8], ttl, slow))));
  t.match(
    few,
    { kind: 'at-least', reason: /too few/ },
    'two replies of each hop agree with whatever there is',
  );
  const bursty = (loads: number) => -slow * Math.min(loads - 1, 12);
  doubted(bursty, [1, 8, 32, 1, 16, 32, 1, 64, 64]);
  doubted((loads, train) => (loads > 1 && train % 2 === 0 ? 9 : 0));
  const edge = (ms: number) => judge([quiet(1, ms)])[0];
  t.match(edge(0.0151), { kind: 'at-least', reason: /vary too much/ }, 'its interval reaches 0.7 Gbit/s');
  t.match(edge(0.017), { kind: 'at-least', cause: 'budget' });
  const halfSize = repliesTo([1, 16, 1, 16], 1, slow);
  const [perPacket] = judge([{ ...quiet(1, slow), halfSize }]);
  t.match(perPacket, { kind: 'at-least', reason: /two sizes/ }, 'a router that is slow for each packet');
});

t.test('the destination', async (t) => {
  const hops = [quiet(1, slow), quiet(2, slow)];
  const last = (echoMsPerLoad: number | null, asked = true, heldUp = false) =>
    judge(hops, { destination: { answersLoads: false, echoMsPerLoad, asked, heldUp } })[1];
  t.match(last(slow), { kind: 'estimate' }, 'loads get there, and their answers back as fast');
  t.match(last(4 * slow), { kind: 'at-least', cause: 'reverse-path', mbps: 5 });
  t.match(last(4 * slow, true, true), { kind: 'at-least', cause: 'noisy', reason: /held up/, mbps: 5 });
  t.match(last(slow, true, true), { kind: 'estimate' }, 'a pause only makes answers come further apart');
  t.match(last(null), { kind: 'unmeasured', cause: 'load-lost' });
  t.match(last(null, false), { kind: 'unmeasured', cause: 'budget' });
  const answering = judge(hops, {
    destination: { answersLoads: true, echoMsPerLoad: slow, asked: true, heldUp: false },
  });
  t.match(answering[1], { kind: 'at-least', cause: 'reverse-path' }, 'answers share the way back with loads');
});
