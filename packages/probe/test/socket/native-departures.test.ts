import fc from 'fast-check';
import t from 'tap';
import { Departures } from '../../src/socket/native-departures.js';
import type { Outgoing, Sent } from '../../src/socket/packet-socket.js';
import { holds, randomFrom, seedOf } from '../seed.js';

const here = Uint8Array.of(127, 0, 0, 1);
const there = Uint8Array.of(192, 0, 2, 1);

function packet(tag: number, fields: Partial<Outgoing> = {}): Outgoing {
  const bytes = Uint8Array.of(8, 0, 0, 0, 0x12, 0x34, tag >>> 8, tag);
  return {
    tag,
    family: 4,
    transport: 'icmp',
    source: here,
    destination: there,
    hopLimit: 5,
    bytes,
    ...fields,
  };
}

/** Stages and hands over packets with these tags; their numbers. */
function depart(departures: Departures, ...tags: number[]): number[] {
  const first = departures.next;
  for (const tag of tags) departures.stage(packet(tag), 0, 8, 0);
  departures.await(first, tags.length);
  return tags.map((_, i) => first + i);
}

/** What C would write: the time of the system call. */
function stampAll(departures: Departures, at: bigint): void {
  const records = new BigInt64Array(departures.ring);
  for (let i = 0; i < records.length; i += 9) records[i] = at;
}

t.test('a record has the layout that C reads', (t) => {
  const departures = new Departures(2);
  departures.stage(packet(1), 0, 8, 0);
  const tag = 0xdeadbeef;
  departures.stage(
    { ...packet(tag), source: here, destination: there, hopLimit: 255 },
    0x1122,
    0x3344,
    33_434,
  );
  const bytes = new Uint8Array(departures.ring, 72, 72);
  const words = new Uint32Array(departures.ring, 72, 18);
  t.equal(words[2], tag, 'tag at 8');
  t.equal(words[3], 1, 'number at 12');
  t.equal(words[4], 0x1122, 'offset at 16');
  t.equal(words[5], 0x3344, 'length at 20');
  t.same(bytes.subarray(32, 36), here, 'source at 32');
  t.same(bytes.subarray(48, 52), there, 'destination at 48');
  t.same([...bytes.subarray(64, 67)], [0x82, 0x9a, 255], 'port in network order, hop limit');
  t.end();
});

t.test('stamps settle in any order, each once', (t) => {
  const departures = new Departures(8);
  const [a, b, c] = depart(departures, 100, 200, 300) as [number, number, number];
  t.equal(departures.settle(b), 200);
  t.equal(departures.settle(b), -1, 'not twice');
  t.equal(departures.settle(99), -1, 'not what was never sent');
  t.equal(departures.awaited, 2);
  t.equal(departures.settle(a), 100);
  t.equal(departures.oldest, c, 'what is settled makes room');
  t.equal(departures.settle(c), 300);
  t.equal(departures.awaited, 0);
  t.end();
});

t.test('numbers go on past 32 bits, of which the kernel returns the low ones', (t) => {
  const first = 2 ** 32 - 2;
  const departures = new Departures(4, first);
  t.same(depart(departures, 10, 11, 12), [first, first + 1, first + 2]);
  t.equal(departures.settle(0), 12);
  t.equal(departures.settle(0xffffffff), 11);
  t.equal(departures.settle(first), 10);
  t.equal(departures.awaited, 0);
  t.end();
});

t.test('refused packets leave no gap', (t) => {
  const departures = new Departures(2);
  departures.stage(packet(1), 0, 8, 0);
  departures.stage(packet(2), 0, 8, 0);
  t.ok(departures.isFull);
  departures.drop(0);
  t.notOk(departures.isFull);
  departures.await(1, 1);
  t.equal(departures.settle(1), 2);
  t.equal(departures.settle(0), -1);
  t.end();
});

t.test('expiry reports our own stamp for what is older, and only that', (t) => {
  const departures = new Departures(8);
  depart(departures, 1, 2, 3);
  stampAll(departures, 5n);
  departures.settle(1);
  const sent: Sent[] = [];
  departures.expire(2, sent);
  t.same(sent, [{ tag: 1, at: 5n, stamp: 'user' }]);
  departures.expire(departures.next, sent);
  t.same(
    sent.map(({ tag }) => tag),
    [1, 3],
  );
  t.equal(departures.settle(0), -1, 'a stamp that comes after that is of no use');
  t.end();
});

t.test('a reply proves only its own packet', (t) => {
  const departures = new Departures(8);
  depart(departures, 1, 2, 3);
  stampAll(departures, 7n);
  const sent: Sent[] = [];
  departures.prove({ destination: here, word: 1, value: 0x12340002 }, sent);
  t.same(sent, [], 'another destination');
  departures.prove({ destination: there, word: 1, value: 0x12340002 }, sent);
  t.same(sent, [{ tag: 2, at: 7n, stamp: 'user' }]);
  departures.prove({ destination: there, word: 1, value: 0x12340002 }, sent);
  t.equal(sent.length, 1, 'once');
  t.end();
});

t.test('whatever the order of stamps, losses and refusals, every packet ends exactly once', (t) => {
  const seed = seedOf(t);
  holds(t, 'exactly once', seed, 300, fc.integer(), (runSeed) => {
    const random = randomFrom(runSeed);
    const departures = new Departures(16);
    const ended = new Map<number, number>();
    const end = (tag: number) => ended.set(tag, (ended.get(tag) ?? 0) + 1);
    let tags = 0;
    for (let step = 0; step < 100; step += 1) {
      const sent: Sent[] = [];
      if (departures.isFull) departures.expire(departures.oldest + 4, sent);
      const number = departures.next;
      departures.stage(packet(tags), 0, 8, 0);
      tags += 1;
      if (random() < 0.2) {
        departures.drop(number);
        end(tags - 1);
      } else departures.await(number, 1);
      if (random() < 0.7) {
        const tag = departures.settle(number - Math.floor(random() * 20));
        if (tag >= 0) end(tag);
      }
      for (const { tag } of sent) end(tag);
    }
    const rest: Sent[] = [];
    departures.expire(departures.next, rest);
    for (const { tag } of rest) end(tag);
    if (departures.awaited !== 0) throw new Error(`${departures.awaited} still awaited`);
    for (let tag = 0; tag < tags; tag += 1) {
      if (ended.get(tag) !== 1) throw new Error(`tag ${tag} ended ${ended.get(tag) ?? 0} times`);
    }
  });
  t.end();
});
