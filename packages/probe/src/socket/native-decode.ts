import { type Arrivals, LOCAL, OFFENDER, PEER } from './native-arrivals.js';
import { DATAGRAM_UDP, RAW_ICMP } from './native-binding.js';
import type { Channel } from './native-channel.js';
import { type Proof, uint32 } from './native-departures.js';
import type { Received } from './packet-socket.js';
import { rebuildError } from './unprivileged-quote.js';

const UDP_HEADER = 8;

/** A packet from a data queue. Its bytes and address are the slot's own. */
export function decodeData(arrivals: Arrivals, slot: number, channel: Channel): Received {
  const { family, kind } = channel;
  return {
    family,
    transport: kind === DATAGRAM_UDP ? 'udp' : 'icmp',
    from: arrivals.peer(slot, family),
    hopLimit: arrivals.hopLimit(slot),
    at: arrivals.at(slot),
    stamp: arrivals.stamp(slot),
    bytes: message(arrivals, slot, channel),
  };
}

/** Raw IPv4 sockets deliver the IP header, UDP sockets keep theirs; ICMPv6 and datagram sockets fit. */
function message(arrivals: Arrivals, slot: number, channel: Channel): Uint8Array {
  const { family, kind } = channel;
  if (kind === DATAGRAM_UDP) {
    const bytes = arrivals.bytes(slot, UDP_HEADER);
    const words = [arrivals.port(slot), channel.port, bytes.length, 0];
    words.forEach((word, i) => {
      bytes[2 * i] = word >>> 8;
      bytes[2 * i + 1] = word;
    });
    return bytes;
  }
  if (kind !== RAW_ICMP || family === 6) return arrivals.bytes(slot);
  const header = (arrivals.firstByte(slot) & 0x0f) * 4;
  return arrivals.bytes(slot, -header);
}

/** An ICMP error from an error queue, put together again in bytes of its own. */
export function decodeError(arrivals: Arrivals, slot: number, channel: Channel): Received {
  const { family } = channel;
  const transport = channel.kind === DATAGRAM_UDP ? 'udp' : 'icmp';
  const bytes = rebuildError({
    ...arrivals.error(slot),
    family,
    transport,
    source: arrivals.address(slot, LOCAL, family),
    destination: arrivals.address(slot, PEER, family),
    sourcePort: channel.port,
    destinationPort: arrivals.port(slot),
    quoted: arrivals.bytes(slot),
  });
  return {
    family,
    transport: 'icmp',
    from: arrivals.address(slot, OFFENDER, family),
    hopLimit: arrivals.hopLimit(slot),
    at: arrivals.at(slot),
    stamp: arrivals.stamp(slot),
    bytes,
  };
}

/**
 * What a reply proves to have left, if anything: the packet with this destination and, of an echo, this
 * identifier and sequence number, of a datagram, these ports. No more than the look of it: whether it is an
 * answer is for others to judge.
 */
export function proofIn(received: Received): (Proof & { readonly transport: 'icmp' | 'udp' }) | null {
  const { family, transport, from, bytes } = received;
  if (bytes.length < 8) return null;
  if (transport === 'udp') {
    const ports = ((uint32(bytes, 0) << 16) | (uint32(bytes, 0) >>> 16)) >>> 0;
    return { transport, destination: from, word: 0, value: ports };
  }
  const type = bytes[0]!;
  if (type === (family === 4 ? 0 : 129)) {
    return { transport, destination: from, word: 1, value: uint32(bytes, 4) };
  }
  const ip = 8;
  const header = family === 4 ? (bytes[ip]! & 0x0f) * 4 : 40;
  if (bytes.length < ip + header + 8) return null;
  const isUdp = bytes[ip + (family === 4 ? 9 : 6)] === 17;
  const destination = family === 4 ? bytes.subarray(ip + 16, ip + 20) : bytes.subarray(ip + 24, ip + 40);
  const word = isUdp ? 0 : 1;
  return {
    transport: isUdp ? 'udp' : 'icmp',
    destination,
    word,
    value: uint32(bytes, ip + header + 4 * word),
  };
}
