import type { MplsLabel } from '../hop.js';
import { fold, sum } from './checksum.js';
import { ICMP_HEADER, type IcmpErrorType } from './icmp.js';
import { uint16 } from './uint16.js';

/** RFC 4884 section 7: version and reserved bits, checksum. */
const EXTENSION_HEADER = 4;
/** RFC 4884 section 7.1: length (of all of it), class, type. */
const OBJECT_HEADER = 4;
const VERSION = 2;
/** RFC 4950 section 3: the incoming label stack. */
const MPLS_CLASS = 1;
const MPLS_STACK = 1;
/**
 * RFC 4884 section 5.5: senders from before it put the extension behind exactly 128 bytes of quote and say
 * nothing of it in the header.
 */
const UNDECLARED_AT = ICMP_HEADER + 128;

/**
 * Where the extension structure of an ICMP error starts, which is where its quote ends; `bytes.length` when
 * there is none.
 */
export function extensionStart(error: IcmpErrorType, bytes: Uint8Array): number {
  if (error.quoteLength === null || bytes.length < ICMP_HEADER) return bytes.length;
  const { at, unit } = error.quoteLength;
  const declared = bytes[at]! * unit;
  if (declared > 0 && isExtension(bytes, ICMP_HEADER + declared, true)) return ICMP_HEADER + declared;
  // The quote of a packet of ours can be longer than 128 bytes, so that here only a checksum convinces. It
  // also finds the extension of senders that declare the length in another unit.
  return isExtension(bytes, UNDECLARED_AT, false) ? UNDECLARED_AT : bytes.length;
}

function isExtension(bytes: Uint8Array, at: number, maySkipChecksum: boolean): boolean {
  if (bytes.length - at < EXTENSION_HEADER || bytes[at]! >>> 4 !== VERSION) return false;
  if (uint16(bytes, at + 2) === 0) return maySkipChecksum;
  return fold(sum(bytes, at, bytes.length)) === 0xffff;
}

export const noLabels: readonly MplsLabel[] = Object.freeze([]);

/**
 * The MPLS label stack (RFC 4950) in the extension structure at `start`, top label first; empty when there
 * is none. Other objects (interfaces of RFC 5837, …) are passed over. Ends quietly at the first object whose
 * length cannot be.
 */
export function mplsLabels(bytes: Uint8Array, start: number): readonly MplsLabel[] {
  let labels: MplsLabel[] | null = null;
  let at = start + EXTENSION_HEADER;
  while (bytes.length - at >= OBJECT_HEADER) {
    const length = uint16(bytes, at);
    if (length < OBJECT_HEADER || length > bytes.length - at) break;
    if (bytes[at + 2] === MPLS_CLASS && bytes[at + 3] === MPLS_STACK) {
      labels ??= [];
      const end = at + length;
      for (let entry = at + OBJECT_HEADER; end - entry >= 4; entry += 4) labels.push(label(bytes, entry));
    }
    at += length;
  }
  return labels ?? noLabels;
}

/** RFC 3032 section 2.1: 20 bits label, 3 traffic class, 1 bottom of stack, 8 TTL. */
function label(bytes: Uint8Array, at: number): MplsLabel {
  const third = bytes[at + 2]!;
  return {
    label: (bytes[at]! << 12) | (bytes[at + 1]! << 4) | (third >>> 4),
    trafficClass: (third >>> 1) & 0x07,
    bottom: (third & 0x01) === 1,
    ttl: bytes[at + 3]!,
  };
}
