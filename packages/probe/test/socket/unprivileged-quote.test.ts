import t from 'tap';
import { parseReply } from '../../src/packet/parse-reply.js';
import { type QueuedError, rebuildError } from '../../src/socket/unprivileged-quote.js';
import { hex } from '../packet/hex.js';

const v4 = { source: hex`0a000001`, destination: hex`c0000201` };
const v6 = {
  source: hex`20010db8000000000000000000000001`,
  destination: hex`20010db8000000000000000000000002`,
};
const udp: QueuedError = {
  family: 4,
  transport: 'udp',
  type: 11,
  code: 0,
  info: 0,
  ...v4,
  sourcePort: 40_000,
  destinationPort: 33_434,
  quoted: hex`a1a2a3a4`,
  extension: null,
};

t.test('UDP over IPv4', (t) => {
  const expected = hex`
    0b00 0000 00000000 // time exceeded, in transit
    45 00 0020 0000 4000 00 11 0000 // 32 bytes, do not fragment, UDP
    0a000001 c0000201
    9c40 829a 000c 0000 // ports, 12 bytes, checksum not known
    a1a2a3a4`;
  t.same(rebuildError(udp), expected);
  t.end();
});

t.test('echo over IPv6', (t) => {
  const quoted = hex`8000 1234 5678 0009 a1a2`;
  const error = { ...udp, family: 6, transport: 'icmp', type: 3, ...v6, quoted } as const;
  const expected = hex`
    0300 0000 00000000 // time exceeded, in transit
    60000000 000a 3a 00 // 10 bytes, ICMPv6
    20010db8000000000000000000000001
    20010db8000000000000000000000002
    8000 1234 5678 0009 a1a2`;
  t.same(rebuildError(error), expected);
  t.end();
});

t.test('the field that depends on the type', (t) => {
  const word = (fields: Partial<QueuedError>) => [...rebuildError({ ...udp, ...fields }).subarray(4, 8)];
  t.same(word({ type: 3, code: 4, info: 1400 }), [0, 0, 0x05, 0x78], 'fragmentation needed: next MTU');
  t.same(word({ type: 3, code: 3, info: 1400 }), [0, 0, 0, 0], 'port unreachable: nothing');
  t.same(word({ type: 12, info: 9 }), [9, 0, 0, 0], 'parameter problem: pointer');
  t.same(word({ family: 6, ...v6, type: 2, info: 1280 }), [0, 0, 0x05, 0], 'packet too big: MTU');
  t.same(word({ family: 6, ...v6, type: 4, info: 40 }), [0, 0, 0, 40], 'parameter problem: pointer');
  t.end();
});

t.test('extensions keep their place, so that an MPLS stack is found', (t) => {
  // RFC 4884: version 2, checksum absent; RFC 4950: one label 24001, class 0, bottom, TTL 1.
  const extension = hex`2000 0000 0008 01 01 05dc1101`;
  // 128 bytes from the IP header on are quoted: 28 of headers (48 in IPv6), the rest payload and padding.
  const in4 = new Uint8Array(100 + extension.length);
  in4.set(extension, 100);
  const in6 = new Uint8Array(80 + extension.length);
  in6.set(extension, 80);
  const mpls = [{ label: 24_001, trafficClass: 0, bottom: true, ttl: 1 }];
  const found4 = parseReply(4, 'icmp', rebuildError({ ...udp, quoted: in4, extension: 100 }));
  t.match(found4, { kind: 'error', mpls, quote: { a: 40_000, b: 33_434 } });
  const error6 = { ...udp, family: 6, type: 3, ...v6, quoted: in6, extension: 80 } as const;
  t.match(parseReply(6, 'icmp', rebuildError(error6)), { kind: 'error', mpls });
  t.end();
});
