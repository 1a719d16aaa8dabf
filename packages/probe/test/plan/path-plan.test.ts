import t from 'tap';
import { randomFrom, seedOf } from '../seed.js';
import { defaults, type Network, straight, walk } from './walk.js';

const perTtl = (sent: readonly { ttl: number }[]) => {
  const counts: number[] = [];
  for (const { ttl } of sent) counts[ttl] = (counts[ttl] ?? 0) + 1;
  return counts;
};

t.test('a clean path of 15 hops and 80 ms takes little more than its round trip', async (t) => {
  const { plan, sent, now } = walk(straight(15, 80 / 15));
  t.equal(plan.outcome(), 'destination');
  t.equal(plan.end, 15);
  t.ok(now <= 1.1 * 80, `${now} ms`);
  for (let ttl = 1; ttl <= 15; ttl++) {
    const attempts = plan.attempts(ttl);
    t.equal(attempts.length, 3, `three probes at ${ttl}`);
    t.ok(attempts.every(({ answer }) => answer !== null));
  }
  const beyond = sent.filter(({ ttl }) => ttl > 15).length;
  t.ok(beyond <= 1 + 4 * 3, `${beyond} probes beyond the destination`);
});

t.test('also where the long link is the first one', async (t) => {
  const path = straight(15, 0.1);
  const { plan, now } = walk((attempt, index) => {
    const answer = path(attempt, index)!;
    return { ...answer, rttMs: answer.rttMs! + 78.5 };
  });
  t.equal(plan.end, 15);
  t.ok(now <= 1.3 * 80, `${now} ms`);
});

t.test('the last round goes from far to near', async (t) => {
  const { sent } = walk(straight(15, 80 / 15));
  const ttls = sent.slice(1).map(({ ttl }) => ttl);
  const outward = Array.from({ length: 16 }, (_, index) => index + 1);
  t.strictSame(ttls.slice(0, 16), outward);
  t.strictSame(ttls.slice(16, 32), outward);
  t.strictSame(ttls.slice(32, 48), outward.toReversed());
});

t.test('the first probe goes to the last TTL', async (t) => {
  t.equal(walk(straight(4, 1)).sent[0]?.ttl, 30);
  t.equal(walk(straight(4, 1), { maxHops: 9 }).sent[0]?.ttl, 9);
});

t.test('a near destination is not flooded', async (t) => {
  for (const distance of [1, 2, 5]) {
    const { plan, sent, now } = walk(straight(distance, 0.1));
    t.equal(plan.end, distance);
    const atDestination = sent.filter(({ ttl }) => ttl >= distance).length;
    t.ok(atDestination <= 6, `${atDestination} probes reach the destination at ${distance}`);
    t.ok(now < 20, `done after ${now} ms`);
  }
});

t.test('a path longer than the window is followed to its end', async (t) => {
  const { plan, now } = walk(straight(28, 4));
  t.equal(plan.end, 28);
  t.ok(now < 2.5 * 28 * 4, `${now} ms`);
});

t.test('silent hops between answering ones are given up on a multiple of the round trip', async (t) => {
  const path = straight(15, 80 / 15);
  const { plan, now } = walk((attempt, index) =>
    attempt.ttl === 4 || attempt.ttl === 9 ? null : path(attempt, index),
  );
  t.equal(plan.outcome(), 'destination');
  t.ok(now <= 1.8 * 80, `${now} ms`);
  t.ok(plan.attempts(4).every(({ answer, givenUp }) => answer === null && givenUp));
});

t.test('a destination that never answers ends in silence, within 1.5 s', async (t) => {
  const path = straight(15, 80 / 15);
  const { plan, now } = walk((attempt, index) => (attempt.ttl >= 15 ? null : path(attempt, index)));
  t.equal(plan.outcome(), 'silence');
  t.equal(plan.settled, 19, 'five silent TTLs are told');
  t.ok(now <= 1500, `${now} ms`);
});

