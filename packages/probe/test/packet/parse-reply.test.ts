import t from 'tap';
import { formatAddress } from '../../src/packet/address.js';
import { type ErrorReply, parseReply, type Quote } from '../../src/packet/parse-reply.js';
import { hex, join, patch } from './hex.js';
import * as messages from './messages.js';

const {
  echoProbe4,
  echoProbe6,
  interfaceAndLabel,
  ipv4Echo,
  ipv4Udp,
  ipv6Echo,
  ipv6Udp,
  padded,
  twoLabels,
  udpProbe4,
  udpProbe6,
} = messages;

const expired4 = hex`0b 00 00 00  00 00 00 00`;
const expired6 = hex`03 00 00 00  00 00 00 00`;

/** The addresses as text, for messages that people can read when a test fails. */
function readable(quote: Quote) {
  return { ...quote, destination: formatAddress(quote.destination) };
}

function error(family: 4 | 6, bytes: Uint8Array): ErrorReply {
  const reply = parseReply(family, 'icmp', bytes);
  if (reply?.kind !== 'error') throw new Error(`not an error: ${JSON.stringify(reply)}`);
  return reply;
}

const echo4 = {
  destination: '198.51.100.7',
  hopLimit: 1,
  ipId: 0xa962,
  transport: 'icmp',
  a: 0x1234,
  b: 0xbeef,
  c: 5,
  token: 0xbeef,
};
const udp4 = { ...echo4, ipId: 0x8cf8, transport: 'udp', a: 40000, b: 33434, c: 0xcafe, token: 0xcafe };
const ends6 = { destination: '2001:db8:2::7', ipId: null };
const echo6 = { ...echo4, ...ends6 };
const udp6 = { ...udp4, ...ends6 };

t.test('captured echo replies', async (t) => {
  const expected = { kind: 'echo-reply', id: 0x1234, sequence: 5, token: 0xbeef };
  t.strictSame(parseReply(4, 'icmp', messages.echoReply4), expected);
  t.strictSame(parseReply(6, 'icmp', messages.echoReply6), expected);
  t.strictSame(parseReply(4, 'icmp', messages.echoReply4.subarray(0, 12)), expected);
  t.strictSame(parseReply(4, 'icmp', messages.echoReply4.subarray(0, 11)), { ...expected, token: null });
  t.strictSame(parseReply(4, 'icmp', messages.echoReply4.subarray(0, 8)), { ...expected, token: null });
  t.equal(parseReply(4, 'icmp', messages.echoReply4.subarray(0, 7)), null);
});

t.test('a datagram from the destination', async (t) => {
  const answer = hex`
    00 35 9c 40  // ports 53 → 40000
    00 08 00 00  // length, no checksum`;
  t.strictSame(parseReply(4, 'udp', answer), { kind: 'udp', sourcePort: 53, destinationPort: 40000 });
  t.strictSame(parseReply(6, 'udp', answer), { kind: 'udp', sourcePort: 53, destinationPort: 40000 });
  t.equal(parseReply(4, 'udp', answer.subarray(0, 7)), null);
});

t.test('captured errors', async (t) => {
  const expired = {
    kind: 'error',
    error: 'time-exceeded',
    code: 0,
    reason: 'ttl-exceeded',
    mtu: null,
    mpls: [],
  };
  const port = { ...expired, error: 'unreachable', reason: 'port-unreachable' };
  const captured: readonly [4 | 6, Uint8Array, object, object][] = [
    [4, messages.timeExceeded4, { ...expired, type: 11 }, echo4],
    [4, messages.timeExceeded4Udp, { ...expired, type: 11 }, udp4],
    [4, messages.portUnreachable4, { ...port, type: 3, code: 3 }, { ...udp4, ipId: 0x8cfa, hopLimit: 63 }],
    [6, messages.timeExceeded6, { ...expired, type: 3 }, echo6],
    [6, messages.timeExceeded6Udp, { ...expired, type: 3 }, udp6],
    [6, messages.portUnreachable6, { ...port, type: 1, code: 4 }, udp6],
  ];
  for (const [family, bytes, expected, quote] of captured) {
    const reply = error(family, bytes);
    t.strictSame({ ...reply, quote: readable(reply.quote) }, { ...expected, quote });
  }
});

