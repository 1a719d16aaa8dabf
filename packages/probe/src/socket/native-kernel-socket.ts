import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProbeError } from '../errors.js';
import { Arrivals, ICMP_ERROR, SENT_STAMP } from './native-arrivals.js';
import {
  type Binding,
  DATA_QUEUE,
  DATAGRAM_UDP,
  ERROR_QUEUE,
  type Kind,
  RAW_UDP,
  RECEIVE_BATCH,
  requireBinding,
  SEND_BATCH,
  type SocketSet,
} from './native-binding.js';
import { type Channel, errorName, openChannel } from './native-channel.js';
import { decodeData, decodeError, proofIn } from './native-decode.js';
import type { NativeOptions } from './native-options.js';
import { refusal } from './native-refusal.js';
import { checkStamps, type Identity } from './native-stamp-check.js';
import type {
  Batch,
  Failed,
  Family,
  Outgoing,
  PacketSocket,
  Received,
  Sent,
  SocketName,
  Terms,
  Transport,
} from './packet-socket.js';

/** Least time between two wake-ups of JavaScript: packets are stamped, so they may gather. */
const PAUSE_US = 1000;
/** Receive queue in bytes: half a second at 30,000 packets/s, each with its stamp; the kernel doubles it. */
const BUFFER_BYTES = 16 << 20;
const LONGEST_PACKET = 65_536;
/** Quotes are no longer than IPv6's least MTU. */
const LONGEST_QUOTE = 2048;
const PAYLOAD_BYTES = 4 * LONGEST_PACKET;
/** Times RECEIVE_BATCH packets are read before other callbacks get their turn: more than a busy loop falls behind. */
const READS_PER_TURN = 32;
/** Times a packet is tried again that met an error which an earlier packet may have left behind. */
const RETRIES = 3;
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
  readonly #payload = new Uint8Array(PAYLOAD_BYTES);
  readonly #data = new Arrivals(LONGEST_PACKET);
  readonly #errors = new Arrivals(LONGEST_QUOTE);
  readonly #channels: Channel[] = [];
  /** By family and transport: see laneIndex. */
  readonly #lanes: (Lane | string)[] = Array(4).fill('This socket has not been opened.');
  #identity: Identity | null = null;
  #listener: ((batch: Batch) => void) | null = null;
  #sent: Sent[] = [];
  #failed: Failed[] = [];
  #received: Received[] = [];
  #staged = 0;
  #turn = 0;
  #delivery: NodeJS.Immediate | null = null;
  #patience: NodeJS.Timeout | null = null;
  #closing: Promise<void> | null = null;
  #dropped: number | null = null;

  constructor(name: SocketName, options: NativeOptions) {
    this.name = name;
    this.#options = options;
    this.#binding = requireBinding(options.load);
    this.#set = this.#binding.create(
      (channels) => this.#read(channels),
      PAUSE_US,
      this.#payload.buffer as ArrayBuffer,
      this.#data.buffer,
      this.#errors.buffer,
    );
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
    const udp = this.#channels.find(({ kind }) => kind === DATAGRAM_UDP);
    if (udp !== undefined) {
      this.#identity = await checkStamps(this.#binding, this.#set, udp, this.#data, this.#errors);
    }
    if (this.#options.stamping === 'counted') this.#identity = 'count';
    if (this.#options.stamping === 'none') this.#identity = null;
    for (const channel of this.#channels) this.#recount(channel, channel.departures.next);
    const error = this.#binding.start(this.#set);
    if (error < 0) throw new ProbeError('SOCKET_UNAVAILABLE', `no watcher thread (${errorName(error)})`);
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
    if (this.#closing !== null) throw new ProbeError('SOCKET_CLOSED');
    let channel: Channel | null = null;
    let first = 0;
    let count = 0;
    const flush = () => {
      if (channel !== null && count > 0) this.#hand(channel, first, count);
      count = 0;
      this.#staged = 0;
    };
    for (const packet of packets) {
      const lane = this.#lanes[laneIndex(packet.family, packet.transport)]!;
      const code = typeof lane === 'string' ? 'EAFNOSUPPORT' : refusal(packet, lane.terms);
      if (typeof lane === 'string' || code !== null) {
        this.#failed.push({ tag: packet.tag, code: code ?? 'EAFNOSUPPORT' });
        continue;
      }
      const { departures } = lane.channel;
      const isFull = this.#staged + packet.bytes.length > PAYLOAD_BYTES || departures.isFull;
      if (lane.channel !== channel || count === SEND_BATCH || isFull) flush();
      if (departures.isFull) this.#makeRoom(lane.channel);
      if (count === 0) first = departures.next;
      channel = lane.channel;
      this.#stage(channel, packet);
      count += 1;
    }
    flush();
    if (this.#failed.length > 0 || this.#sent.length > 0) this.#deliverSoon();
    this.#waitForStamps();
  }

  skew(): number {
    return this.#binding.skew();
  }

  dropped(): number {
    return this.#dropped ?? this.#binding.dropped(this.#set);
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
    for (const channel of this.#channels) {
      this.#readErrors(channel);
      channel.departures.expire(channel.departures.next, this.#sent);
    }
    this.#deliver();
    this.#listener = null;
    if (this.#patience !== null) clearTimeout(this.#patience);
    if (this.#delivery !== null) clearImmediate(this.#delivery);
    this.#dropped = this.#binding.dropped(this.#set);
    this.#binding.close(this.#set);
    this.#channels.length = 0;
  }

  #stage(channel: Channel, packet: Outgoing): void {
    const { bytes } = packet;
    // The kernel writes the headers of datagram sockets; of a UDP header it has to know the destination port.
    const port = channel.kind === DATAGRAM_UDP ? (bytes[2]! << 8) | bytes[3]! : 0;
    const body = channel.skip === 0 ? bytes : bytes.subarray(channel.skip);
    this.#payload.set(body, this.#staged);
    channel.departures.stage(packet, this.#staged, body.length, port);
    this.#staged += body.length;
  }

  /** One run of staged packets to the kernel: one system call, unless some of them are refused. */
  #hand(channel: Channel, first: number, count: number): void {
    const { index, departures, errors } = channel;
    const end = first + count;
    let attempts = 0;
    for (let next = first; next < end; ) {
      const ring = departures.index(next);
      const sent = this.#binding.send(
        this.#set,
        index,
        ring,
        end - next,
        Number(this.#identity === 'number'),
      );
      if (sent > 0) {
        departures.await(next, sent);
        next += sent;
        attempts = 0;
        continue;
      }
      attempts += 1;
      if (!errors || attempts > RETRIES) {
        this.#failed.push({ tag: departures.tag(next), code: errorName(sent) });
        departures.drop(next);
        next += 1;
        attempts = 0;
      }
      // Whether a refused packet counts differs from kernel to kernel.
      this.#recount(channel, next);
    }
  }

  /** Where the kernel counts: lets it start anew, with this packet. */
  #recount(channel: Channel, number: number): void {
    if (this.#identity !== 'count') return;
    this.#readErrors(channel);
    channel.departures.expire(number, this.#sent);
    channel.countFrom = number;
    channel.countSince = this.#binding.recount(this.#set, channel.index);
  }

  #makeRoom(channel: Channel): void {
    this.#readErrors(channel);
    const { departures } = channel;
    if (departures.isFull) departures.expire(departures.oldest + SEND_BATCH, this.#sent);
  }

  /** The watcher's call: these channels can be read. */
  #read(channels: number): void {
    if (this.#closing !== null) return;
    try {
      for (let reads = 0; reads < READS_PER_TURN && this.#closing === null; reads += 1) {
        const isFull = this.#readData(channels);
        // After the data, so that every packet whose answer has just been read has its stamp read too.
        for (const channel of this.#channels) {
          if (channel.departures.awaited > 0 || isIn(channels, channel)) this.#readErrors(channel);
        }
        this.#readProofs();
        this.#deliver();
        if (!isFull) break;
      }
    } finally {
      // Whatever the listener throws.
      if (this.#closing === null) this.#binding.arm(this.#set, channels);
    }
  }

  /** At most RECEIVE_BATCH packets; whether there may be more. Each channel gets to be first. */
  #readData(channels: number): boolean {
    let slots = 0;
    this.#turn += 1;
    for (let i = 0; i < this.#channels.length; i += 1) {
      const channel = this.#channels[(this.#turn + i) % this.#channels.length]!;
      if (!isIn(channels, channel) || channel.kind === RAW_UDP) continue;
      const first = slots;
      const room = RECEIVE_BATCH - first;
      slots += Math.max(0, this.#binding.receive(this.#set, channel.index, DATA_QUEUE, first, room));
      for (let slot = first; slot < slots; slot += 1) {
        this.#received.push(decodeData(this.#data, slot, channel));
      }
      if (slots === RECEIVE_BATCH) return true;
    }
    return false;
  }

  /** All of it: it holds no more than what we have sent, and errors within the bounds of its buffer. */
  #readErrors(channel: Channel): void {
    for (let count = RECEIVE_BATCH; count === RECEIVE_BATCH; ) {
      count = this.#binding.receive(this.#set, channel.index, ERROR_QUEUE, 0, RECEIVE_BATCH);
      for (let slot = 0; slot < count; slot += 1) {
        const kind = this.#errors.kind(slot);
        if (kind === SENT_STAMP) this.#readStamp(channel, slot);
        if (kind === ICMP_ERROR) this.#received.push(decodeError(this.#errors, slot, channel));
      }
    }
  }

  #readStamp({ departures, countFrom, countSince }: Channel, slot: number): void {
    const at = this.#errors.at(slot);
    // Counted from before the last recount: of a packet already given up on.
    if (at < countSince || this.#errors.stamp(slot) !== 'kernel') return;
    const tag = departures.settle(countFrom + this.#errors.id(slot));
    if (tag >= 0) this.#sent.push({ tag, at, stamp: 'kernel' });
  }

  /** Some devices (tunnels among them) give no stamps: a reply shows that its packet has left all the same. */
  #readProofs(): void {
    for (const received of this.#received) {
      if (this.#channels.every(({ departures }) => departures.awaited === 0)) return;
      const proof = proofIn(received);
      if (proof === null) continue;
      const lane = this.#lanes[laneIndex(received.family, proof.transport)]!;
      if (typeof lane !== 'string') lane.channel.departures.prove(proof, this.#sent);
    }
  }

  #deliver(): void {
    const batch = { sent: this.#sent, failed: this.#failed, received: this.#received };
    if (batch.sent.length + batch.failed.length + batch.received.length === 0) return;
    this.#sent = [];
    this.#failed = [];
    this.#received = [];
    this.#listener?.(batch);
  }

  #deliverSoon(): void {
    this.#delivery ??= setImmediate(() => {
      this.#delivery = null;
      this.#deliver();
    });
  }

  /** From time to time gives up on what was sent before the last time. */
  #waitForStamps(): void {
    if (this.#patience !== null || this.#channels.every(({ departures }) => departures.awaited === 0)) return;
    const sentSoFar = this.#channels.map(({ departures }) => departures.next);
    this.#patience = setTimeout(() => {
      this.#patience = null;
      this.#channels.forEach((channel, i) => {
        // The event loop may have been busy for longer than that.
        this.#readErrors(channel);
        channel.departures.expire(sentSoFar[i]!, this.#sent);
      });
      this.#deliver();
      if (this.#closing === null) this.#waitForStamps();
    }, STAMP_WAIT_MS).unref();
  }
}

function laneIndex(family: Family, transport: Transport): number {
  return (family === 4 ? 0 : 2) + (transport === 'icmp' ? 0 : 1);
}

function isIn(channels: number, channel: Channel): boolean {
  return (channels & (1 << channel.index)) !== 0;
}
