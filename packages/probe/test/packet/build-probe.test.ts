import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { parseAddress } from '../../src/packet/address.js';
import { buildEcho, buildUdp } from '../../src/packet/build-probe.js';
import { checksum, pseudoSum } from '../../src/packet/checksum.js';
import { uint16 } from '../../src/packet/uint16.js';
import { holds, randomFrom, seedOf } from '../seed.js';
import { echoProbe4, echoProbe6, udpProbe4, udpProbe6 } from './messages.js';

const ends = {
  4: { family: 4, source: parseAddress('192.0.2.1')!, destination: parseAddress('198.51.100.7')! },
  6: { family: 6, source: parseAddress('2001:db8:1::1')!, destination: parseAddress('2001:db8:2::7')! },
} as const;

// The kernel of the captures answered or quoted exactly these, so it found their checksums right.
t.test('builds the packets that Linux answered', async (t) => {
  const echo = { id: 0x1234, sequence: 5, checksum: 0xbeef, size: 16 };
  t.same(buildEcho({ ...ends[4], ...echo }), echoProbe4);
  t.same(buildEcho({ ...ends[6], ...echo }), echoProbe6);
  const udp = { sourcePort: 40000, destinationPort: 33434, checksum: 0xcafe, size: 16 };
  t.same(buildUdp({ ...ends[4], ...udp }), udpProbe4);
  t.same(buildUdp({ ...ends[6], ...udp }), udpProbe6);
});

function verifies(family: 4 | 6, protocol: number, bytes: Uint8Array): boolean {
  const { source, destination } = ends[family];
  const covered = family === 6 || protocol === 17;
  return checksum(bytes, covered ? pseudoSum(family, source, destination, protocol, bytes.length) : 0) === 0;
}

t.test('every checksum but 0 and 0xffff is reachable, and verifies', async (t) => {
  const seed = seedOf(t);
  const random = randomFrom(seed);
  const any16 = () => Math.floor(random() * 0x10000);
  for (const family of [4, 6] as const) {
    const wrong: number[] = [];
    for (let wanted = 1; wanted <= 0xfffe; wanted++) {
      const size = 12 + Math.floor(random() * 30);
      const echo = buildEcho({ ...ends[family], id: any16(), sequence: any16(), checksum: wanted, size });
      const udp = buildUdp({
        ...ends[family],
        sourcePort: any16(),
        destinationPort: any16(),
        checksum: wanted,
        size,
      });
      const right =
        uint16(echo, 2) === wanted &&
        uint16(echo, 10) === wanted &&
        uint16(udp, 6) === wanted &&
        uint16(udp, 10) === wanted &&
        verifies(family, family === 4 ? 1 : 58, echo) &&
        verifies(family, 17, udp);
      if (!right) wrong.push(wanted);
    }
    t.same(wrong, [], `IPv${family}: no checksum fails`);
  }
});

t.test('one flow: only sequence and compensation differ between attempts', async (t) => {
  const seed = seedOf(t);
  const any16 = fc.integer({ min: 0, max: 0xffff });
  const flow = fc.tuple(any16, any16, any16, fc.integer({ min: 1, max: 0xfffe }));
  holds(t, 'the rest is equal', seed, 1000, flow, ([id, first, second, wanted]) => {
    const one = buildEcho({ ...ends[4], id, sequence: first, checksum: wanted, size: 40 });
    const two = buildEcho({ ...ends[4], id, sequence: second, checksum: wanted, size: 40 });
    for (const bytes of [one, two]) bytes.set([0, 0, 0, 0], 6);
    assert.deepEqual(one, two);
  });
});

