import { getSystemErrorName } from 'node:util';
import { type Binding, DATAGRAM_UDP, type Kind, type SocketSet } from './native-binding.js';
import { Departures } from './native-departures.js';
import type { Family } from './packet-socket.js';

/** One descriptor of a socket set. */
export interface Channel {
  readonly index: number;
  readonly family: Family;
  readonly kind: Kind;
  /** Whether its error queue has ICMP errors, not only stamps. */
  readonly errors: boolean;
  /** The bound port or echo identifier; 0 on raw sockets. */
  readonly port: number;
  /** Leading bytes of a message that the kernel writes itself. */
  readonly skip: number;
  readonly departures: Departures;
  /** Where the kernel only counts packets: which of ours it calls 0, and since when. */
  countFrom: number;
  countSince: bigint;
  /** When it was last read until nothing was left, as `performance.now()` has it. */
  readAt: number;
}

export interface ChannelOptions {
  readonly family: Family;
  readonly kind: Kind;
  readonly errors: boolean;
  readonly stamps: boolean;
  readonly bufferBytes: number;
}

/** Packets that may await their stamps at once: at 30,000 a second, a quarter of a second's. */
const RING = 8192;
const UDP_HEADER = 8;

/** The channel, or the system's code for why there is none. */
export function openChannel(binding: Binding, set: SocketSet, options: ChannelOptions): Channel | string {
  const { family, kind, errors, stamps, bufferBytes } = options;
  const departures = new Departures(RING);
  const index = binding.open(set, family, kind, Number(errors), Number(stamps), bufferBytes, departures.ring);
  if (index < 0) return errorName(index);
  const port = binding.port(set, index);
  const skip = kind === DATAGRAM_UDP ? UDP_HEADER : 0;
  return {
    index,
    family,
    kind,
    errors,
    port,
    skip,
    departures,
    countFrom: 0,
    countSince: 0n,
    readAt: performance.now(),
  };
}

/** `EPERM` of -1. */
export function errorName(negative: number): string {
  return getSystemErrorName(negative);
}
