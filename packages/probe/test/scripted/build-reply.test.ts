import t from 'tap';
import { parseAddress } from '../../src/packet/address.js';
import { buildEcho, buildUdp } from '../../src/packet/build-probe.js';
import { checksum, pseudoSum } from '../../src/packet/checksum.js';
import { parseReply } from '../../src/packet/parse-reply.js';
import { buildEchoReply, buildError, buildUdpReply, isSound } from '../../src/scripted/build-reply.js';
import { hex, join } from '../packet/hex.js';

const source = parseAddress('192.0.2.1')!;
const destination = parseAddress('203.0.113.9')!;
const router = parseAddress('198.51.100.1')!;
const source6 = parseAddress('2001:db8::1')!;
const destination6 = parseAddress('2001:db8:9::9')!;
const router6 = parseAddress('2001:db8:1::1')!;

const udp = {
  family: 4,
  transport: 'udp',
  source,
  destination,
  hopLimit: 3,
  bytes: buildUdp({
    family: 4,
    source,
    destination,
    sourcePort: 33_000,
    destinationPort: 33_434,
    checksum: 0x1234,
    size: 16,
  }),
} as const;
const echo6 = {
  family: 6,
  transport: 'icmp',
  source: source6,
  destination: destination6,
  hopLimit: 3,
  bytes: buildEcho({
    family: 6,
    source: source6,
    destination: destination6,
    id: 7,
    sequence: 9,
    checksum: 0xbeef,
    size: 24,
  }),
} as const;
const label = { label: 0x12345, trafficClass: 5, bottom: true, ttl: 1 };

t.test('time exceeded, the quote cut to 8 bytes', (t) => {
  const message = buildError(udp, 1, 0xabcd, router, { type: 11, code: 0, quoteBytes: 8, mpls: [] });
  t.same(
    message,
    hex`
      0b 00 df38 00000000            // type 11 code 0, checksum, unused
      45 00 0024 abcd 4000 01 11     // version 4, 36 bytes, id, don't fragment, TTL 1, UDP
      cff0 c0000201 cb007109         // header checksum, source, destination
      80e8 829a 0010 1234            // ports, length, checksum
    `,
  );
  t.equal(checksum(message), 0, 'the checksum is right');
  t.equal(checksum(message.subarray(8, 28)), 0, "the quoted header's, too");
  t.end();
});

t.test('a whole quote, over IPv6', (t) => {
  const error = { type: 3, code: 0, quoteBytes: Number.POSITIVE_INFINITY, mpls: [] };
  const message = buildError(echo6, 1, 0, router6, error);
  t.same(
    message.subarray(4),
    join(
      hex`
        00000000                     // unused
        60000000 0018 3a 01          // version 6, 24 bytes, ICMPv6, hop limit 1
      `,
      source6,
      destination6,
      echo6.bytes,
    ),
  );
  t.equal(checksum(message, pseudoSum(6, router6, source6, 58, message.length)), 0);
  t.end();
});

t.test('a label stack behind a quote padded to 128 bytes', (t) => {
  for (const [packet, from, type, at] of [
    [udp, router, 11, 5],
    [echo6, router6, 3, 4],
  ] as const) {
    const error = { type, code: 0, quoteBytes: Number.POSITIVE_INFINITY, mpls: [label] };
    const message = buildError(packet, 1, 1, from, error);
    t.equal(message[at], packet.family === 4 ? 32 : 16, 'the length, in words of the family');
    t.same(message.subarray(136, 138), hex`20 00`, 'version 2');
    t.same(message.subarray(140), hex`0008 01 01 12345b01`, 'length, class, type; label, 101, bottom, TTL 1');
    t.equal(checksum(message.subarray(136)), 0);
    t.match(parseReply(packet.family, 'icmp', message), { mpls: [label], reason: 'ttl-exceeded' });
  }
  t.end();
});

t.test('errors are as long as the RFCs let them be', (t) => {
  const long = { ...udp, bytes: new Uint8Array(1400) };
  const long6 = { ...echo6, bytes: new Uint8Array(1400) };
  const whole = { code: 0, quoteBytes: Number.POSITIVE_INFINITY, mpls: [] };
  t.equal(buildError(long, 1, 1, router, { type: 11, ...whole }).length, 576 - 20);
  t.equal(buildError(long6, 1, 1, router6, { type: 3, ...whole }).length, 1280 - 40);
  t.end();
});

t.test('packet too big has an MTU and never labels', (t) => {
  const error = { type: 2, code: 0, mtu: 1280, quoteBytes: Number.POSITIVE_INFINITY, mpls: [label] };
  const message = buildError(echo6, 2, 0, router6, error);
  t.match(parseReply(6, 'icmp', message), {
    error: 'packet-too-big',
    mtu: 1280,
    mpls: [],
    quote: { b: 0xbeef },
  });
  t.equal(message.length, 8 + 40 + 24);
  t.end();
});

t.test('replies of services', (t) => {
  const reply = buildEchoReply(echo6);
  t.same(reply.subarray(4), echo6.bytes.subarray(4), 'identifier, sequence and payload are the same');
  t.equal(reply[0], 129);
  t.ok(isSound({ ...echo6, source: destination6, destination: source6, bytes: reply }));
  const datagram = buildUdpReply(udp);
  t.same(datagram.subarray(0, 6), hex`829a 80e8 0010`, 'ports swapped');
  t.same(datagram.subarray(8), udp.bytes.subarray(8));
  t.ok(isSound({ ...udp, source: destination, destination: source, bytes: datagram }));
  t.end();
});

t.test('a broken packet is not sound', (t) => {
  for (const packet of [udp, echo6]) {
    t.ok(isSound(packet));
    for (let at = 0; at < packet.bytes.length; at++) {
      const bytes = packet.bytes.slice();
      bytes[at]! ^= 0x10;
      if (isSound({ ...packet, bytes })) t.fail(`byte ${at} altered`);
    }
    t.notOk(isSound({ ...packet, bytes: packet.bytes.subarray(0, 7) }));
    t.notOk(isSound({ ...packet, bytes: packet.bytes.subarray(0, 12) }));
  }
  const unchecked = udp.bytes.slice();
  unchecked.set([0, 0], 6);
  t.ok(isSound({ ...udp, bytes: unchecked }), 'RFC 768: 0 is no checksum');
  t.end();
});