t.test('a packet made of an old one is as good as new', async (t) => {
  const seed = seedOf(t);
  const any16 = fc.integer({ min: 0, max: 0xffff });
  const size = fc.constantFrom(12, 13, 28, 40, 41, 1280);
  const probe = fc.record({
    family: fc.constantFrom(4 as const, 6 as const),
    udp: fc.boolean(),
    a: any16,
    b: any16,
    checksum: fc.integer({ min: 1, max: 0xfffe }),
    size,
    mute: fc.boolean(),
  });
  type Probe = typeof probe extends fc.Arbitrary<infer P> ? P : never;
  const build = ({ family, udp, a, b, ...rest }: Probe, old?: Uint8Array) =>
    udp
      ? buildUdp({ ...ends[family], sourcePort: a, destinationPort: b, ...rest }, old)
      : buildEcho({ ...ends[family], id: a, sequence: b, ...rest }, old);
  holds(t, 'whatever it was', seed, 2000, fc.tuple(probe, probe), ([first, second]) => {
    const old = build(first);
    const made = build(second, old);
    assert.equal(made === old, first.size === second.size, 'its room is used where it fits');
    assert.deepEqual(made, build(second));
  });
});

t.test('every size up to the largest verifies', async (t) => {
  for (const size of [12, 13, 14, 15, 63, 64, 65, 1472, 65_515]) {
    for (const family of [4, 6] as const) {
      const echo = buildEcho({ ...ends[family], id: 1, sequence: 2, checksum: 3, size });
      const udp = buildUdp({ ...ends[family], sourcePort: 1, destinationPort: 2, checksum: 3, size });
      t.equal(echo.length, size);
      t.equal(udp.length, size);
      t.equal(uint16(udp, 4), size, 'UDP says its length');
      t.ok(verifies(family, family === 4 ? 1 : 58, echo), `echo of ${size} over IPv${family}`);
      t.ok(verifies(family, 17, udp), `UDP of ${size} over IPv${family}`);
    }
  }
});

t.test('fields out of range are RangeErrors', async (t) => {
  const echo = { ...ends[4], id: 1, sequence: 2, checksum: 3, size: 16 };
  const udp = { ...ends[4], sourcePort: 1, destinationPort: 2, checksum: 3, size: 16 };
  for (const bad of [0, 0xffff, 0x10000, -1, 1.5, Number.NaN]) {
    t.throws(() => buildEcho({ ...echo, checksum: bad }), RangeError, `checksum ${bad}`);
    t.throws(() => buildUdp({ ...udp, checksum: bad }), RangeError, `checksum ${bad}`);
  }
  for (const bad of [11, 0, -1, 65_516, 12.5, Number.NaN]) {
    t.throws(() => buildEcho({ ...echo, size: bad }), RangeError, `size ${bad}`);
    t.throws(() => buildUdp({ ...udp, size: bad }), RangeError, `size ${bad}`);
  }
  for (const bad of [0x10000, -1, 0.5, Number.NaN]) {
    t.throws(() => buildEcho({ ...echo, id: bad }), RangeError, `id ${bad}`);
    t.throws(() => buildEcho({ ...echo, sequence: bad }), RangeError, `sequence ${bad}`);
    t.throws(() => buildUdp({ ...udp, sourcePort: bad }), RangeError, `source port ${bad}`);
    t.throws(() => buildUdp({ ...udp, destinationPort: bad }), RangeError, `destination port ${bad}`);
  }
});

t.test('mute: the same fields, but the payload does not go with the checksum', async (t) => {
  for (const family of [4, 6] as const) {
    const echo = { ...ends[family], id: 7, sequence: 9, checksum: 0xbeef, size: 1260 };
    const udp = { ...ends[family], sourcePort: 7, destinationPort: 9, checksum: 0xcafe, size: 1260 };
    for (const [protocol, sound, mute] of [
      [family === 4 ? 1 : 58, buildEcho(echo), buildEcho({ ...echo, mute: true })],
      [17, buildUdp(udp), buildUdp({ ...udp, mute: true })],
    ] as const) {
      t.equal(verifies(family, protocol, sound), true);
      t.equal(verifies(family, protocol, mute), false);
      t.same(mute.subarray(0, 8), sound.subarray(0, 8), 'what routers look at is the same');
      t.same(mute.subarray(10), sound.subarray(10));
    }
  }
});
