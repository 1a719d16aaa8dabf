import { hex, join } from './hex.js';

/*
 * The captures were taken from Linux routers in network namespaces: 192.0.2.1 probed 198.51.100.7 and
 * 2001:db8:1::1 probed 2001:db8:2::7, one router between them. Echo probes have id 0x1234, checksum 0xbeef,
 * sequence 5; UDP probes go from port 40000 to 33434 with checksum 0xcafe. All have 16 transport bytes.
 */

export const echoProbe4 = hex`
  08 00        // echo request, code 0
  be ef        // checksum
  12 34 00 05  // identifier, sequence number
  e5 62        // compensation
  be ef        // token: the checksum again
  40 41 42 43  // pattern`;

export const udpProbe4 = hex`
  9c 40 82 9a  // ports 40000 → 33434
  00 10        // length 16
  ca fe        // checksum
  dc 34        // compensation
  ca fe        // token: the checksum again
  40 41 42 43  // pattern`;

export const echoProbe6 = hex`
  80 00        // echo request, code 0
  be ef        // checksum
  12 34 00 05  // identifier, sequence number
  11 9b        // compensation
  be ef        // token: the checksum again
  40 41 42 43  // pattern`;

export const udpProbe6 = hex`
  9c 40 82 9a  // ports 40000 → 33434
  00 10        // length 16
  ca fe        // checksum
  6c f4        // compensation
  ca fe        // token: the checksum again
  40 41 42 43  // pattern`;

/** Captured. */
export const echoReply4 = hex`
  00 00        // echo reply, code 0
  c6 ef        // checksum
  12 34 00 05  // identifier, sequence number
  e5 62 be ef 40 41 42 43  // payload of the request`;

/** Captured. */
export const echoReply6 = hex`
  81 00        // echo reply, code 0
  bd ef        // checksum
  12 34 00 05  // identifier, sequence number
  11 9b be ef 40 41 42 43  // payload of the request`;

export const ipv4Echo = hex`
  45 00        // version 4, 5 words; TOS
  00 24        // total length 36
  a9 62        // identification
  40 00        // don't fragment, offset 0
  01           // TTL
  01           // ICMP
  e4 3a        // header checksum
  c0 00 02 01  // 192.0.2.1
  c6 33 64 07  // 198.51.100.7`;

export const ipv4Udp = hex`
  45 00        // version 4, 5 words; TOS
  00 24        // total length 36
  8c f8        // identification
  40 00        // don't fragment, offset 0
  01           // TTL
  11           // UDP
  00 95        // header checksum
  c0 00 02 01  // 192.0.2.1
  c6 33 64 07  // 198.51.100.7`;

export const ipv6Echo = hex`
  60 02 94 15  // version 6, class 0, flow label 0x29415
  00 10        // payload length 16
  3a           // next header: ICMPv6
  01           // hop limit
  20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 01  // 2001:db8:1::1
  20 01 0d b8 00 02 00 00 00 00 00 00 00 00 00 07  // 2001:db8:2::7`;

export const ipv6Udp = hex`
  60 0d e2 c7  // version 6, class 0, flow label 0xde2c7
  00 10        // payload length 16
  11           // next header: UDP
  01           // hop limit
  20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 01  // 2001:db8:1::1
  20 01 0d b8 00 02 00 00 00 00 00 00 00 00 00 07  // 2001:db8:2::7`;

/** Captured. */
export const timeExceeded4 = join(
  hex`
  0b 00        // time exceeded, TTL exceeded in transit
  f4 ff        // checksum
  00 00 00 00  // unused`,
  ipv4Echo,
  echoProbe4,
);

/** Captured. */
export const timeExceeded4Udp = join(
  hex`
  0b 00        // time exceeded, TTL exceeded in transit
  e1 5d        // checksum
  00 00 00 00  // unused`,
  ipv4Udp,
  udpProbe4,
);

/** Captured. */
export const portUnreachable4 = hex`
  03 03        // destination unreachable, port
  e9 5a        // checksum
  00 00 00 00  // unused
  45 00 00 24  // quote: version 4, 5 words; total length 36
  8c fa 40 00  // identification, don't fragment
  3f 11 c2 92  // TTL 63, UDP, header checksum
  c0 00 02 01  // 192.0.2.1
  c6 33 64 07  // 198.51.100.7
  9c 40 82 9a  // ports 40000 → 33434
  00 10 ca fe  // length, checksum
  dc 34 ca fe  // compensation, token
  40 41 42 43  // pattern`;

/** Captured. */
export const timeExceeded6 = join(
  hex`
  03 00        // time exceeded, hop limit exceeded in transit
  72 33        // checksum
  00 00 00 00  // unused`,
  ipv6Echo,
  echoProbe6,
);

/** Captured. */
export const timeExceeded6Udp = join(
  hex`
  03 00        // time exceeded, hop limit exceeded in transit
  4c 4d        // checksum
  00 00 00 00  // unused`,
  ipv6Udp,
  udpProbe6,
);

/** Captured. */
export const portUnreachable6 = join(
  hex`
  01 04        // destination unreachable, port
  4f 3f        // checksum
  00 00 00 00  // unused`,
  ipv6Udp,
  udpProbe6,
);

/** RFC 4884 section 7, RFC 4950 section 3: a stack of two labels. */
export const twoLabels = hex`
  20 00 0e 01  // version 2, checksum
  00 0c 01 01  // object of 12 bytes: MPLS label stack, incoming
  05 dc 0a 01  // label 24000, class 5, not the bottom, TTL 1
  00 12 c1 02  // label 300, class 0, bottom, TTL 2`;

/** RFC 5837: the number of the incoming interface, then a stack of one label. */
export const interfaceAndLabel = hex`
  20 00 dc df  // version 2, checksum
  00 08 02 08  // object of 8 bytes: interface information, incoming, with an index
  00 00 00 07  // index 7
  00 08 01 01  // object of 8 bytes: MPLS label stack, incoming
  ff ff ff ff  // label 1048575, class 7, bottom, TTL 255`;

/** `bytes` and zeros up to `size`: RFC 4884 section 5.1 pads a quote so. */
export function padded(bytes: Uint8Array, size: number): Uint8Array {
  return join(bytes, new Uint8Array(Math.max(0, size - bytes.length)));
}

/** An IPv4 time exceeded that declares a quote of 32 words. */
export const mpls4 = join(
  hex`
  0b 00 00 00  // time exceeded, TTL; checksum left out
  00           // unused
  20           // length of the quote: 32 words of 4 bytes
  00 00        // unused`,
  padded(join(ipv4Udp, udpProbe4), 128),
  twoLabels,
);

/** An IPv6 time exceeded that declares a quote of 16 words. */
export const mpls6 = join(
  hex`
  03 00 00 00  // time exceeded, hop limit; checksum left out
  10           // length of the quote: 16 words of 8 bytes
  00 00 00     // unused`,
  padded(join(ipv6Echo, echoProbe6), 128),
  interfaceAndLabel,
);

/** From before RFC 4884: the extension behind 128 bytes, no length declared. */
export const undeclaredMpls4 = join(
  hex`
  0b 00 00 00  // time exceeded, TTL; checksum left out
  00 00 00 00  // unused, as in RFC 792`,
  padded(join(ipv4Echo, echoProbe4), 128),
  twoLabels,
);
