import { networkInterfaces } from 'node:os';
import { formatAddress } from '../packet/address.js';

/** Looking all interfaces over costs some 50 µs: not for every packet. */
const FRESH_MS = 100;

/** The addresses of this machine's interfaces. */
export class OwnAddresses {
  #known = new Set<string>();
  #readAt = Number.NEGATIVE_INFINITY;

  has(address: Uint8Array): boolean {
    // All of 127.0.0.0/8 is this machine, RFC 1122 section 3.2.1.3.
    if (address.length === 4 && address[0] === 127) return true;
    const now = performance.now();
    if (now - this.#readAt > FRESH_MS) {
      this.#readAt = now;
      this.#read();
    }
    return this.#known.has(formatAddress(address));
  }

  #read(): void {
    const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    this.#known = new Set(all.map(({ address }) => address));
  }
}
