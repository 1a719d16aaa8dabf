import { createSocket } from 'node:dgram';
import { ProbeError } from '../errors.js';

/** Which of this machine's addresses packets to an address leave from. */
export type FindSource = (address: string) => Promise<string>;

/** Any port will do: connecting a datagram socket only looks the route up, no packet leaves. */
const DISCARD_PORT = 9;

/**
 * The address that packets to `address` leave from, by this machine's routing table.
 * Rejects with TARGET_UNROUTABLE where there is no route.
 */
export function findSource(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const settle = (cause?: Error) => {
      const source = cause === undefined ? socket.address().address : null;
      socket.close();
      if (source === null) reject(new ProbeError('TARGET_UNROUTABLE', address, cause));
      else resolve(source);
    };
    socket.once('error', settle);
    // Node's types leave out that the callback gets the error.
    socket.connect(DISCARD_PORT, address, settle as () => void);
  });
}
