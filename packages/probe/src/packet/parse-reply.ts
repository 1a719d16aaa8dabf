import type { MplsLabel } from '../hop.js';
import type { Family, Transport } from '../socket/packet-socket.js';
import {
  codeName,
  ECHO_REPLY,
  ECHO_REQUEST,
  ICMP_HEADER,
  type IcmpErrorName,
  type IcmpErrorType,
  icmpErrorType,
} from './icmp.js';
import { extensionStart, mplsLabels } from './icmp-extension.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_UDP } from './ip-header.js';
import { readIpv4 } from './ipv4.js';
import { readIpv6 } from './ipv6.js';
import { UDP_HEADER } from './udp.js';
import { uint16 } from './uint16.js';

export interface EchoReply {
  readonly kind: 'echo-reply';
  readonly id: number;
  readonly sequence: number;
  /** Payload bytes 2 and 3, where probes repeat their checksum; null when absent. */
  readonly token: number | null;
}

/** A datagram that came back from the destination's port. */
export interface UdpReply {
  readonly kind: 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** An ICMP error about a packet of a kind that we send. */
export interface ErrorReply {
  readonly kind: 'error';
  /** By the ICMP type: IPv4's `fragmentation-needed` is `unreachable`, only IPv6 has `packet-too-big`. */
  readonly error: IcmpErrorName;
  readonly type: number;
  readonly code: number;
  /** The code's name in kebab case, `ttl-exceeded`, `port-unreachable`; `code-99` for an unknown one. */
  readonly reason: string;
  /** Next hop's MTU in bytes from `fragmentation-needed` and `packet-too-big`; null where it says none. */
  readonly mtu: number | null;
  readonly quote: Quote;
  /** Label stack of the packet as it came in to the router, top first. */
  readonly mpls: readonly MplsLabel[];
}

/**
 * What an ICMP error quotes of the packet it is about, as far as that identifies a probe.
 */
export interface Quote {
  /** A view into the message: copy what you keep. */
  readonly destination: Uint8Array;
  /** TTL or hop limit when the router gave up; some quote it altered. */
  readonly hopLimit: number;
  /** The IPv4 identification; null for IPv6. */
  readonly ipId: number | null;
  readonly transport: Transport;
  /** Echo: identifier. UDP: source port. */
  readonly a: number;
  /** Echo: checksum. UDP: destination port. */
  readonly b: number;
  /** Echo: sequence number. UDP: checksum. */
  readonly c: number;
  /** Payload bytes 2 and 3, where probes repeat their checksum; null when the quote is too short. */
  readonly token: number | null;
}

export type Reply = EchoReply | UdpReply | ErrorReply;

/**
 * Reads what a socket received, `Received.bytes`: an ICMP message, or a UDP datagram from its header on.
 * Total: null for anything that is no answer to a kind of probe we send, and never an exception. Checksums
 * are not verified: the system has done so where it can, and gives some messages without.
 */
export function parseReply(family: Family, transport: Transport, bytes: Uint8Array): Reply | null {
  if (transport === 'udp') return readUdp(bytes);
  if (bytes.length < ICMP_HEADER) return null;
  const type = bytes[0]!;
  if (type === ECHO_REPLY[family]) return readEcho(bytes);
  const error = icmpErrorType(family, type);
  return error === null ? null : readError(family, error, bytes);
}

function readUdp(bytes: Uint8Array): UdpReply | null {
  if (bytes.length < UDP_HEADER) return null;
  return { kind: 'udp', sourcePort: uint16(bytes, 0), destinationPort: uint16(bytes, 2) };
}

function readEcho(bytes: Uint8Array): EchoReply {
  return {
    kind: 'echo-reply',
    id: uint16(bytes, 4),
    sequence: uint16(bytes, 6),
    token: token(bytes, 0, bytes.length),
  };
}

function readError(family: Family, error: IcmpErrorType, bytes: Uint8Array): ErrorReply | null {
  const extension = extensionStart(error, bytes);
  const quote = readQuote(family, bytes, extension);
  if (quote === null) return null;
  const code = bytes[1]!;
  const reason = codeName(error, code);
  return {
    kind: 'error',
    error: error.name,
    type: bytes[0]!,
    code,
    reason,
    mtu: nextMtu(reason, bytes),
    quote,
    mpls: mplsLabels(bytes, extension),
  };
}

/** RFC 1191 section 4 and RFC 4443 section 3.2; routers older than RFC 1191 leave 0. */
function nextMtu(reason: string, bytes: Uint8Array): number | null {
  if (reason === 'fragmentation-needed') return uint16(bytes, 6) || null;
  if (reason === 'packet-too-big') return uint16(bytes, 4) * 0x10000 + uint16(bytes, 6) || null;
  return null;
}

/** The packet quoted behind the ICMP header and before `end`; null unless it is of a kind that we send. */
function readQuote(family: Family, bytes: Uint8Array, end: number): Quote | null {
  const ip = family === 4 ? readIpv4(bytes, ICMP_HEADER, end) : readIpv6(bytes, ICMP_HEADER, end);
  if (ip === null) return null;
  const at = ip.transportAt;
  // RFC 792 promises 8 bytes of it, and many routers quote no more.
  if (end - at < 8) return null;
  const isUdp = ip.protocol === PROTOCOL_UDP;
  const isEcho =
    ip.protocol === (family === 4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6) && bytes[at] === ECHO_REQUEST[family];
  if (!isUdp && !isEcho) return null;
  return {
    destination: ip.destination,
    hopLimit: ip.hopLimit,
    ipId: ip.id,
    transport: isUdp ? 'udp' : 'icmp',
    a: uint16(bytes, isUdp ? at : at + 4),
    b: uint16(bytes, at + 2),
    c: uint16(bytes, at + 6),
    token: token(bytes, at, end),
  };
}

/**
 * Payload bytes 2 and 3 behind the 8-byte header at `at`. No probe's checksum is 0, so that 0 is the padding
 * of RFC 4884 section 5.1 behind a short quote: absent.
 */
function token(bytes: Uint8Array, at: number, end: number): number | null {
  return end - at < 12 ? null : uint16(bytes, at + 10) || null;
}
