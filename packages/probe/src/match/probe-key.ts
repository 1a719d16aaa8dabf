import type { Transport } from '../socket/packet-socket.js';

/** The transport, above the fields of every echo. */
const UDP = 0x10000;

/**
 * One number for the fields that tell a probe from all others: three of 16 bits (echo: identifier, checksum,
 * sequence number; UDP: ports, checksum), the transport above them, and the destination folded into the first.
 * It fits a double exactly (49 bits). Two probes to different destinations may share a key, which is why a
 * match also compares destinations.
 */
export function probeKey(
  transport: Transport,
  destination: Uint8Array,
  a: number,
  b: number,
  c: number,
): number {
  let fold = transport === 'udp' ? UDP : 0;
  fold |= a;
  for (let at = 0; at < destination.length; at += 2) fold ^= (destination[at]! << 8) | destination[at + 1]!;
  return (fold * 0x10000 + b) * 0x10000 + c;
}

export function isUdpKey(key: number): boolean {
  return key >= UDP * 0x10000 * 0x10000;
}
