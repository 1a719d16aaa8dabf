import { type Loaded, loadBinding } from '../../native/load.mjs';
import type { Family } from './packet-socket.js';

/** A set of sockets with its watcher thread, opaque. */
export type SocketSet = { readonly __socketSet: never };

/** enum kind of native/src/locator.h. */
export const RAW_ICMP = 0;
/** Sends only. */
export const RAW_UDP = 1;
export const DATAGRAM_UDP = 2;
export const DATAGRAM_ICMP = 3;
export type Kind = typeof RAW_ICMP | typeof RAW_UDP | typeof DATAGRAM_UDP | typeof DATAGRAM_ICMP;

export const DATA_QUEUE = 0;
export const ERROR_QUEUE = 1;
export type Queue = typeof DATA_QUEUE | typeof ERROR_QUEUE;

/** SEND_BATCH and RECEIVE_BATCH: packets per call. */
export const SEND_BATCH = 256;
export const RECEIVE_BATCH = 64;
/** Free bytes in front of every received packet. */
export const HEADROOM = 64;

/** The C functions. Numbers in, numbers out, but for addresses: a negative result is -errno. Flags are 0 or 1. */
export interface Binding {
  readonly abi: number;
  /**
   * `ready` gets a bit mask of channels that can be read. `payload` holds outgoing bytes, `data` and `errors`
   * what `receive` reads from either queue (see Arrivals).
   */
  create(
    ready: (channels: number) => void,
    payload: ArrayBuffer,
    data: ArrayBuffer,
    errors: ArrayBuffer,
  ): SocketSet;
  /** `ring` holds outgoing records (see Departures). Only before `start`. */
  open(
    set: SocketSet,
    family: Family,
    kind: Kind,
    errors: number,
    stamps: number,
    bufferBytes: number,
    ring: ArrayBuffer,
  ): number;
  /** The bound port, or the echo identifier of an ICMP datagram socket. */
  port(set: SocketSet, channel: number): number;
  /** Sends records `first` to `first + count - 1`; how many went, or the error of the first. */
  send(set: SocketSet, channel: number, first: number, count: number, identify: number): number;
  receive(set: SocketSet, channel: number, queue: Queue, first: number, count: number): number;
  /** Lets the kernel's stamp identifiers count from 0 again; CLOCK_REALTIME just after, in nanoseconds. */
  recount(set: SocketSet, channel: number): bigint;
  start(set: SocketSet): number;
  /**
   * A channel that `ready` has named is not named again before this; and from now on none is for `pauseUs`.
   */
  arm(set: SocketSet, channels: number, pauseUs: number): void;
  /** A bit mask of channels with something to read, now. */
  unread(set: SocketSet): number;
  hold(set: SocketSet, alive: number): void;
  dropped(set: SocketSet): number;
  /** The address that packets to this one leave from, by the routing table. */
  source(address: string): string | number;
  skew(): number;
  close(set: SocketSet): void;
}

/** The C functions, or why there are none. */
export function findBinding(
  load: () => Loaded = loadBinding,
): { readonly binding: Binding } | { readonly binding: null; readonly reason: string } {
  const { binding, reason } = load();
  return reason === undefined ? { binding: binding as Binding } : { binding: null, reason };
}
