import type { Family } from '../socket/packet-socket.js';

/**
 * The Internet checksum, RFC 1071: the ones' complement of the ones' complement sum of 16-bit words, an odd
 * last byte padded with zero. `initial` is a sum to start from (`pseudoSum`). Over bytes that contain their
 * own right checksum it is 0.
 */
export function checksum(bytes: Uint8Array, initial = 0): number {
  return 0xffff - fold(initial + sum(bytes, 0, bytes.length));
}

/** The plain sum of the 16-bit words in `[from, to)`, not folded, an odd last byte padded with zero. */
export function sum(bytes: Uint8Array, from: number, to: number): number {
  let total = 0;
  const even = to - ((to - from) & 1);
  for (let at = from; at < even; at += 2) total += (bytes[at]! << 8) | bytes[at + 1]!;
  return even < to ? total + (bytes[even]! << 8) : total;
}

/** Adds the carries back in until 16 bits are left. 0 only for 0. */
export function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = (folded % 0x10000) + Math.floor(folded / 0x10000);
  return folded;
}

/**
 * The sum of the pseudo-header that covers UDP over both (RFC 768, RFC 8200 section 8.1) and ICMPv6; ICMP
 * over IPv4 has none. `length` is that of the transport header and its payload.
 */
export function pseudoSum(
  family: Family,
  source: Uint8Array,
  destination: Uint8Array,
  protocol: number,
  length: number,
): number {
  // IPv6 sums the length as 32 bits; both halves count.
  const lengthSum = family === 6 ? (length >>> 16) + (length & 0xffff) : length;
  return sum(source, 0, source.length) + sum(destination, 0, destination.length) + protocol + lengthSum;
}
