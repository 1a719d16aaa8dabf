import type { Outgoing, Terms } from './packet-socket.js';

const HEADER = 8;
const LONGEST = 65_535;
const ECHO_REQUEST = { 4: 8, 6: 128 };

/** The code for a packet that cannot be sent or would not leave as it is; null for one that can. */
export function refusal(packet: Outgoing, terms: Terms): string | null {
  const { family, transport, source, destination, hopLimit, bytes } = packet;
  const length = family === 4 ? 4 : 16;
  if (source.length !== length || destination.length !== length) return 'EINVAL';
  if (!Number.isInteger(hopLimit) || hopLimit < 1 || hopLimit > 255) return 'EINVAL';
  if (bytes.length < HEADER) return 'EINVAL';
  if (bytes.length > LONGEST) return 'EMSGSIZE';
  if (transport === 'udp' && terms.sourcePort !== ((bytes[0]! << 8) | bytes[1]!)) return 'EINVAL';
  // The kernel writes the identifier itself.
  const isOurEcho = bytes[0] === ECHO_REQUEST[family] && terms.echoId === ((bytes[4]! << 8) | bytes[5]!);
  return transport === 'icmp' && terms.echoId !== null && !isOurEcho ? 'EINVAL' : null;
}
