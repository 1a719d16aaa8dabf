import { createSocket, type Socket } from 'node:dgram';
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
  return address.includes(':') ? six.find(address) : four.find(address);
}

/** Questions of one family: however many are asked at once, one descriptor answers them, one after the other. */
class Router {
  readonly #type: 'udp4' | 'udp6';
  #socket: Socket | null = null;
  #asked = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(type: 'udp4' | 'udp6') {
    this.#type = type;
  }

  find(address: string): Promise<string> {
    this.#asked += 1;
    const found = this.#last.then(() => this.#ask(address));
    this.#last = found.catch(() => {}).then(() => this.#answered());
    return found;
  }

  #ask(address: string): Promise<string> {
    this.#socket ??= createSocket(this.#type);
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const settle = (cause?: Error) => {
        socket.off('error', settle);
        if (cause !== undefined) return reject(new ProbeError('TARGET_UNROUTABLE', address, cause));
        const source = socket.address().address;
        socket.disconnect();
        resolve(source);
      };
      socket.once('error', settle);
      // Node's types leave out that the callback gets the error.
      socket.connect(DISCARD_PORT, address, settle as () => void);
    });
  }

  #answered(): void {
    this.#asked -= 1;
    if (this.#asked > 0) return;
    this.#socket?.close();
    this.#socket = null;
  }
}

const four = new Router('udp4');
const six = new Router('udp6');
