import { ProbeError } from '../errors.js';
import type { Family, PacketSocket, Transport } from './packet-socket.js';

/** In order of preference: routers and hosts answer echo requests more often than closed ports. */
const preference: readonly Transport[] = ['icmp', 'udp'];

/**
 * The kind of probe that is wanted, or the best that this socket can send. Throws PROTOCOL_UNAVAILABLE with
 * the socket's reason.
 */
export function chooseTransport(socket: PacketSocket, family: Family, wanted: Transport | null): Transport {
  const candidates = wanted === null ? preference : [wanted];
  const possible = candidates.find((transport) => socket.terms(family, transport) !== null);
  if (possible !== undefined) return possible;
  throw new ProbeError('PROTOCOL_UNAVAILABLE', socket.why(family, candidates[0]!) ?? undefined);
}
