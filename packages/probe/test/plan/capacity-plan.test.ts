import t from 'tap';
import { type CapacityLimits, CapacityPlan } from '../../src/plan/capacity-plan.js';
import type { TrainPacket } from '../../src/plan/train.js';
import { msPerLoad } from '../statistics/train-replies.js';

interface World {
  readonly hops: number;
  readonly mbps: number;
  /** Loads with a wrong checksum die on the way. */
  readonly strict?: boolean;
  /** Routers answer no more than so many markers. */
  readonly tokens?: number;
  /** Milliseconds from the first to the second packet's departure, by train in the order sent. */
  readonly pauseMs?: (train: number) => number;
}

const limits: CapacityLimits = {
  level: 'quick',
  maxBytes: 280_000,
  maxMbps: Number.POSITIVE_INFINITY,
  header: 20,
  canMute: true,
  stamps: 'kernel',
};

/** Lives a plan through over a path of 10 ms per hop with one capacity. */
function walk(
  { hops, mbps, strict = false, tokens = 1000, pauseMs = () => 0 }: World,
  more: Partial<CapacityLimits> = {},
) {
  const address = (ttl: number) => `10.0.${ttl}.1`;
  const plan = new CapacityPlan(
    { ...limits, ...more },
    {
      hops: Array.from({ length: hops }, (_, index) => ({
        ttl: index + 1,
        addresses: [address(index + 1)],
        rttsMs: [10 * (index + 1), 10 * (index + 1) + 0.002],
      })),
      reached: true,
    },
  );
  const sent: { at: number; packets: readonly TrainPacket[] }[] = [];
  const left = Array.from({ length: hops + 1 }, () => tokens);
  let answers: { at: number; packet: TrainPacket; rttMs: number }[] = [];
  let busyUntil = 0;
  let now = 0;
  for (let steps = 0; ; steps++) {
    if (steps > 100_000) throw new Error('no end');
    for (const { packet, rttMs } of answers.filter(({ at }) => at <= now)) {
      const kind = packet.ttl === hops ? 'destination' : 'passed';
      const nothing = { replyHopLimit: null, unreachable: null, mtu: null, mpls: [], distance: null };
      const rest = { ...nothing, distanceIsExact: false };
      plan.answered(packet, { kind, by: address(packet.ttl), rttMs, stamp: 'kernel', ...rest });
    }
    answers = answers.filter(({ at }) => at > now);
    const step = plan.next(now);
    if (step.kind === 'done') break;
    if (step.kind === 'send') throw new Error('capacities are measured by trains');
    if (step.kind === 'train') {
      const packets = step.attempts as readonly TrainPacket[];
      const pause = pauseMs(sent.length);
      sent.push({ at: now, packets });
      for (const [place, packet] of packets.entries()) {
        const leaves = place === 0 ? now : now + pause;
        plan.departed(packet, BigInt(Math.round(leaves * 1e6)), 'kernel');
        busyUntil = Math.max(busyUntil, leaves) + (msPerLoad(mbps) * (packet.size! + 20)) / 1280;
        const isLost = packet.mute === true && (strict || packet.role === 'load');
        if (isLost || (packet.role !== 'load' && left[packet.ttl]!-- <= 0)) continue;
        const rttMs = busyUntil - leaves + 10 * packet.ttl;
        answers.push({ at: leaves + rttMs, packet, rttMs });
      }
      continue;
    }
    const next = Math.min(step.until, ...answers.map(({ at }) => at));
    if (!(next > now)) throw new Error(`asked to wait until ${next} at ${now}`);
    now = next;
  }
  const bytes = sent.flatMap(({ packets }) => packets).reduce((sum, { size = 0 }) => sum + 20 + size, 0);
  return {
    plan,
    sent,
    now,
    bytes,
    estimates: plan.capacities.map((one) => one.kind === 'estimate' && one.mbps),
  };
}
const isNear = (found: number | false, mbps: number) => found !== false && Math.abs(found / mbps - 1) < 0.05;

