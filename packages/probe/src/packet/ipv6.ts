import type { IpHeader } from './ip-header.js';
import { uint16 } from './uint16.js';

export const IPV6_HEADER = 40;

/** Extension headers that can stand before the transport header, IANA. */
const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;

/**
 * Reads the IPv6 header (RFC 8200 section 3) at `at` of a packet that ends before `end`, and walks its
 * extension headers up to the transport header; null when there is none to be found. The payload length
 * is not looked at: what counts is what was quoted.
 *
 *      0 version, class, flow label | 4 payload length | 6 next header | 7 hop limit | 8 source | 24 destination
 */
export function readIpv6(bytes: Uint8Array, at: number, end: number): IpHeader | null {
  if (end - at < IPV6_HEADER || bytes[at]! >>> 4 !== 6) return null;
  let protocol = bytes[at + 6]!;
  let next = at + IPV6_HEADER;
  // Each turn goes on by 8 bytes or more, so the walk ends with the packet.
  for (;;) {
    const isFragment = protocol === FRAGMENT;
    const isOther = protocol === HOP_BY_HOP || protocol === ROUTING || protocol === DESTINATION_OPTIONS;
    if (!isFragment && !isOther && protocol !== MOBILITY && protocol !== AUTHENTICATION) break;
    if (end - next < 8) return null;
    // RFC 8200 section 4.5: only the fragment at offset 0 has the transport header.
    if (isFragment && uint16(bytes, next + 2) >>> 3 !== 0) return null;
    const words = bytes[next + 1]!;
    protocol = bytes[next]!;
    // RFC 4302 section 2.2 counts 4-byte words less 2; the others 8-byte words less 1 (section 4).
    if (isFragment) next += 8;
    else next += isOther || protocol === MOBILITY ? 8 * (words + 1) : 4 * (words + 2);
  }
  return {
    destination: bytes.subarray(at + 24, at + 40),
    hopLimit: bytes[at + 7]!,
    id: null,
    protocol,
    transportAt: next,
  };
}