t.test('a quote of 8 bytes identifies the probe and has no token', async (t) => {
  for (const length of [8, 9, 11]) {
    const of = (family: 4 | 6, ...parts: Uint8Array[]) => readable(error(family, join(...parts)).quote);
    t.strictSame(of(4, expired4, ipv4Echo, echoProbe4.subarray(0, length)), { ...echo4, token: null });
    t.strictSame(of(4, expired4, ipv4Udp, udpProbe4.subarray(0, length)), { ...udp4, token: null });
    t.strictSame(of(6, expired6, ipv6Echo, echoProbe6.subarray(0, length)), { ...echo6, token: null });
    t.strictSame(of(6, expired6, ipv6Udp, udpProbe6.subarray(0, length)), { ...udp6, token: null });
  }
  t.equal(error(4, join(expired4, ipv4Echo, echoProbe4.subarray(0, 12))).quote.token, 0xbeef);
  const padding = padded(join(ipv4Echo, echoProbe4.subarray(0, 8)), 128);
  t.equal(error(4, join(expired4, padding)).quote.token, null, 'zeros that pad a quote are no token');
});

t.test('every truncation of every message is null or sane', async (t) => {
  const needed: readonly [4 | 6, Uint8Array, number][] = [
    [4, messages.timeExceeded4, 8 + 20 + 8],
    [6, messages.timeExceeded6Udp, 8 + 40 + 8],
    [4, messages.mpls4, 8 + 20 + 8],
    [6, messages.mpls6, 8 + 40 + 8],
  ];
  for (const [family, bytes, least] of needed) {
    const parsed = Array.from({ length: bytes.length + 1 }, (_, length) =>
      parseReply(family, 'icmp', bytes.subarray(0, length)),
    );
    t.ok(parsed.slice(0, least).every((reply) => reply === null));
    t.ok(parsed.slice(least).every((reply) => reply?.kind === 'error'));
  }
});

t.test('quotes as routers bend them', async (t) => {
  const swapped = patch(ipv4Udp, { 2: hex`24 00`, 6: hex`00 40` });
  t.strictSame(readable(error(4, join(expired4, swapped, udpProbe4)).quote), udp4, 'host byte order');
  const shortened = patch(ipv4Udp, { 2: hex`00 10`, 10: hex`00 00` });
  t.strictSame(readable(error(4, join(expired4, shortened, udpProbe4)).quote), udp4, 'length less header');
  const zeroTtl = patch(ipv4Udp, { 8: hex`00` });
  t.equal(error(4, join(expired4, zeroTtl, udpProbe4)).quote.hopLimit, 0, 'TTL as decremented');

  const withOptions = join(
    patch(ipv4Udp, { 0: hex`48` }),
    hex`
    83 0b 04 0a 00 00 01 0a 00 00 02 00  // loose source route with two addresses, end of options`,
  );
  t.strictSame(readable(error(4, join(expired4, withOptions, udpProbe4)).quote), udp4, 'IPv4 options');
  t.equal(parseReply(4, 'icmp', join(expired4, withOptions, udpProbe4.subarray(0, 7))), null);
});

t.test('IPv6 extension headers before the transport header', async (t) => {
  const chained = join(
    patch(ipv6Udp, { 6: hex`00` }),
    hex`
    2b 00 05 02 00 00 01 00                          // hop-by-hop, then routing
    3c 02 04 00 00 00 00 00 00 00 00 00 00 00 00 00  // routing, 24 bytes, then destination options
    00 00 00 00 00 00 00 00
    33 00 01 04 00 00 00 00                          // destination options, then authentication
    2c 01 00 00 00 00 00 00 00 00 00 00              // authentication, 12 bytes, then fragment
    11 00 00 01 00 00 00 2a                          // fragment at offset 0, more to come, then UDP`,
    udpProbe6,
  );
  t.strictSame(readable(error(6, join(expired6, chained)).quote), udp6);
  const later = patch(ipv6Udp, { 6: hex`2c` });
  const fragment = hex`11 00 00 09 00 00 00 2a  // fragment at offset 8`;
  t.equal(parseReply(6, 'icmp', join(expired6, later, fragment, udpProbe6)), null, 'has no transport header');
  const endless = join(patch(ipv6Udp, { 6: hex`00` }), new Uint8Array(4000));
  t.equal(parseReply(6, 'icmp', join(expired6, endless)), null, 'headers to the end');
  const beyond = hex`11 ff 00 00 00 00 00 00  // hop-by-hop of 2048 bytes`;
  t.equal(parseReply(6, 'icmp', join(expired6, patch(ipv6Udp, { 6: hex`00` }), beyond, udpProbe6)), null);
  const tcp = patch(ipv6Udp, { 6: hex`06` });
  t.equal(parseReply(6, 'icmp', join(expired6, tcp, udpProbe6)), null);
});