for (const mbps of [2, 10, 50, 200]) {
  t.test(`${mbps} Mbit/s, four hops of 10 ms`, async (t) => {
    const { estimates, now, bytes, sent, plan } = walk({ hops: 4, mbps });
    t.ok(
      estimates.every((found) => isNear(found, mbps)),
      `${estimates}`,
    );
    t.ok(now <= 3 * 40 + 300, `${now} ms`);
    t.ok(bytes <= 280_000 && bytes === plan.log.bytes, `${bytes} bytes`);
    const first = sent[0]!.at;
    t.ok(
      bytes * 8 <= 0.6 * 1000 * mbps * (now - first) + 8 * 15_000,
      'half of the link at most, after the first',
    );
  });
}

t.test('the first trains, before anything is known', async (t) => {
  const { sent } = walk({ hops: 20, mbps: 50 });
  const bytes = sent
    .slice(0, 2)
    .flatMap(({ packets }) => packets)
    .reduce((sum, { size = 0 }) => sum + 20 + size, 0);
  t.ok(bytes <= 15_500, `${bytes} bytes`);
  t.same(
    sent.slice(0, 2).map(({ packets }) => packets.filter(({ role }) => role === 'load').length),
    [1, 8],
  );
});

t.test('a machine that was held up while it sent', async (t) => {
  const often = walk({ hops: 4, mbps: 50, pauseMs: (train) => (train % 3 === 1 ? 3 : 0) });
  t.ok(often.estimates.every((found) => isNear(found, 50)));
  const always = walk({ hops: 4, mbps: 50, pauseMs: () => 3 });
  for (const capacity of always.plan.capacities) {
    t.match(capacity, {
      kind: 'unmeasured',
      cause: 'noisy',
      reason: 'this machine was held up while it sent',
    });
  }
  t.ok(always.bytes <= 280_000);
  for (const [index, { at, packets }] of always.sent.slice(0, -1).entries()) {
    const bytes = packets.reduce((sum, { size = 0 }) => sum + 20 + size, 0);
    const idle = at + 3 + (msPerLoad(50) * bytes) / 1280;
    t.ok(always.sent[index + 1]!.at >= idle, 'no train stands behind the late end of the one before');
  }
});

t.test('where mute loads die, others are sent', async (t) => {
  const { sent, estimates } = walk({ hops: 4, mbps: 50, strict: true });
  const mutes = sent.map(({ packets }) => packets[0]!.mute);
  t.same(mutes.slice(0, 4), [true, true, false, false]);
  t.notOk(mutes.slice(4).includes(true));
  t.ok(estimates.every((found) => found === false || isNear(found, 50)));
});

t.test('a socket that cannot send them', async (t) => {
  const { sent } = walk({ hops: 4, mbps: 50 }, { canMute: false });
  t.notOk(sent.some(({ packets }) => packets.some(({ mute }) => mute)));
});

t.test('caps', async (t) => {
  t.ok(walk({ hops: 4, mbps: 50 }, { maxBytes: 40_000 }).bytes <= 40_000);
  t.equal(walk({ hops: 4, mbps: 50 }, { maxBytes: 0 }).sent.length, 0);
  const { bytes, now } = walk({ hops: 4, mbps: 50 }, { maxMbps: 1, level: 'thorough' });
  t.ok(8 * bytes <= 1000 * now + 8 * 90_000, 'on average; the last train may still be on its way');
});

t.test('thorough goes on until all is known, and no longer than that', async (t) => {
  t.ok(walk({ hops: 4, mbps: 50 }, { level: 'thorough' }).now < 2000);
  const { now } = walk({ hops: 4, mbps: 50, tokens: 1 }, { level: 'thorough' });
  t.ok(now <= 7500, `${now} ms`);
});

t.test('nobody to ask', async (t) => {
  const plan = new CapacityPlan(limits, { hops: [{ ttl: 1, addresses: [], rttsMs: [] }], reached: false });
  t.same(plan.next(0), { kind: 'done' });
  t.match(plan.capacities, [{ kind: 'unmeasured', cause: 'silent' }]);
});
