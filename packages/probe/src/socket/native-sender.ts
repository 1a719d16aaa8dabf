import { type Binding, DATAGRAM_UDP, SEND_BATCH, type SocketSet } from './native-binding.js';
import { type Channel, errorName } from './native-channel.js';
import type { Gathering } from './native-gathering.js';
import type { Reader } from './native-reader.js';
import type { Identity } from './native-stamp-check.js';
import type { Outgoing } from './packet-socket.js';

/** Times a packet is tried again that met an error which an earlier packet may have left behind. */
const RETRIES = 3;

/** Hands packets to the kernel in runs of one channel: one system call each, unless some are refused. */
export class Sender {
  readonly #binding: Binding;
  readonly #set: SocketSet;
  readonly #payload: Uint8Array;
  readonly #reader: Reader;
  readonly #gathering: Gathering;
  readonly #identity: Identity | null;
  /** The run being staged, and the bytes of the payload that it fills. */
  #channel: Channel | null = null;
  #first = 0;
  #count = 0;
  #filled = 0;

  /** `payload` is what the set was created with; `identity` null: no transmit stamps come. */
  constructor(
    binding: Binding,
    set: SocketSet,
    payload: Uint8Array,
    reader: Reader,
    gathering: Gathering,
    identity: Identity | null,
  ) {
    this.#binding = binding;
    this.#set = set;
    this.#payload = payload;
    this.#reader = reader;
    this.#gathering = gathering;
    this.#identity = identity;
  }

  /** Puts a packet behind those before it; hands those over first where it does not fit. */
  stage(channel: Channel, packet: Outgoing): void {
    const { departures, kind, skip } = channel;
    const { bytes } = packet;
    const isFull = this.#filled + bytes.length > this.#payload.length || departures.isFull;
    if (channel !== this.#channel || this.#count === SEND_BATCH || isFull) this.flush();
    if (departures.isFull) this.#makeRoom(channel);
    if (this.#count === 0) {
      this.#channel = channel;
      this.#first = departures.next;
    }
    // The kernel writes the headers of datagram sockets; of a UDP header it has to know the destination port.
    const port = kind === DATAGRAM_UDP ? (bytes[2]! << 8) | bytes[3]! : 0;
    const body = skip === 0 ? bytes : bytes.subarray(skip);
    this.#payload.set(body, this.#filled);
    departures.stage(packet, this.#filled, body.length, port);
    this.#filled += body.length;
    this.#count += 1;
  }

  /** Hands over what is staged. */
  flush(): void {
    if (this.#channel !== null) this.#hand(this.#channel, this.#first, this.#first + this.#count);
    this.#channel = null;
    this.#count = 0;
    this.#filled = 0;
  }

  /** Where the kernel counts: lets it start anew, with the packet of this number. */
  recount(channel: Channel, number: number): void {
    if (this.#identity !== 'count') return;
    this.#reader.readErrors(channel);
    channel.departures.expire(number, this.#gathering.sent);
    channel.countFrom = number;
    channel.countSince = this.#binding.recount(this.#set, channel.index);
  }

  #hand(channel: Channel, first: number, end: number): void {
    const { index, departures, errors } = channel;
    const identify = Number(this.#identity === 'number');
    let attempts = 0;
    for (let next = first; next < end; ) {
      const sent = this.#binding.send(this.#set, index, departures.index(next), end - next, identify);
      if (sent > 0) {
        departures.await(next, sent);
        next += sent;
        attempts = 0;
        continue;
      }
      attempts += 1;
      if (!errors || attempts > RETRIES) {
        this.#gathering.failed.push({ tag: departures.tag(next), code: errorName(sent) });
        departures.drop(next);
        next += 1;
        attempts = 0;
      }
      // Whether a refused packet counts differs from kernel to kernel.
      this.recount(channel, next);
    }
  }

  #makeRoom(channel: Channel): void {
    this.#reader.readErrors(channel);
    const { departures } = channel;
    if (departures.isFull) departures.expire(departures.oldest + SEND_BATCH, this.#gathering.sent);
  }
}
