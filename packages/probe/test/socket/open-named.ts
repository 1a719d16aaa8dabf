import { systemClock } from '../../src/clock.js';
import type { Network } from '../../src/scripted/network.js';
import { openNativeSocket } from '../../src/socket/native-socket.js';
import type { PacketSocket, SocketName } from '../../src/socket/packet-socket.js';
import { openRawSocketSocket } from '../../src/socket/raw-socket.js';
import { openScriptedSocket } from '../../src/socket/scripted-socket.js';
import { openUnprivilegedSocket } from '../../src/socket/unprivileged-socket.js';

/** What the suite needs of the network it runs on: the machine's own, or a simulated one that is alike. */
export interface Surroundings {
  /** UDP port of both loopback addresses where every datagram is sent back. */
  readonly openPort: number;
  /** The simulated socket's network instead of loopback. */
  readonly network?: Network;
}

const loopback = (openPort: number): Network => ({
  host: ['127.0.0.1', '::1'],
  paths: [
    {
      to: ['127.0.0.1', '::1'],
      destination: { forwardMs: 0.02, icmpDelayMs: 0.01, jitterMs: 0.005, openPorts: [openPort] },
    },
  ],
});

/** Opens a socket by name, for the suite and for the processes that it starts. */
export function openNamed(name: SocketName, { openPort, network }: Surroundings): Promise<PacketSocket> {
  const open: Record<SocketName, () => Promise<PacketSocket>> = {
    native: openNativeSocket,
    unprivileged: openUnprivilegedSocket,
    'raw-socket': openRawSocketSocket,
    scripted: async () => openScriptedSocket(network ?? loopback(openPort), systemClock),
  };
  return open[name]();
}
