import type { IpHeader } from './ip-header.js';
import { uint16 } from './uint16.js';

/** Without options. */
export const IPV4_HEADER = 20;

/**
 * Reads the IPv4 header (RFC 791 section 3.1) at `at` of a packet that ends before `end`; null when there
 * is none. Meant for quotes, which routers alter: the total length and the fragment field may be in the
 * byte order of the router's own processor and the checksum may be stale, so none of them is looked at.
 *
 *      0 version, header length in words | 1 TOS | 2 total length | 4 identification | 6 flags, offset
 *      8 TTL | 9 protocol | 10 checksum | 12 source | 16 destination | 20 options
 */
export function readIpv4(bytes: Uint8Array, at: number, end: number): IpHeader | null {
  if (end - at < IPV4_HEADER) return null;
  const first = bytes[at]!;
  const length = (first & 0x0f) * 4;
  if (first >>> 4 !== 4 || length < IPV4_HEADER) return null;
  return {
    destination: bytes.subarray(at + 16, at + 20),
    hopLimit: bytes[at + 8]!,
    id: uint16(bytes, at + 4),
    protocol: bytes[at + 9]!,
    transportAt: at + length,
  };
}
