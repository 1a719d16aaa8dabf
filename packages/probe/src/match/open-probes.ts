import { sameAddress } from '../packet/address.js';
import type { Reply } from '../packet/parse-reply.js';
import type { Received } from '../socket/packet-socket.js';
import { PlaceTable } from './place-table.js';
import { isUdpKey, probeKey } from './probe-key.js';

/** Room for half as many: a fifth of a second at 20,000 packets/s. What grows later is compiled once more. */
const SMALLEST_RING = 8192;
/** What a PlaceTable holds. */
const LAST_TAG = 0x3fff_ffff;

/** A probe in flight, as far as finding it goes. */
export interface OpenProbe {
  /** As `freeTag` gave it. */
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
  /** A ring: each is where the low bits of its tag say. Its length is a power of two, and half of it stays free. */
  #ring: (P | undefined)[] = Array(SMALLEST_RING).fill(undefined);
  #size = 0;
  #nextTag = 0;
  /** Key → tag. */
  readonly #byKey = new PlaceTable(SMALLEST_RING);
  /** Tags of UDP probes by all of their key but its last 16 bits: those of one destination and pair of ports. */
  readonly #byService = new Map<number, Set<number>>();

  get size(): number {
    return this.#size;
  }

  has(key: number): boolean {
    return this.#byKey.get(key) !== undefined;
  }

  /** The tag of the probe that is added next. */
  freeTag(): number {
    if (2 * this.#size >= this.#ring.length) this.#grow();
    while (this.#ring[this.#slot(this.#nextTag)] !== undefined)
      this.#nextTag = (this.#nextTag + 1) & LAST_TAG;
    return this.#nextTag;
  }

  add(probe: P): void {
    const { tag, key } = probe;
    this.#ring[this.#slot(tag)] = probe;
    this.#size += 1;
    this.#nextTag = (tag + 1) & LAST_TAG;
    this.#byKey.set(key, tag);
    if (!isUdpKey(key)) return;
    const service = serviceOf(key);
    const others = this.#byService.get(service);
    if (others === undefined) this.#byService.set(service, new Set([tag]));
    else others.add(tag);
  }

  remove(probe: P): void {
    const { tag, key } = probe;
    if (this.tagged(tag) !== probe) return;
    this.#ring[this.#slot(tag)] = undefined;
    this.#size -= 1;
    if (this.#byKey.get(key) === tag) this.#byKey.delete(key);
    if (!isUdpKey(key)) return;
    const service = serviceOf(key);
    const others = this.#byService.get(service);
    if (others?.delete(tag) && others.size === 0) this.#byService.delete(service);
  }

  tagged(tag: number | undefined): P | undefined {
    if (tag === undefined) return undefined;
    const probe = this.#ring[this.#slot(tag)];
    return probe?.tag === tag ? probe : undefined;
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

  #slot(tag: number): number {
    return tag & (this.#ring.length - 1);
  }

  #grow(): void {
    const probes = this.#ring;
    this.#ring = Array(2 * probes.length).fill(undefined);
    for (const probe of probes) if (probe !== undefined) this.#ring[this.#slot(probe.tag)] = probe;
  }

  #find(transport: 'icmp' | 'udp', destination: Uint8Array, a: number, b: number, c: number): P | null {
    const probe = this.tagged(this.#byKey.get(probeKey(transport, destination, a, b, c)));
    return probe !== undefined && sameAddress(probe.destination, destination) ? probe : null;
  }

  /**
   * A service that answers our datagram quotes nothing of it. Only when a single probe to it is open is it
   * certain which one was answered.
   */
  #onlyOneTo(destination: Uint8Array, port: number, sourcePort: number): P | null {
    const open = this.#byService.get(serviceOf(probeKey('udp', destination, sourcePort, port, 0)));
    if (open?.size !== 1) return null;
    const only = this.tagged([...open][0]);
    return only !== undefined && sameAddress(only.destination, destination) ? only : null;
  }
}

function serviceOf(key: number): number {
  return Math.floor(key / 0x10000);
}