t.test('six silent hops do not hide a destination that answers', async (t) => {
  const path = straight(15, 5);
  const { plan } = walk((attempt, index) =>
    attempt.ttl >= 5 && attempt.ttl <= 14 ? null : path(attempt, index),
  );
  t.equal(plan.outcome(), 'destination');
  t.equal(plan.end, 15);
});

t.test('nothing answers at all', async (t) => {
  const { plan, now, sent } = walk(() => null);
  t.equal(plan.outcome(), 'silence');
  t.equal(plan.settled, 5);
  t.ok(now <= 1100, `${now} ms`);
  t.ok(sent.length <= 16 * 3 + 1);
});

t.test('a router that says unreachable ends the path there', async (t) => {
  const path = straight(15, 5);
  const { plan } = walk((attempt, index) =>
    attempt.ttl >= 6
      ? { kind: 'unreachable', by: '10.0.0.6', rttMs: 30, unreachable: 'host-unreachable' }
      : path(attempt, index),
  );
  t.equal(plan.outcome(), 'unreachable');
  t.equal(plan.end, 6);
  t.equal(plan.attempts(6).length, 3);
});

/** Routers 10.0.0.ttl up to `from + length - 1`, then round and round from `from`. */
const looping =
  (from: number, length: number): Network =>
  ({ ttl }) => ({
    kind: 'passed',
    by: `10.0.0.${ttl < from ? ttl : from + ((ttl - from) % length)}`,
    rttMs: 5 * ttl,
  });

t.test('a routing loop is not followed to the TTL limit', async (t) => {
  for (const [from, length, hops] of [
    [8, 2, 16],
    [1, 2, 16],
    [5, 4, 16],
    [8, 6, 25],
  ] as const) {
    const { plan } = walk(looping(from, length));
    t.equal(plan.outcome(), 'loop');
    t.same(plan.loop, { from, to: from + length - 1 });
    t.ok(plan.settled >= from + 3 * length - 1 && plan.settled <= hops, `${plan.settled} hops`);
  }
});

t.test('a loop whose routers limit their answers', async (t) => {
  const left = new Map<string, number>();
  const path = looping(8, 2);
  const { plan } = walk((attempt, index) => {
    const answer = path(attempt, index)!;
    const tokens = left.get(answer.by!) ?? 6;
    left.set(answer.by!, tokens - 1);
    return tokens > 0 ? answer : null;
  });
  t.equal(plan.outcome(), 'loop');
  t.same(plan.loop, { from: 8, to: 9 });
});

t.test('what looks like a loop is none where the destination answers', async (t) => {
  const path = looping(2, 2);
  const { plan } = walk((attempt, index) =>
    attempt.ttl >= 14
      ? { kind: 'destination', by: '192.0.2.1', rttMs: 3, distance: 14 }
      : path(attempt, index),
  );
  t.equal(plan.outcome(), 'destination');
  t.equal(plan.end, 14);
  t.equal(plan.loop, null);
});

t.test('somebody nearer answers in the name of the destination', async (t) => {
  // A middlebox at TTL 3, fast, whose answers have crossed fewer routers than the destination's.
  const path = straight(9, 10);
  for (const far of [true, false]) {
    const { plan } = walk((attempt, index) => {
      if (attempt.ttl === 3) return { kind: 'destination', by: '192.0.2.1', rttMs: 2, replyHopLimit: 62 };
      if (attempt.ttl === 30 && !far) return null;
      const answer = path(attempt, index)!;
      return { ...answer, replyHopLimit: answer.kind === 'destination' ? 56 : 250 };
    });
    t.equal(plan.outcome(), 'destination');
    t.equal(plan.end, 9, far ? 'the first probe says so' : 'the first probe is lost');
    t.ok(plan.attempts(3).every(({ answer }) => answer?.kind === 'destination'));
    for (const ttl of [4, 5, 6, 7, 8]) t.equal(plan.attempts(ttl)[0]?.answer?.by, `10.0.0.${ttl}`);
  }
});

t.test('the TTL limit', async (t) => {
  const { plan } = walk(straight(15, 1), { maxHops: 8 });
  t.equal(plan.outcome(), 'max-hops');
  t.equal(plan.settled, 8);
});

