import { fold, sum } from '../packet/checksum.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_UDP } from '../packet/ip-header.js';
import { IPV4_HEADER } from '../packet/ipv4.js';
import { IPV6_HEADER } from '../packet/ipv6.js';
import { setUint16 } from '../packet/uint16.js';
import type { Outgoing } from './packet-socket.js';

export const IP_HEADER = { 4: IPV4_HEADER, 6: IPV6_HEADER } as const;

/** The IPv4 flag that asks routers not to fragment, in the field's high byte. */
const DONT_FRAGMENT = 0x40;

/**
 * Writes the IP header that a packet has at a hop limit, at `at` of zeroed `bytes`: RFC 791 section 3.1,
 * no options, not to be fragmented, or RFC 8200 section 3, flow label 0. `id` is the IPv4 identification.
 */
export function writeIpHeader(
  bytes: Uint8Array,
  at: number,
  packet: Omit<Outgoing, 'tag'>,
  hopLimit: number,
  id: number,
): void {
  const { family, transport, source, destination } = packet;
  const length = packet.bytes.length;
  if (family === 6) {
    bytes[at] = 0x60;
    setUint16(bytes, at + 4, length);
    bytes[at + 6] = transport === 'udp' ? PROTOCOL_UDP : PROTOCOL_ICMPV6;
    bytes[at + 7] = hopLimit;
    bytes.set(source, at + 8);
    bytes.set(destination, at + 24);
    return;
  }
  bytes[at] = 0x45;
  setUint16(bytes, at + 2, IPV4_HEADER + length);
  setUint16(bytes, at + 4, id);
  bytes[at + 6] = DONT_FRAGMENT;
  bytes[at + 8] = hopLimit;
  bytes[at + 9] = transport === 'udp' ? PROTOCOL_UDP : PROTOCOL_ICMP;
  // Four assignments are several times faster than `set`.
  for (let index = 0; index < 4; index++) {
    bytes[at + 12 + index] = source[index]!;
    bytes[at + 16 + index] = destination[index]!;
  }
  setUint16(bytes, at + 10, 0xffff - fold(sum(bytes, at, at + IPV4_HEADER)));
}
