import type { MplsLabel } from '../hop.js';
import { checksum, pseudoSum } from '../packet/checksum.js';
import { ECHO_REPLY, ICMP_HEADER, icmpErrorType } from '../packet/icmp.js';
import { PROTOCOL_ICMPV6, PROTOCOL_UDP } from '../packet/ip-header.js';
import { IPV4_HEADER } from '../packet/ipv4.js';
import { IPV6_HEADER } from '../packet/ipv6.js';
import { setUint16, uint16 } from '../packet/uint16.js';
import type { Family, Outgoing } from '../socket/packet-socket.js';
import { IP_HEADER, writeIpHeader } from '../socket/write-ip-header.js';

/** A packet on its way: `bytes` from the transport header on. */
export type Packet = Omit<Outgoing, 'tag'>;

export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** Next hop's MTU, where the type says one. */
  readonly mtu?: number;
  /** Bytes behind the IP header that are quoted at most. */
  readonly quoteBytes: number;
  readonly mpls: readonly MplsLabel[];
}

/** RFC 1812 section 4.3.2.3 and RFC 4443 section 2.4 (c), less the error's own headers. */
const LONGEST_QUOTE = { 4: 576 - IPV4_HEADER - ICMP_HEADER, 6: 1280 - IPV6_HEADER - ICMP_HEADER } as const;
/** RFC 4884 section 5.1: what comes before an extension is padded to at least that. */
const QUOTE_BEFORE_EXTENSION = 128;

/**
 * The ICMP error by `from` about a packet that arrived with this hop limit: the message from its type on.
 * `id` is the packet's IPv4 identification.
 */
export function buildError(
  packet: Packet,
  hopLimit: number,
  id: number,
  from: Uint8Array,
  error: IcmpError,
): Uint8Array {
  const { family, bytes } = packet;
  const header = IP_HEADER[family];
  const lengthField =
    error.mpls.length === 0 ? null : (icmpErrorType(family, error.type)?.quoteLength ?? null);
  const labels = lengthField === null ? 0 : error.mpls.length;
  const longest = labels > 0 ? QUOTE_BEFORE_EXTENSION : LONGEST_QUOTE[family];
  const quoted = Math.min(bytes.length, error.quoteBytes, longest - header);
  const extensionAt = ICMP_HEADER + (labels > 0 ? QUOTE_BEFORE_EXTENSION : header + quoted);
  const message = new Uint8Array(extensionAt + (labels > 0 ? 8 + 4 * labels : 0));
  message[0] = error.type;
  message[1] = error.code;
  if (error.mtu !== undefined) setUint16(message, 6, error.mtu);
  writeIpHeader(message, ICMP_HEADER, packet, hopLimit, id);
  // A loop beats a view and `set` for the few bytes of a probe.
  if (quoted < 64) for (let at = 0; at < quoted; at++) message[ICMP_HEADER + header + at] = bytes[at]!;
  else message.set(bytes.subarray(0, quoted), ICMP_HEADER + header);
  if (lengthField !== null) {
    message[lengthField.at] = QUOTE_BEFORE_EXTENSION / lengthField.unit;
    writeLabels(message, extensionAt, error.mpls);
  }
  return withIcmpChecksum(family, from, packet.source, message);
}

/** The echo reply to an echo request. */
export function buildEchoReply({ family, source, destination, bytes }: Packet): Uint8Array {
  const message = bytes.slice();
  message[0] = ECHO_REPLY[family];
  return withIcmpChecksum(family, destination, source, message);
}

/** The same datagram, sent back. */
export function buildUdpReply({ family, source, destination, bytes }: Packet): Uint8Array {
  const datagram = bytes.slice();
  setUint16(datagram, 0, uint16(bytes, 2));
  setUint16(datagram, 2, uint16(bytes, 0));
  setUint16(datagram, 6, 0);
  const pseudo = pseudoSum(family, destination, source, PROTOCOL_UDP, datagram.length);
  // RFC 768: a sum of 0 is sent as 0xffff.
  setUint16(datagram, 6, checksum(datagram, pseudo) || 0xffff);
  return datagram;
}

/** Whether the destination would take the packet: lengths and checksum are right. */
export function isSound({ family, transport, source, destination, bytes }: Packet): boolean {
  if (bytes.length < 8) return false;
  if (transport === 'udp') {
    if (uint16(bytes, 4) !== bytes.length) return false;
    if (family === 4 && uint16(bytes, 6) === 0) return true;
    return checksum(bytes, pseudoSum(family, source, destination, PROTOCOL_UDP, bytes.length)) === 0;
  }
  const pseudo = family === 6 ? pseudoSum(6, source, destination, PROTOCOL_ICMPV6, bytes.length) : 0;
  return checksum(bytes, pseudo) === 0;
}

/** RFC 4884 section 7 and RFC 4950 section 3. */
function writeLabels(message: Uint8Array, at: number, labels: readonly MplsLabel[]): void {
  message[at] = 0x20; // version 2
  setUint16(message, at + 4, 4 + 4 * labels.length);
  message[at + 6] = 1; // class: MPLS label stack
  message[at + 7] = 1; // type: incoming stack
  for (const [index, { label, trafficClass, bottom, ttl }] of labels.entries()) {
    const entry = at + 8 + 4 * index;
    message[entry] = label >>> 12;
    message[entry + 1] = label >>> 4;
    message[entry + 2] = (label << 4) | (trafficClass << 1) | (bottom ? 1 : 0);
    message[entry + 3] = ttl;
  }
  setUint16(message, at + 2, checksum(message.subarray(at)));
}

function withIcmpChecksum(
  family: Family,
  source: Uint8Array,
  destination: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  setUint16(message, 2, 0);
  const pseudo = family === 6 ? pseudoSum(6, source, destination, PROTOCOL_ICMPV6, message.length) : 0;
  setUint16(message, 2, checksum(message, pseudo));
  return message;
}