t.test('a destination that answers six times and then once a second is not called lossy', async (t) => {
  let answered = 0;
  const path = straight(3, 10);
  const { plan } = walk((attempt, index) =>
    attempt.ttl >= 3 && answered++ >= 6 ? null : path(attempt, index),
  );
  t.equal(plan.end, 3);
  t.ok(plan.attempts(3).every(({ answer }) => answer !== null));
});

t.test('routers and a destination that limit as Linux does answer all that a trace asks', async (t) => {
  const seed = seedOf(t);
  const random = randomFrom(seed);
  for (let run = 0; run < 200; run++) {
    const distance = 1 + Math.floor(random() * 25);
    const path = straight(distance, 0.05 + random() * 10);
    const asked = new Map<string, number>();
    const { plan } = walk((attempt, index) => {
      const answer = path(attempt, index)!;
      const count = (asked.get(answer.by!) ?? 0) + 1;
      asked.set(answer.by!, count);
      return count > 6 ? null : answer;
    });
    t.equal(plan.end, distance);
    for (let ttl = 1; ttl <= distance; ttl++) {
      const answered = plan.attempts(ttl).filter(({ answer }) => answer !== null).length;
      t.equal(answered, 3, `hop ${ttl} of ${distance}, run ${run}, seed ${seed}`);
    }
  }
});

t.test('from the sixth probe on a TTL is asked once a second', async (t) => {
  const { plan } = walk(straight(3, 10), { probes: 8 });
  for (const ttl of [1, 2]) {
    const times = plan.attempts(ttl).map(({ sentAt }) => sentAt);
    t.equal(times.length, 8);
    for (let index = 5; index < 8; index++) t.ok(times[index]! - times[index - 1]! > 999.999);
  }
});

t.test('packets are paced', async (t) => {
  const { sent } = walk(straight(15, 5));
  for (let index = 5; index < sent.length; index++) {
    const gap = sent[index]!.sentAt - sent[index - 5]!.sentAt;
    t.ok(gap >= 5 * defaults.paceMs - 1e-9, `five packets in ${gap} ms`);
  }
});

t.test('whatever the network does, a plan ends, and its hops are right', async (t) => {
  const seed = seedOf(t);
  const random = randomFrom(seed);
  for (let run = 0; run < 500; run++) {
    const distance = 1 + Math.floor(random() * 25);
    const silent = new Set(
      Array.from({ length: Math.floor(random() * 4) }, () => 1 + Math.floor(random() * 24)),
    );
    const loss = random() < 0.5 ? 0 : random() * 0.3;
    const slow = 0.05 + random() * 10;
    const path = straight(distance, slow);
    const limits = { probes: 1 + Math.floor(random() * 4), paceMs: random() * 2 };
    const { plan, sent } = walk((attempt, index) => {
      if (random() < loss || (attempt.ttl < distance && silent.has(attempt.ttl))) return null;
      return path(attempt, index);
    }, limits);
    const label = `run ${run}, seed ${seed}`;
    t.ok(sent.length <= limits.probes * 31 + 1, label);
    t.ok((perTtl(sent)[1] ?? 0) <= limits.probes, label);
    if (loss === 0) t.equal(plan.end, distance, label);
    else t.ok(plan.end >= distance, label);
    for (let ttl = 1; ttl <= Math.min(plan.settled, distance - 1); ttl++) {
      for (const { answer } of plan.attempts(ttl))
        t.ok(answer === null || answer.by === `10.0.0.${ttl}`, label);
    }
  }
});

t.test('a destination whose only answer quotes how far it is', async (t) => {
  const path = straight(9, 10);
  let answers = 0;
  const { plan } = walk((attempt, index) => {
    const answer = path(attempt, index)!;
    if (answer.kind !== 'destination') return answer;
    answers += 1;
    return answers > 1 ? null : { ...answer, distance: 9, distanceIsExact: true };
  });
  t.equal(plan.outcome(), 'destination');
  t.equal(plan.end, 9);
  t.equal(plan.settled, 9);
});
