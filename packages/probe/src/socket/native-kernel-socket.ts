import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProbeError } from '../errors.js';
import { Arrivals } from './native-arrivals.js';
import { type Binding, DATAGRAM_UDP, findBinding, type Kind, type SocketSet } from './native-binding.js';
import { type Channel, errorName, openChannel } from './native-channel.js';
import { proofIn } from './native-decode.js';
import { Gathering } from './native-gathering.js';
import type { NativeOptions } from './native-options.js';
import { Reader } from './native-reader.js';
import { refusal } from './native-refusal.js';
import { Sender } from './native-sender.js';
import { checkStamps, type Identity } from './native-stamp-check.js';
import type { Batch, Family, Outgoing, PacketSocket, SocketName, Terms, Transport } from './packet-socket.js';

/**
 * Least time from one reading to a wake-up for the next. Packets are stamped already, so they may gather: each
 * wake-up costs as much as some ten of them. Where they come in numbers, the pause outlasts the time from one sending to
 * the next, which reads too.
 */
const PAUSE_US = 1000;
const LONG_PAUSE_US = 16_000;
const NUMBERS = 32;
/** Receive queue: half a second at 30,000 packets/s, each with its stamp; the kernel doubles the figure. */
const BUFFER_BYTES = 16 << 20;
const LONGEST_PACKET = 65_536;
/** Quotes are no longer than IPv6's least MTU. */
const LONGEST_QUOTE = 2048;
const PAYLOAD_BYTES = 4 * LONGEST_PACKET;
/** Times 64 packets are read before other callbacks get their turn: more than a busy loop falls behind. */
const READS_PER_TURN = 32;
/** How long to wait for the kernel's transmit stamp; a packet can stand in a queue of this machine first. */
const STAMP_WAIT_MS = 1000;

/** How packets of one family and transport are sent. */
interface Lane {
  readonly channel: Channel;
  readonly terms: Terms;
}

/** What the two Linux sockets have in common: all but which descriptors they are made of. */
export class KernelSocket implements PacketSocket {
  readonly name: SocketName;
  readonly stamps = 'kernel';
  readonly #binding: Binding;
  readonly #options: NativeOptions;
  readonly #set: SocketSet;
  readonly #payload = new Uint8Array(new ArrayBuffer(PAYLOAD_BYTES));
  readonly #data = new Arrivals(LONGEST_PACKET);
  readonly #errors = new Arrivals(LONGEST_QUOTE);
  readonly #gathering = new Gathering();
  readonly #reader: Reader;
  readonly #channels: Channel[] = [];
  /** By laneIndex; a sentence where there is none. */
  readonly #lanes: (Lane | string)[] = Array(4).fill('The socket is not open yet.');
  #sender: Sender | null = null;
  #listener: ((batch: Batch) => void) | null = null;
  #reading: NodeJS.Immediate | null = null;
  #patience: NodeJS.Timeout | null = null;
  #closing: Promise<void> | null = null;
  #dropped: number | null = null;

