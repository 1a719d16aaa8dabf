import type { Family } from '../socket/packet-socket.js';
import { fold, pseudoSum, sum } from './checksum.js';
import { ECHO_REQUEST } from './icmp.js';
import { PROTOCOL_ICMPV6, PROTOCOL_UDP } from './ip-header.js';
import { setUint16 } from './uint16.js';

/*
 * Constant-flow (Paris) probes. Load balancers hash the first bytes of the transport header, checksum
 * included, so whatever tells one probe from another must not show there (ICMP), or must show only where
 * nobody hashes (the UDP checksum). Both kinds are a header of 8 bytes and
 *
 *      8 compensation: makes the checksum come out as asked | 10 that checksum again, the token | 12 pattern
 */

const SMALLEST = 12;
/** What fits behind an IPv4 header without options in 65,535 bytes. */
const LARGEST = 65_515;
const COMPENSATION_AT = 8;
const TOKEN_AT = 10;

/** Header, compensation and token; then bytes recognisable in a capture: '@' to DEL, over and over. */
const blank = Uint8Array.from({ length: LARGEST }, (_, index) =>
  index < SMALLEST ? 0 : 0x40 + ((index - SMALLEST) & 0x3f),
);

export interface EchoProbe {
  readonly family: Family;
  /** 4 or 16 bytes; part of the ICMPv6 checksum. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly id: number;
  readonly sequence: number;
  /** The header's checksum, 1 to 0xfffe: with the id it is what load balancers see of the flow. */
  readonly checksum: number;
  /** ICMP header and payload in bytes, from 12. */
  readonly size: number;
  /**
   * The payload does not go with the checksum: hosts throw it away unanswered (RFC 1122 section 3.2.2), and routers,
   * which do not look, treat it like all others of its flow.
   */
  readonly mute?: boolean;
}

/**
 * An echo request of exactly that checksum field, whatever its sequence number: the transport bytes, ready for
 * `Outgoing.bytes`. A field out of range is a RangeError. `old`, a probe of no more use, is made into it if it fits.
 */
export function buildEcho(probe: EchoProbe, old?: Uint8Array): Uint8Array {
  const { family, source, destination, size } = probe;
  const bytes = payload(probe, old);
  //  0 type | 1 code | 2 checksum | 4 identifier | 6 sequence number
  bytes[0] = ECHO_REQUEST[family];
  setUint16(bytes, 4, field('id', probe.id));
  setUint16(bytes, 6, field('sequence', probe.sequence));
  const pseudo = family === 6 ? pseudoSum(6, source, destination, PROTOCOL_ICMPV6, size) : 0;
  compensate(bytes, pseudo, probe.checksum);
  if (probe.mute === true) bytes[COMPENSATION_AT]! ^= 0xff;
  setUint16(bytes, 2, probe.checksum);
  return bytes;
}

export interface UdpProbe {
  readonly family: Family;
  /** 4 or 16 bytes; part of the checksum. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** The header's checksum, 1 to 0xfffe: what tells this probe from the others of its flow. */
  readonly checksum: number;
  /** UDP header and payload in bytes, from 12. */
  readonly size: number;
  /** As for an echo request (RFC 1122 section 4.1.3.4, RFC 8200 section 8.1). */
  readonly mute?: boolean;
}

/**
 * A UDP datagram of exactly that checksum field: the transport bytes, ready for `Outgoing.bytes`. A field out of
 * range is a RangeError. `old`, a probe of no more use, is made into it if it fits.
 */
export function buildUdp(probe: UdpProbe, old?: Uint8Array): Uint8Array {
  const { family, source, destination, size } = probe;
  const bytes = payload(probe, old);
  //  0 source port | 2 destination port | 4 length | 6 checksum
  setUint16(bytes, 0, field('sourcePort', probe.sourcePort));
  setUint16(bytes, 2, field('destinationPort', probe.destinationPort));
  setUint16(bytes, 4, size);
  compensate(bytes, pseudoSum(family, source, destination, PROTOCOL_UDP, size), probe.checksum);
  if (probe.mute === true) bytes[COMPENSATION_AT]! ^= 0xff;
  setUint16(bytes, 6, probe.checksum);
  return bytes;
}

/** Room for the header, no compensation, then the rest of the payload. */
function payload(
  probe: { readonly checksum: number; readonly size: number },
  old: Uint8Array | undefined,
): Uint8Array {
  const { checksum, size } = probe;
  // 0 means "no checksum" in UDP; 0xffff is what it becomes there, and in ICMP only all zeros have it.
  if (!Number.isInteger(checksum) || checksum < 1 || checksum > 0xfffe) {
    throw new RangeError(`A probe's checksum is 1 to 65534, not ${checksum}`);
  }
  if (!Number.isInteger(size) || size < SMALLEST || size > LARGEST) {
    throw new RangeError(`A probe has ${SMALLEST} to ${LARGEST} bytes, not ${size}`);
  }
  // Behind the token all probes of a size are alike.
  const bytes = old?.length === size ? old : blank.slice(0, size);
  for (let at = 0; at < TOKEN_AT; at++) bytes[at] = 0;
  setUint16(bytes, TOKEN_AT, checksum);
  return bytes;
}

function field(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff) {
    throw new RangeError(`${name} is 0 to 65535, not ${value}`);
  }
  return value;
}

/**
 * Sets the compensation so that the packet sums up to the complement of `checksum`: in ones' complement
 * arithmetic (RFC 1071 section 1) subtracting is adding the complement.
 */
function compensate(bytes: Uint8Array, pseudo: number, checksum: number): void {
  const rest = fold(pseudo + sum(bytes, 0, bytes.length));
  setUint16(bytes, COMPENSATION_AT, fold(0xffff - checksum + (0xffff - rest)));
}