t.test('what is no answer to a probe of ours is null', async (t) => {
  const nothing: readonly [string, 4 | 6, Uint8Array][] = [
    ['no bytes', 4, new Uint8Array(0)],
    ['our own request', 4, echoProbe4],
    ['our own request', 6, echoProbe6],
    ['an IPv6 echo reply over IPv4', 4, messages.echoReply6],
    ['an IPv4 echo reply over IPv6', 6, messages.echoReply4],
    ['source quench', 4, join(hex`04 00 00 00 00 00 00 00`, ipv4Udp, udpProbe4)],
    ['redirect', 4, join(hex`05 01 00 00 c0 00 02 fe`, ipv4Udp, udpProbe4)],
    ['router advertisement', 6, hex`86 00 00 00 40 00 07 08 00 00 00 00 00 00 00 00`],
    ['an error about TCP', 4, join(expired4, patch(ipv4Udp, { 9: hex`06` }), udpProbe4)],
    ['an error about ICMPv6 inside IPv4', 4, join(expired4, patch(ipv4Echo, { 9: hex`3a` }), echoProbe6)],
    ['an error about an echo reply', 4, join(expired4, ipv4Echo, messages.echoReply4)],
    ['an error about an echo reply', 6, join(expired6, ipv6Echo, messages.echoReply6)],
    ['an IPv6 quote over IPv4', 4, join(expired4, ipv6Udp, udpProbe6)],
    ['an IPv4 quote over IPv6', 6, join(expired6, padded(join(ipv4Udp, udpProbe4), 48))],
    ['a header of four words', 4, join(expired4, patch(ipv4Udp, { 0: hex`44` }), udpProbe4)],
  ];
  for (const [name, family, bytes] of nothing) t.equal(parseReply(family, 'icmp', bytes), null, name);
});

t.test('the names of codes', async (t) => {
  const names: readonly [4 | 6, number, string, string][] = [
    [
      4,
      3,
      'unreachable',
      `net-unreachable host-unreachable protocol-unreachable port-unreachable fragmentation-needed
       source-route-failed net-unknown host-unknown source-isolated net-prohibited host-prohibited
       net-tos-unreachable host-tos-unreachable admin-prohibited precedence-violation precedence-cutoff code-16`,
    ],
    [4, 11, 'time-exceeded', 'ttl-exceeded reassembly-exceeded code-2'],
    [4, 12, 'parameter-problem', 'erroneous-header missing-option bad-length code-3'],
    [
      6,
      1,
      'unreachable',
      `no-route admin-prohibited beyond-scope address-unreachable port-unreachable policy-failed reject-route
       source-route-failed headers-too-long code-9`,
    ],
    [6, 2, 'packet-too-big', 'packet-too-big code-1'],
    [6, 3, 'time-exceeded', 'ttl-exceeded reassembly-exceeded code-2'],
    [
      6,
      4,
      'parameter-problem',
      `erroneous-header unknown-next-header unknown-option incomplete-header-chain segment-routing-error
       unknown-next-header-at-router header-too-big header-chain-too-long too-many-headers too-many-options
       option-too-big code-11`,
    ],
  ];
  for (const [family, type, name, reasons] of names) {
    for (const [code, reason] of reasons.split(/\s+/).entries()) {
      const header = new Uint8Array([type, code, 0, 0, 0, 0, 0, 0]);
      const quote = family === 4 ? join(ipv4Udp, udpProbe4) : join(ipv6Udp, udpProbe6);
      t.match(error(family, join(header, quote)), { error: name, type, code, reason });
    }
  }
  t.equal(error(4, join(hex`03 ff 00 00 00 00 00 00`, ipv4Udp, udpProbe4)).reason, 'code-255');
});

t.test('the MTU of the next hop', async (t) => {
  const mtu4 = (header: Uint8Array) => error(4, join(header, ipv4Udp, udpProbe4)).mtu;
  t.equal(mtu4(hex`03 04 00 00  00 00 05 78  // unused, MTU 1400`), 1400);
  t.equal(mtu4(hex`03 04 00 00  00 00 00 00  // from before RFC 1191`), null);
  t.equal(mtu4(hex`03 03 00 00  00 00 05 78  // port unreachable has none`), null);
  const mtu6 = (header: Uint8Array) => error(6, join(header, ipv6Udp, udpProbe6)).mtu;
  t.equal(mtu6(hex`02 00 00 00  00 00 05 00  // MTU 1280`), 1280);
  t.equal(mtu6(hex`02 00 00 00  ff ff ff ff  // MTU of 32 bits`), 0xffffffff);
});