  constructor(name: SocketName, options: NativeOptions) {
    this.name = name;
    this.#options = options;
    const found = findBinding(options.load);
    if (found.binding === null) throw new ProbeError('SOCKET_UNAVAILABLE', found.reason);
    this.#binding = found.binding;
    this.#set = this.#binding.create(
      (channels) => this.#readAll(channels),
      this.#payload.buffer,
      this.#data.buffer,
      this.#errors.buffer,
    );
    this.#reader = new Reader(this.#binding, this.#set, this.#data, this.#errors, this.#gathering);
  }

  /** Adds a descriptor; the system's code when it cannot. */
  add(family: Family, kind: Kind, errors = false): Channel | string {
    const channel = openChannel(this.#binding, this.#set, {
      family,
      kind,
      errors,
      stamps: this.#options.stamping !== 'none',
      bufferBytes: this.#options.bufferBytes ?? BUFFER_BYTES,
    });
    if (typeof channel !== 'string') this.#channels.push(channel);
    return channel;
  }

  /** Says how packets of one kind are sent, or why they cannot be. */
  offer(family: Family, transport: Transport, lane: Lane | string): void {
    this.#lanes[laneIndex(family, transport)] = lane;
  }

  /** To be called once, after all is added. */
  async start(): Promise<void> {
    const identity = await this.#identify();
    const sender = new Sender(
      this.#binding,
      this.#set,
      this.#payload,
      this.#reader,
      this.#gathering,
      identity,
    );
    for (const channel of this.#channels) sender.recount(channel, channel.departures.next);
    const error = this.#binding.start(this.#set);
    if (error < 0) throw new ProbeError('SOCKET_UNAVAILABLE', `no watcher thread (${errorName(error)})`);
    this.#sender = sender;
  }

  terms(family: Family, transport: Transport): Terms | null {
    const lane = this.#lanes[laneIndex(family, transport)]!;
    return typeof lane === 'string' ? null : lane.terms;
  }

  why(family: Family, transport: Transport): string | null {
    const lane = this.#lanes[laneIndex(family, transport)]!;
    return typeof lane === 'string' ? lane : null;
  }

  listen(listener: (batch: Batch) => void): void {
    this.#listener = listener;
  }

  send(packets: readonly Outgoing[]): void {
    if (this.#closing !== null || this.#sender === null) throw new ProbeError('SOCKET_CLOSED');
    for (const packet of packets) {
      const lane = this.#lanes[laneIndex(packet.family, packet.transport)]!;
      const code = typeof lane === 'string' ? 'EAFNOSUPPORT' : refusal(packet, lane.terms);
      if (code !== null) this.#gathering.failed.push({ tag: packet.tag, code });
      else this.#sender.stage((lane as Lane).channel, packet);
    }
    this.#sender.flush();
    this.#readSoon();
    this.#waitForStamps();
  }

  skew(): number {
    return this.#binding.skew();
  }

  /** On some kernels transmit stamps that found no room are among them. */
  dropped(): number {
    return this.#dropped ?? this.#binding.dropped(this.#set);
  }

  lag(): number {
    if (this.#closing !== null) return 0;
    const now = performance.now();
    return Math.max(0, ...this.#unread().map(({ readAt }) => now - readAt));
  }

  hold(alive: boolean): void {
    this.#binding.hold(this.#set, Number(alive));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await nextTurn();
    try {
      for (const channel of this.#channels) {
        this.#reader.readErrors(channel);
        channel.departures.expire(channel.departures.next, this.#gathering.sent);
      }
      this.#deliver();
    } finally {
      this.#listener = null;
      if (this.#patience !== null) clearTimeout(this.#patience);
      if (this.#reading !== null) clearImmediate(this.#reading);
      this.#dropped = this.#binding.dropped(this.#set);
      this.#binding.close(this.#set);
    }
  }

  async #identify(): Promise<Identity | null> {
    const udp = this.#channels.find(({ kind }) => kind === DATAGRAM_UDP);
    if (udp === undefined) return 'count';
    const identity = await checkStamps(this.#binding, this.#set, udp, this.#data, this.#errors);
    if (this.#options.stamping === 'none') return null;
    return this.#options.stamping === 'counted' ? 'count' : identity;
  }

  /** The process is awake for sending anyway: what has come in by now need not wake it up again. */
  #readSoon(): void {
    this.#reading ??= setImmediate(() => {
      this.#reading = null;
      this.#readAll(0);
    });
  }

  /** Delivers all that there is to read, and lets the watcher name the channels in `named` again. */
  #readAll(named: number): void {
    if (this.#closing !== null) return;
    let count = 0;
    try {
      for (let reads = 0; reads < READS_PER_TURN && this.#closing === null; reads += 1) {
        const began = performance.now();
        // Asking costs less than reading in vain.
        const readable = this.#unread();
        const isFull = this.#reader.readData(readable);
        // After the data, so that every packet whose answer has just been read has its stamp read too.
        for (const channel of this.#channels) {
          if (channel.departures.awaited > 0 || readable.includes(channel)) this.#reader.readErrors(channel);
        }
        if (!isFull) for (const channel of this.#channels) channel.readAt = began;
        count += this.#gathering.size;
        this.#deliver();
        if (!isFull) break;
      }
    } finally {
      // Whatever the listener throws.
      const pause = count < NUMBERS ? PAUSE_US : LONG_PAUSE_US;
      if (this.#closing === null) this.#binding.arm(this.#set, named, pause);
    }
  }

  /** Channels with something to read. */
  #unread(): readonly Channel[] {
    const unread = this.#binding.unread(this.#set);
    return this.#channels.filter(({ index }) => (unread & (1 << index)) !== 0);
  }

  /** Some devices (tunnels among them) give no stamps: a reply shows that its packet has left all the same. */
  #settleProven(): void {
    for (const received of this.#gathering.received) {
      if (!this.#isAwaiting()) return;
      const proof = proofIn(received);
      if (proof === null) continue;
      const lane = this.#lanes[laneIndex(received.family, proof.transport)]!;
      if (typeof lane !== 'string') lane.channel.departures.prove(proof, this.#gathering.sent);
    }
  }

  #deliver(): void {
    this.#settleProven();
    if (this.#gathering.size > 0) this.#listener?.(this.#gathering.take());
  }

  #isAwaiting(): boolean {
    return this.#channels.some(({ departures }) => departures.awaited > 0);
  }

  /** From time to time gives up on what was sent before the last time. */
  #waitForStamps(): void {
    if (this.#patience !== null || !this.#isAwaiting()) return;
    const sentSoFar = this.#channels.map(({ departures }) => departures.next);
    this.#patience = setTimeout(() => {
      this.#patience = null;
      if (this.#closing !== null) return;
      this.#channels.forEach((channel, i) => {
        // The event loop may have been busy for longer than that.
        this.#reader.readErrors(channel);
        channel.departures.expire(sentSoFar[i]!, this.#gathering.sent);
      });
      this.#deliver();
      if (this.#closing === null) this.#waitForStamps();
    }, STAMP_WAIT_MS).unref();
  }
}

function laneIndex(family: Family, transport: Transport): number {
  return (family === 4 ? 0 : 2) + (transport === 'icmp' ? 0 : 1);
}
