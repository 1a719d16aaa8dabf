import { buildEcho, buildUdp } from '../packet/build-probe.js';
import type { Family, Terms, Transport } from '../socket/packet-socket.js';
import { probeKey } from './probe-key.js';

/** What one flow's packets have in common: all that load balancers look at, and the trace's secret. */
export interface FlowOptions {
  readonly family: Family;
  readonly transport: Transport;
  /** 4 or 16 bytes. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** Destination port of UDP. */
  readonly port: number;
  readonly size: number;
  readonly terms: Terms;
  /** Uniform over 0 to 65535, not to be guessed. */
  readonly random: () => number;
}

interface Shape {
  readonly size?: number;
  readonly mute?: boolean;
}

export interface FlowPacket {
  readonly bytes: Uint8Array;
  /** What a reply that quotes this packet is found by. */
  readonly key: number;
}

/**
 * The packets of one constant flow (Paris). What is secret and what counts up are all within the header and
 * 8 bytes that any router quotes:
 *   echo  identifier and checksum constant and secret, sequence number counts from a secret start;
 *   UDP   ports constant, the checksum counts from a secret start.
 */
export class Flow {
  readonly destination: Uint8Array;
  readonly #options: FlowOptions;
  readonly #id: number;
  readonly #secret: number;
  readonly #start: number;

  constructor(options: FlowOptions) {
    const { random, terms } = options;
    this.#options = options;
    this.destination = options.destination;
    this.#id = (options.transport === 'icmp' ? terms.echoId : terms.sourcePort) ?? random();
    this.#secret = toChecksum(random());
    this.#start = random();
  }

  /**
   * The n-th packet, n from 0; after 65,534 of them they repeat. `size` in bytes from the transport header on; `mute`:
   * nobody answers it but a router that it expires at. Its bytes may be those of `old`, a packet of no more use.
   */
  packet(n: number, { size = this.#options.size, mute = false }: Shape = {}, old?: Uint8Array): FlowPacket {
    const { family, transport, source, destination, port } = this.#options;
    if (transport === 'icmp') {
      const sequence = (this.#start + n) & 0xffff;
      const checksum = this.#secret;
      const packet = { family, source, destination, id: this.#id, sequence, checksum, size, mute };
      const bytes = buildEcho(packet, old);
      return { bytes, key: probeKey('icmp', destination, this.#id, checksum, sequence) };
    }
    const checksum = toChecksum(this.#start + n);
    const ports = { sourcePort: this.#id, destinationPort: port };
    const bytes = buildUdp({ family, source, destination, ...ports, checksum, size, mute }, old);
    return { bytes, key: probeKey('udp', destination, this.#id, port, checksum) };
  }
}

/** 0 means "no checksum" in UDP and 0xffff equals it in ones' complement: neither can be asked for. */
function toChecksum(n: number): number {
  return 1 + (n % 0xfffe);
}
