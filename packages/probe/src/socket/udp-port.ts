import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { parseAddress } from '../packet/address.js';
import { UDP_HEADER } from '../packet/udp.js';
import { setUint16 } from '../packet/uint16.js';
import type { Family } from './packet-socket.js';

/** A UDP port of this machine, kept from others, with the datagrams that come to it. Sends nothing. */
export class UdpPort {
  readonly number: number;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.number = socket.address().port;
  }

  /** Takes a port of the kernel's choice on all addresses. Rejects with a system error. */
  static async open(
    family: Family,
    receive: (from: Uint8Array, datagram: Uint8Array) => void,
  ): Promise<UdpPort> {
    const socket = createSocket({ type: `udp${family}`, ipv6Only: family === 6 });
    socket.bind(0);
    await once(socket, 'listening');
    const port = new UdpPort(socket);
    socket.on('message', (payload, { address, port: fromPort }) => {
      // Link-local senders come with their zone.
      const from = parseAddress(address.split('%')[0]!);
      if (from !== null) receive(from, datagram(fromPort, port.number, payload));
    });
    // Nothing was asked of it that could fail.
    socket.on('error', () => {});
    return port;
  }

  hold(alive: boolean): void {
    if (alive) this.#socket.ref();
    else this.#socket.unref();
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

/** The datagram with the header that the system has taken off; its checksum is not known any more. */
function datagram(sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(UDP_HEADER + payload.length);
  setUint16(bytes, 0, sourcePort);
  setUint16(bytes, 2, destinationPort);
  setUint16(bytes, 4, bytes.length);
  bytes.set(payload, UDP_HEADER);
  return bytes;
}
