import { ECHO_REQUEST } from '../packet/icmp.js';
import { uint16 } from '../packet/uint16.js';
import type { Family, Outgoing, Transport } from '../socket/packet-socket.js';
import { buildEchoReply, buildError, buildUdpReply, isSound } from './build-reply.js';
import type { Refusal } from './network.js';
import type { SimulatedNode } from './simulated-node.js';

/** A packet as it arrives at a node that will not send it on. */
export interface Visit {
  readonly packet: Outgoing;
  /** Number of the host's address that it comes from. */
  readonly host: number;
  /** IPv4 identification. */
  readonly id: number;
  /** Routers crossed so far. */
  readonly links: number;
  readonly at: number;
}

export interface Answer {
  readonly transport: Transport;
  readonly bytes: Uint8Array;
}

const TIME_EXCEEDED = { 4: 11, 6: 3 } as const;
const UNREACHABLE = { 4: 3, 6: 1 } as const;
const PORT_UNREACHABLE = { 4: 3, 6: 4 } as const;
const TOO_BIG = { 4: { type: 3, code: 4 }, 6: { type: 2, code: 0 } } as const;
/** RFC 4443 section 3.1 has no words as fine as IPv4's. */
const REFUSALS: Readonly<Record<Refusal, Readonly<Record<Family, number>>>> = {
  'net-unreachable': { 4: 0, 6: 0 },
  'host-unreachable': { 4: 1, 6: 3 },
  'net-prohibited': { 4: 9, 6: 1 },
  'host-prohibited': { 4: 10, 6: 1 },
  'admin-prohibited': { 4: 13, 6: 1 },
};

/**
 * Why a router does not send a packet on that has crossed so many links, as ICMP type and code; null when it
 * does. `nextMtu` is that of the link it would take.
 */
function obstacle(node: SimulatedNode, { packet, links }: Visit, nextMtu: number) {
  const { family } = packet;
  // A missing route is found before the TTL is looked at.
  if (node.refuses !== null) return { type: UNREACHABLE[family], code: REFUSALS[node.refuses][family] };
  if (packet.hopLimit - links <= 1) return { type: TIME_EXCEEDED[family], code: 0 };
  return { ...TOO_BIG[family], mtu: nextMtu };
}

/** What a router says of a packet it does not send on; null when its limit on errors holds it back. */
export function routerAnswer(
  node: SimulatedNode,
  visit: Visit,
  from: Uint8Array,
  nextMtu: number,
): Answer | null {
  return error(node, visit, from, obstacle(node, visit, nextMtu));
}

/** What a destination answers; null for nothing. */
export function destinationAnswer(node: SimulatedNode, visit: Visit): Answer | null {
  const { packet } = visit;
  const { family, bytes, transport, destination } = packet;
  const { echo, ports, refusesPorts } = node.services!;
  if (!isSound(packet)) return null;
  if (transport === 'icmp') {
    const isAnswered = echo && bytes[0] === ECHO_REQUEST[family] && bytes[1] === 0;
    return isAnswered ? { transport, bytes: buildEchoReply(packet) } : null;
  }
  if (ports === 'all' || ports.has(uint16(bytes, 2))) return { transport, bytes: buildUdpReply(packet) };
  const refusal = { type: UNREACHABLE[family], code: PORT_UNREACHABLE[family] };
  return refusesPorts ? error(node, visit, destination, refusal) : null;
}

function error(
  node: SimulatedNode,
  { packet, host, id, links, at }: Visit,
  from: Uint8Array,
  what: { readonly type: number; readonly code: number; readonly mtu?: number },
): Answer | null {
  // RFC 1122 section 3.2.2: no error about an error.
  if (packet.transport === 'icmp' && packet.bytes[0] !== ECHO_REQUEST[packet.family]) return null;
  if (!node.mayComplain(host, at)) return null;
  const { type, code, mtu } = what;
  const { quoteBytes, mpls } = node;
  const bytes = buildError(packet, packet.hopLimit - links, id, from, { type, code, mtu, quoteBytes, mpls });
  return { transport: 'icmp', bytes };
}
