import { sameAddress } from '../packet/address.js';
import type { Reply } from '../packet/parse-reply.js';
import type { Received } from '../socket/packet-socket.js';
import { PlaceTable } from './place-table.js';
import { isUdpKey, probeKey } from './probe-key.js';

/** A probe in flight, as far as finding it goes. */
export interface OpenProbe {
  readonly tag: number;
  readonly key: number;
  /** Who it goes to, 4 or 16 bytes. */
  readonly destination: Uint8Array;
}

/**
 * The probes whose answers are still of use. A reply is matched by what it quotes, never by who sent it: only
 * somebody who saw the probe can know its secret.
 */
export class OpenProbes<P extends OpenProbe> {
  /** By place. */
  readonly #probes: (P | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #byTag = new PlaceTable();
  readonly #byKey = new PlaceTable();
  /** UDP probes by all of their key but its last 16 bits: those of one destination and pair of ports. */
  readonly #byService = new Map<number, Set<number>>();

  get size(): number {
    return this.#byTag.size;
  }

  has(key: number): boolean {
    return this.#byKey.get(key) !== undefined;
  }

  add(probe: P): void {
    const place = this.#free.pop() ?? this.#probes.length;
    this.#probes[place] = probe;
    this.#byTag.set(probe.tag, place);
    this.#byKey.set(probe.key, place);
    if (!isUdpKey(probe.key)) return;
    const service = serviceOf(probe.key);
    const others = this.#byService.get(service);
    if (others === undefined) this.#byService.set(service, new Set([place]));
    else others.add(place);
  }

  remove(probe: P): void {
    const place = this.#byTag.get(probe.tag);
    if (place === undefined || this.#probes[place] !== probe) return;
    this.#probes[place] = undefined;
    this.#free.push(place);
    this.#byTag.delete(probe.tag);
    if (this.#byKey.get(probe.key) === place) this.#byKey.delete(probe.key);
    if (!isUdpKey(probe.key)) return;
    const service = serviceOf(probe.key);
    const others = this.#byService.get(service);
    if (others?.delete(place) && others.size === 0) this.#byService.delete(service);
  }

  tagged(tag: number): P | undefined {
    return this.#at(this.#byTag.get(tag));
  }

  /** The probe that this reply answers, or null: somebody else's, forged, too late, or a bare UDP datagram. */
  answeredBy(reply: Reply, received: Received): P | null {
    if (reply.kind === 'udp') return this.#onlyOneTo(received.from, reply.sourcePort, reply.destinationPort);
    if (reply.kind === 'echo-reply') {
      if (reply.token === null) return null;
      return this.#find('icmp', received.from, reply.id, reply.token, reply.sequence);
    }
    const { transport, destination, a, b, c, token } = reply.quote;
    const found = this.#find(transport, destination, a, b, c);
    if (found !== null || token === null) return found;
    // An address translator on the way may have rewritten the checksum: its copy in the payload it has not.
    return transport === 'icmp'
      ? this.#find(transport, destination, a, token, c)
      : this.#find(transport, destination, a, b, token);
  }

  #at(place: number | undefined): P | undefined {
    return place === undefined ? undefined : this.#probes[place];
  }

  #find(transport: 'icmp' | 'udp', destination: Uint8Array, a: number, b: number, c: number): P | null {
    const probe = this.#at(this.#byKey.get(probeKey(transport, destination, a, b, c)));
    return probe !== undefined && sameAddress(probe.destination, destination) ? probe : null;
  }

  /**
   * A service that answers our datagram quotes nothing of it. Only when a single probe to it is open is it
   * certain which one was answered.
   */
  #onlyOneTo(destination: Uint8Array, port: number, sourcePort: number): P | null {
    const open = this.#byService.get(serviceOf(probeKey('udp', destination, sourcePort, port, 0)));
    if (open?.size !== 1) return null;
    const only = this.#at([...open][0]);
    return only !== undefined && sameAddress(only.destination, destination) ? only : null;
  }
}

function serviceOf(key: number): number {
  return Math.floor(key / 0x10000);
}
