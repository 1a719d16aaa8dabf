import { ProbeError } from '../errors.js';
import { DATAGRAM_ICMP, DATAGRAM_UDP } from './native-binding.js';
import { KernelSocket } from './native-kernel-socket.js';
import type { NativeOptions } from './native-options.js';
import type { Family, PacketSocket } from './packet-socket.js';

/**
 * Opens what Linux gives to everybody: UDP sockets and, where net.ipv4.ping_group_range lets it, ICMP datagram
 * sockets. Routers' answers come from the error queue; kernel stamps both ways.
 * SOCKET_UNAVAILABLE: no native part, or no UDP socket.
 */
export async function openUnprivilegedSocket(options: NativeOptions = {}): Promise<PacketSocket> {
  const socket = new KernelSocket('unprivileged', options);
  try {
    const codes = [offerUdp(socket, 4), offerUdp(socket, 6)];
    if (codes.every((code) => code !== null)) {
      throw new ProbeError('SOCKET_UNAVAILABLE', `UDP sockets ended with ${codes.join(' and ')}`);
    }
    offerEcho(socket, 4);
    offerEcho(socket, 6);
    await socket.start();
    return socket;
  } catch (error) {
    await socket.close();
    throw error;
  }
}

/** The system's code when it cannot. */
function offerUdp(socket: KernelSocket, family: Family): string | null {
  const channel = socket.add(family, DATAGRAM_UDP, true);
  if (typeof channel === 'string') {
    socket.offer(family, 'udp', `IPv${family} UDP sockets cannot be opened here (${channel}).`);
    return channel;
  }
  // What comes back of a datagram begins behind its header.
  const terms = Object.freeze({ echoId: null, sourcePort: channel.port, quotesHeader: false });
  socket.offer(family, 'udp', { channel, terms });
  return null;
}

function offerEcho(socket: KernelSocket, family: Family): void {
  const channel = socket.add(family, DATAGRAM_ICMP, true);
  if (typeof channel === 'string') {
    socket.offer(family, 'icmp', whyNoEcho(family, channel));
    return;
  }
  const terms = Object.freeze({ echoId: channel.port, sourcePort: null, quotesHeader: true });
  socket.offer(family, 'icmp', { channel, terms });
}

function whyNoEcho(family: Family, code: string): string {
  // The sysctl is of IPv4 by its name only.
  return code === 'EACCES'
    ? 'ICMP datagram sockets are refused: none of our groups is in the sysctl net.ipv4.ping_group_range.'
    : `ICMP datagram sockets of IPv${family} cannot be opened here (${code}).`;
}