t.test('MPLS label stacks', async (t) => {
  const two = [
    { label: 24000, trafficClass: 5, bottom: false, ttl: 1 },
    { label: 300, trafficClass: 0, bottom: true, ttl: 2 },
  ];
  const one = [{ label: 0xfffff, trafficClass: 7, bottom: true, ttl: 255 }];
  t.strictSame(error(4, messages.mpls4).mpls, two);
  t.strictSame(error(6, messages.mpls6).mpls, one, 'behind another object');
  t.strictSame(error(4, messages.undeclaredMpls4).mpls, two, 'without a declared length');
  t.strictSame(readable(error(4, messages.mpls4).quote), udp4);
  t.strictSame(readable(error(6, messages.mpls6).quote), echo6);

  // A length in the wrong unit, or one that leads nowhere: the usual place still counts.
  for (const length of [hex`10`, hex`80`, hex`ff`, hex`01`]) {
    t.strictSame(error(4, patch(messages.mpls4, { 5: length })).mpls, two);
  }
  // A longer quote than 128 bytes, declared.
  const long = join(hex`0b 00 00 00 00 22 00 00`, padded(join(ipv4Udp, udpProbe4), 136), twoLabels);
  t.strictSame(error(4, long).mpls, two);
  // A shorter one: against RFC 4884 section 5.1, but plain enough.
  const short = join(hex`0b 00 00 00 00 09 00 00`, ipv4Udp, udpProbe4, twoLabels);
  t.strictSame(error(4, short).mpls, two);
  t.equal(error(4, short).quote.token, 0xcafe);
  const cut = join(hex`0b 00 00 00 00 07 00 00`, ipv4Udp, udpProbe4.subarray(0, 8), twoLabels);
  t.equal(error(4, cut).quote.token, null, 'the quote ends where the extension starts');
});

t.test('what is no extension is not taken for one', async (t) => {
  const extensionAt = 8 + 128;
  const checksumAt = extensionAt + 2;
  const noChecksum = { [checksumAt]: hex`00 00` };
  t.equal(error(4, patch(messages.mpls4, noChecksum)).mpls.length, 2, 'declared, checksum not given');
  t.equal(error(4, patch(messages.undeclaredMpls4, noChecksum)).mpls.length, 0, 'undeclared, not given');
  for (const bytes of [messages.mpls4, messages.undeclaredMpls4]) {
    t.equal(error(4, patch(bytes, { [checksumAt]: hex`0e 02` })).mpls.length, 0, 'wrong checksum');
    t.equal(error(4, patch(bytes, { [extensionAt]: hex`10` })).mpls.length, 0, 'wrong version');
    t.equal(error(4, bytes.subarray(0, extensionAt + 3)).mpls.length, 0, 'cut');
  }
  // Neither type can carry extensions: RFC 4884 section 4.
  const tooBig = join(hex`02 00 00 00 00 00 05 00`, padded(join(ipv6Udp, udpProbe6), 128), twoLabels);
  t.strictSame(error(6, tooBig).mpls, []);
});

t.test('objects with impossible lengths end the walk', async (t) => {
  const unchecked = (objects: Uint8Array) =>
    error(4, join(messages.mpls4.subarray(0, 8 + 128), hex`20 00 00 00`, objects)).mpls;
  t.equal(unchecked(hex`00 00 01 01  00 00 11 01`).length, 0, 'length 0');
  t.equal(unchecked(hex`00 03 01 01  00 00 11 01`).length, 0, 'shorter than its header');
  t.equal(unchecked(hex`00 0c 01 01  00 00 11 01`).length, 0, 'longer than the message');
  t.equal(unchecked(hex`00 04 01 01`).length, 0, 'an empty stack');
  t.equal(unchecked(hex`00 0a 01 01  00 00 11 01  00 00`).length, 1, 'one and a half labels');
  t.equal(unchecked(hex`00 08 01 02  00 00 11 01`).length, 0, 'another type of the class');
  t.equal(unchecked(interfaceAndLabel.subarray(4)).length, 1);
});
