import t from 'tap';
import type { Answer } from '../../src/plan/attempt.js';
import { isTrainPacket, Train, type TrainPacket } from '../../src/plan/train.js';
import { TrainLog } from '../../src/plan/train-log.js';
import type { TrainReply } from '../../src/statistics/dispersion.js';

const answer = (by: string, rttMs: number | null, stamp: 'kernel' | 'user' = 'kernel'): Answer => ({
  kind: 'passed',
  by,
  rttMs,
  stamp,
  replyHopLimit: 60,
  unreachable: null,
  mtu: null,
  mpls: [],
  distance: null,
  distanceIsExact: false,
});
const known = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ttl: index + 1,
    addresses: [`10.0.${index + 1}.1`],
    rttsMs: [index + 1],
  }));
const route = { loads: 3, markers: [3, 2, 1], scouts: [2] };
const shape = (mute: boolean, loads = 2) => ({ loads, loadBytes: 1280, mute });

/** Answers a packet that left at `sentMs` and took `rttMs`. */
function reply(train: Train, packet: TrainPacket, rttMs: number | null, by = `10.0.${packet.ttl}.1`): void {
  train.answered(packet, answer(by, rttMs), 'kernel');
}

t.test('the packets of a train', async (t) => {
  const train = new Train(0, shape(true), route, 20, 5);
  t.same(
    train.packets.map(({ role, ttl, size, mute }) => [role, ttl, size, mute]),
    [
      ['load', 3, 1260, true],
      ['load', 3, 1260, true],
      ['marker', 3, 12, false],
      ['marker', 2, 12, false],
      ['marker', 1, 12, false],
      ['scout', 2, 1260, true],
    ],
  );
  t.equal(train.bytes, 3 * 1280 + 3 * 32);
  t.ok(isTrainPacket(train.packets[0]!));
  t.notOk(isTrainPacket({ ttl: 1, sentAt: 0, answer: null, givenUp: false }));
});

t.test('delays count from the departure of the first load', async (t) => {
  const train = new Train(0, shape(true), route, 20, 5);
  for (const [index, packet] of train.packets.entries())
    train.departed(packet, 1_000n + BigInt(index) * 2_000n);
  const marker = train.packets[3]!;
  reply(train, marker, 7);
  reply(train, marker, 9);
  t.same(train.markerReplies, [{ ttl: 2, by: '10.0.2.1', delayMs: 7.006, sendMs: 0.006 }], 'once');
  train.answered(train.packets[2]!, answer('10.0.3.1', 8, 'user'), 'kernel');
  reply(train, train.packets[4]!, null);
  t.equal(train.markerReplies.length, 1, 'without the stamps that count there is no delay');
  t.equal(train.isAwaited, true);
  reply(train, train.packets[5]!, 7);
  t.equal(train.isAwaited, false);
});

t.test('what proves that loads get there', async (t) => {
  const log = new TrainLog({ hops: known(3), reached: true });
  const train = new Train(0, shape(true), route, 20, 0);
  log.trains.push(train);
  t.equal(log.bytes, train.bytes);
  t.equal(log.provenTo(true), 0);
  reply(train, train.packets[5]!, 7, '10.0.1.1');
  t.equal(log.provenTo(true), 0, 'not an answer in somebody else’s place');
  const next = new Train(1, shape(true), route, 20, 0);
  log.trains.push(next);
  reply(next, next.packets[5]!, 7);
  t.equal(log.provenTo(true), 2);
  t.equal(log.provenTo(false), 0, 'not of loads of another kind');
  t.same(
    log.hops(true).map(({ proven }) => proven),
    [true, true, true],
    'the destination by the router in front of it',
  );
  t.same(
    log.hops(false).map(({ proven }) => proven),
    [false, false, false],
  );
});

t.test('hops: counts, kinds, and who moved', async (t) => {
  const log = new TrainLog({ hops: known(3), reached: true });
  const train = new Train(0, shape(true), { ...route, scouts: [] }, 20, 0);
  for (const packet of train.packets) train.departed(packet, 0n);
  log.trains.push(train);
  reply(train, train.packets[3]!, 7, '10.0.9.9');
  reply(train, train.packets[4]!, 3);
  const hops = log.hops(true);
  t.same(
    hops.map(({ answered, missed, moved }) => [answered, missed, moved]),
    [
      [1, 0, false],
      [1, 0, true],
      [0, 1, false],
    ],
  );
  t.same(hops[0]!.replies, [{ train: 0, loads: 2, delayMs: 3, sendMs: 0 }]);
  t.same(log.hops(false)[0]!.replies, []);
  train.spoiled = true;
  t.same(log.hops(true)[0]!.replies, [], 'a train that did not leave whole does not count');
});

/** A train whose packets leave `paceUs` apart, but one that leaves so much later, and that every hop answers. */
function sentTrain(index: number, paceUs: number, pauseUs = 0, behind = 2): Train {
  const train = new Train(index, shape(true, 8), { ...route, scouts: [] }, 20, 0);
  for (const [place, packet] of train.packets.entries()) {
    const late = place * paceUs + (place > behind ? pauseUs : 0);
    train.departed(packet, 1_000_000n + BigInt(1000 * late));
    if (packet.role === 'marker') reply(train, packet, 10 * packet.ttl);
  }
  return train;
}

t.test('trains that this machine was held up in the middle of', async (t) => {
  for (const paceUs of [2, 20, 120]) {
    const log = new TrainLog({ hops: known(3), reached: true });
    const slowest = 9 * paceUs;
    log.trains.push(sentTrain(0, paceUs), sentTrain(1, paceUs, slowest), sentTrain(2, paceUs, slowest + 200));
    t.same([...log.heldUp()], [log.trains[2]], `packets ${paceUs} µs apart are usual where all are`);
    const trains = (replies: readonly TrainReply[]) => replies.map(({ train }) => train);
    for (const { replies, heldUp, answered } of log.hops(true)) {
      t.same([trains(replies), trains(heldUp), answered], [[0, 1], [2], 3]);
    }
    t.ok(log.hops(false).every(({ heldUp }) => heldUp.length === 0));
  }
  const log = new TrainLog({ hops: known(3), reached: true });
  t.equal(log.heldUp().size, 0);
  log.trains.push(new Train(0, shape(true), route, 20, 0), sentTrain(1, 2));
  t.equal(log.heldUp().size, 0, 'nothing is known of one whose stamps are still to come');
  t.ok(log.hops(true).every(({ heldUp }) => heldUp.length === 0));
});

t.test('by how much answers to loads came apart', async (t) => {
  const log = new TrainLog({ hops: known(3), reached: true });
  t.same(log.echoes(), { echoMsPerLoad: null, asked: false, heldUp: true });
  const train = new Train(0, shape(false, 4), { loads: 3, markers: [3], scouts: [] }, 20, 0);
  for (const packet of train.packets) train.departed(packet, 0n);
  log.trains.push(train);
  for (const [index, late] of [0, 2, 4].entries()) reply(train, train.packets[index]!, 10 + late);
  t.same(log.echoes(), { echoMsPerLoad: 2, asked: false, heldUp: false });
  reply(train, train.packets[4]!, 20);
  t.same(log.echoes(), { echoMsPerLoad: 2, asked: true, heldUp: false });
  train.departed(train.packets[4]!, 1_000_000n);
  t.same(log.echoes(), { echoMsPerLoad: 2, asked: true, heldUp: true }, 'by no other train than one held up');
});
