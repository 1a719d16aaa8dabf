import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

export interface EchoPorts {
  /** UDP port of 127.0.0.1 and, where there is one, ::1, where every datagram is sent back. */
  readonly open: number;
  /** UDP port where nobody listens. */
  readonly closed: number;
  close(): void;
}

/** Opens the same port on both loopback addresses; chooses another until both are free. */
export async function openEchoPorts(hasIpv6: boolean): Promise<EchoPorts> {
  for (;;) {
    const four = await bound('udp4', 0);
    const six = hasIpv6 ? await bound('udp6', four!.address().port) : four;
    const unused = await bound('udp4', 0);
    const unused6 = hasIpv6 ? await bound('udp6', unused!.address().port) : unused;
    const all = [four, six, unused, unused6];
    if (all.includes(null)) {
      for (const socket of new Set(all)) socket?.close();
      continue;
    }
    const closed = unused!.address().port;
    for (const socket of new Set([unused!, unused6!])) socket.close();
    const echoing = new Set([four!, six!]);
    for (const socket of echoing) {
      socket.on('message', (message, { address, port }) => socket.send(message, port, address));
    }
    const close = () => {
      for (const socket of echoing) socket.close();
    };
    return { open: four!.address().port, closed, close };
  }
}

async function bound(type: 'udp4' | 'udp6', port: number): Promise<Socket | null> {
  const socket = createSocket({ type, ipv6Only: type === 'udp6' });
  socket.bind(port, type === 'udp4' ? '127.0.0.1' : '::1');
  try {
    await once(socket, 'listening');
    return socket;
  } catch {
    socket.close();
    return null;
  }
}
