import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { checksum, fold, pseudoSum, sum } from '../../src/packet/checksum.js';
import { holds, seedOf } from '../seed.js';
import { hex, join } from './hex.js';
import { echoProbe6, echoReply4, ipv4Echo, portUnreachable4, timeExceeded4, udpProbe4 } from './messages.js';

t.test('RFC 1071 section 3', async (t) => {
  const example = hex`00 01  f2 03  f4 f5  f6 f7`;
  t.equal(sum(example, 0, 8), 0x2ddf0);
  t.equal(fold(0x2ddf0), 0xddf2);
  t.equal(checksum(example), 0xffff - 0xddf2);
});

t.test('captured packets verify', async (t) => {
  for (const packet of [ipv4Echo, echoReply4, timeExceeded4, portUnreachable4]) t.equal(checksum(packet), 0);
  const [source4, destination4] = [hex`c0 00 02 01`, hex`c6 33 64 07`];
  t.equal(checksum(udpProbe4, pseudoSum(4, source4, destination4, 17, 16)), 0);
  const source6 = hex`20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 01`;
  const destination6 = hex`20 01 0d b8 00 02 00 00 00 00 00 00 00 00 00 07`;
  t.equal(checksum(echoProbe6, pseudoSum(6, source6, destination6, 58, 16)), 0);
});

t.test('edges', async (t) => {
  t.equal(checksum(new Uint8Array(0)), 0xffff);
  t.equal(checksum(hex`ab`), 0xffff - 0xab00, 'an odd last byte is the high one');
  t.equal(checksum(hex`ff ff`), 0);
  t.equal(checksum(new Uint8Array(200_001).fill(0xff)), 0xff, 'no overflow over any length');
  t.equal(sum(hex`01 02 03 04 05`, 1, 4), 0x0203 + 0x0400, 'a part of the bytes');
});

t.test('the pseudo-header is that of the RFCs', async (t) => {
  const [source4, destination4] = [hex`c0 00 02 01`, hex`c6 33 64 07`];
  // RFC 768: source, destination, zero, protocol, length.
  const written4 = join(source4, destination4, hex`00 11  00 10`);
  t.equal(fold(pseudoSum(4, source4, destination4, 17, 16)), fold(sum(written4, 0, written4.length)));
  const source6 = hex`20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 01`;
  const destination6 = hex`20 01 0d b8 00 02 00 00 00 00 00 00 00 00 00 07`;
  // RFC 8200 section 8.1: source, destination, 32-bit length, zero, next header.
  const written6 = join(source6, destination6, hex`00 01 00 02  00 00 00 3a`);
  t.equal(fold(pseudoSum(6, source6, destination6, 58, 0x10002)), fold(sum(written6, 0, written6.length)));
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const start = fc.nat({ max: 2 ** 20 });
  const packet = fc.tuple(fc.uint8Array({ minLength: 2, maxLength: 100 }), start);
  holds(t, 'with its checksum a packet verifies', seed, 1000, packet, ([bytes, initial]) => {
    const even = bytes.slice(0, bytes.length & ~1);
    even.set([0, 0]);
    const value = checksum(even, initial);
    even.set([value >>> 8, value & 0xff]);
    assert.equal(checksum(even, initial), 0);
  });
  // Ones' complement is arithmetic modulo 0xffff with two zeros; only a sum of nothing but zeros is 0.
  holds(t, 'it is the sum modulo 0xffff', seed, 1000, fc.uint8Array({ maxLength: 100 }), (bytes) => {
    let total = 0n;
    for (let at = 0; at < bytes.length; at += 2) total += BigInt(bytes[at]! * 256 + (bytes[at + 1] ?? 0));
    const folded = total === 0n ? 0n : ((total - 1n) % 0xffffn) + 1n;
    assert.equal(checksum(bytes), 0xffff - Number(folded));
  });
});
