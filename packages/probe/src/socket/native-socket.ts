import { ProbeError } from '../errors.js';
import { DATAGRAM_UDP, RAW_ICMP, RAW_UDP } from './native-binding.js';
import { KernelSocket } from './native-kernel-socket.js';
import type { NativeOptions } from './native-options.js';
import type { Family, PacketSocket, Terms } from './packet-socket.js';

/**
 * Opens raw ICMP and UDP sockets of both families, on Linux, with kernel stamps both ways.
 * SOCKET_FORBIDDEN: no CAP_NET_RAW. SOCKET_UNAVAILABLE: no native part, or neither family.
 */
export async function openNativeSocket(options: NativeOptions = {}): Promise<PacketSocket> {
  const socket = new KernelSocket('native', options);
  try {
    const codes = [offerFamily(socket, 4), offerFamily(socket, 6)];
    if (codes.every((code) => code !== null)) throw nothingOpened(codes);
    await socket.start();
    return socket;
  } catch (error) {
    await socket.close();
    throw error;
  }
}

/** All of a family or nothing; the system's code in that case. */
function offerFamily(socket: KernelSocket, family: Family): string | null {
  const icmp = socket.add(family, RAW_ICMP);
  // Holds a source port, so that nobody else can get or give the answers, and receives them.
  const answers = typeof icmp === 'string' ? icmp : socket.add(family, DATAGRAM_UDP);
  // Sends: a UDP socket leaves the checksum to the device, and a router on a virtual link, such as a
  // container's, then quotes it unfinished.
  const udp = typeof answers === 'string' ? answers : socket.add(family, RAW_UDP);
  if (typeof icmp === 'string' || typeof answers === 'string' || typeof udp === 'string') {
    const code = String(udp);
    const why = `IPv${family} sockets cannot be opened here (${code}).`;
    socket.offer(family, 'icmp', why);
    socket.offer(family, 'udp', why);
    return code;
  }
  const terms: Terms = { echoId: null, sourcePort: null, quotesHeader: true };
  // RFC 3542 section 3.1: of ICMPv6 the kernel computes the checksum itself.
  socket.offer(family, 'icmp', {
    channel: icmp,
    terms: Object.freeze({ ...terms, keepsChecksum: family === 4 }),
  });
  socket.offer(family, 'udp', {
    channel: udp,
    terms: Object.freeze({ ...terms, sourcePort: answers.port, keepsChecksum: true }),
  });
  return null;
}

function nothingOpened(codes: readonly (string | null)[]): ProbeError {
  const isForbidden = codes.some((code) => code === 'EPERM' || code === 'EACCES');
  return isForbidden
    ? new ProbeError('SOCKET_FORBIDDEN')
    : new ProbeError('SOCKET_UNAVAILABLE', `raw sockets ended with ${codes.join(' and ')}`);
}
