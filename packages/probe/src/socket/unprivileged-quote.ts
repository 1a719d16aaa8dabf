import type { Family, Transport } from './packet-socket.js';

/** An ICMP error as the error queue has it: in parts. */
export interface QueuedError {
  readonly family: Family;
  readonly transport: Transport;
  readonly type: number;
  readonly code: number;
  /** MTU of the next hop, or where the problem is, as far as the type has one. */
  readonly info: number;
  /** Our address, and whereto the packet in question went: 4 or 16 bytes. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** UDP. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** What was quoted: from the ICMP header on, or behind the UDP header; extensions included. */
  readonly quoted: Uint8Array;
  /** Where in `quoted` RFC 4884 extensions begin. */
  readonly extension: number | null;
}

const ICMP_HEADER = 8;
const UDP_HEADER = 8;
const DONT_FRAGMENT = 0x4000;

/**
 * Puts the ICMP or ICMPv6 message together again. Of the quoted IP header addresses, protocol and length are
 * true, the length as far as quoted; what the kernel keeps to itself is 0: hop limit, identification, and
 * every checksum but the one of a quoted ICMP header.
 */
export function rebuildError(error: QueuedError): Uint8Array {
  const { family, transport, quoted } = error;
  const ipHeader = family === 4 ? 20 : 40;
  const udpHeader = transport === 'udp' ? UDP_HEADER : 0;
  const bytes = new Uint8Array(ICMP_HEADER + ipHeader + udpHeader + quoted.length);
  const view = new DataView(bytes.buffer);
  const quotedLength = udpHeader + (error.extension ?? quoted.length);
  writeIcmpHeader(view, error, ipHeader + quotedLength);
  if (family === 4) writeIpv4Header(view, bytes, error, quotedLength);
  else writeIpv6Header(view, bytes, error, quotedLength);
  if (transport === 'udp') {
    const at = ICMP_HEADER + ipHeader;
    view.setUint16(at, error.sourcePort);
    view.setUint16(at + 2, error.destinationPort);
    view.setUint16(at + 4, quotedLength);
  }
  bytes.set(quoted, bytes.length - quoted.length);
  return bytes;
}

/** RFC 792, RFC 1191 section 4, RFC 4443 section 3; the length of the quote by RFC 4884 section 4. */
function writeIcmpHeader(view: DataView, error: QueuedError, quoteLength: number): void {
  const { family, type, code, info } = error;
  view.setUint8(0, type);
  view.setUint8(1, code);
  if (family === 4) {
    if (type === 3 && code === 4) view.setUint16(6, info);
    if (type === 12) view.setUint8(4, info);
    if (error.extension !== null) view.setUint8(5, quoteLength / 4);
  } else {
    if (type === 2 || type === 4) view.setUint32(4, info);
    else if (error.extension !== null) view.setUint8(4, quoteLength / 8);
  }
}

/** RFC 791 section 3.1, without options. */
function writeIpv4Header(view: DataView, bytes: Uint8Array, error: QueuedError, length: number): void {
  view.setUint8(8, 0x45);
  view.setUint16(10, 20 + length);
  view.setUint16(14, DONT_FRAGMENT);
  view.setUint8(17, error.transport === 'udp' ? 17 : 1);
  bytes.set(error.source, 20);
  bytes.set(error.destination, 24);
}

/** RFC 8200 section 3. */
function writeIpv6Header(view: DataView, bytes: Uint8Array, error: QueuedError, length: number): void {
  view.setUint8(8, 0x60);
  view.setUint16(12, length);
  view.setUint8(14, error.transport === 'udp' ? 17 : 58);
  bytes.set(error.source, 16);
  bytes.set(error.destination, 32);
}
