import type { StampSource } from '../socket/packet-socket.js';
import type { Answer, Attempt } from './attempt.js';

export interface TrainShape {
  readonly loads: number;
  /** Bytes of a load, IP header included. */
  readonly loadBytes: number;
  /** Nobody answers its loads. */
  readonly mute: boolean;
}

/** Where the packets of a train go, by TTL. */
export interface TrainRoute {
  readonly loads: number;
  /** One small packet each, in the order sent: the farthest first, so that all behind it die before it does. */
  readonly markers: readonly number[];
  /** Single loads behind them, which show that packets of their kind get there. */
  readonly scouts: readonly number[];
}

/** One packet of a train. */
export interface TrainPacket extends Attempt {
  readonly train: Train;
  readonly role: 'load' | 'marker' | 'scout';
  answer: Answer | null;
}

/** An answer, in milliseconds from the departure of the train's first packet. */
export interface PacketReply {
  readonly ttl: number;
  readonly by: string;
  readonly delayMs: number;
  /** When the packet itself left. */
  readonly sendMs: number;
}

/** The smallest probe, from its transport header on. */
export const MARKER_BYTES = 12;

/** Packets that leave at once, when they did, and what came back. */
export class Train {
  readonly index: number;
  readonly shape: TrainShape;
  readonly sentAt: number;
  readonly packets: readonly TrainPacket[];
  readonly markers: readonly TrainPacket[];
  /** Of all its packets, IP headers included. */
  readonly bytes: number;
  /** Replies to markers, and to loads, whose times could be trusted. */
  readonly markerReplies: PacketReply[] = [];
  readonly loadReplies: PacketReply[] = [];
  /** The system refused to send some of it. */
  spoiled = false;
  readonly #departures = new Map<TrainPacket, bigint>();
  /** Asked for again and again of hundreds of trains, and seldom changed. */
  #pausesMs: readonly number[] | null = null;
  #longestPauseMs: number | null = null;

  /** `header`: bytes of the IP header. */
  constructor(index: number, shape: TrainShape, route: TrainRoute, header: number, sentAt: number) {
    this.index = index;
    this.shape = shape;
    this.sentAt = sentAt;
    const packet = (role: TrainPacket['role'], ttl: number, size: number, mute: boolean): TrainPacket => ({
      train: this,
      role,
      ttl,
      sentAt,
      size,
      mute,
      answer: null,
      givenUp: false,
    });
    const { loads, loadBytes, mute } = shape;
    const load = (role: 'load' | 'scout', ttl: number) => packet(role, ttl, loadBytes - header, mute);
    this.markers = route.markers.map((ttl) => packet('marker', ttl, MARKER_BYTES, false));
    this.packets = [
      ...Array.from({ length: loads }, () => load('load', route.loads)),
      ...this.markers,
      ...route.scouts.map((ttl) => load('scout', ttl)),
    ];
    this.bytes = this.packets.reduce((sum, { size = 0 }) => sum + header + size, 0);
  }

  /** Some marker was not answered yet. */
  get isAwaited(): boolean {
    return this.packets.some(({ role, answer }) => role !== 'load' && answer === null);
  }

  /** Milliseconds from each packet's departure to the next one's, as far as these are known. */
  get pausesMs(): readonly number[] {
    this.#pausesMs ??= this.#measurePauses();
    return this.#pausesMs;
  }

  /** Below all numbers where none is known. */
  get longestPauseMs(): number {
    this.#longestPauseMs ??= Math.max(...this.pausesMs);
    return this.#longestPauseMs;
  }

  #measurePauses(): number[] {
    const departures = this.packets.flatMap((packet) => this.#departures.get(packet) ?? []);
    return departures.slice(1).map((at, index) => Number(at - departures[index]!) / 1e6);
  }

  /** From its first departure to its last, as far as they are known. */
  get spanMs(): number {
    return this.pausesMs.reduce((sum, ms) => sum + ms, 0);
  }

  /** A packet has left, at this stamp in nanoseconds. */
  departed(packet: TrainPacket, at: bigint): void {
    this.#departures.set(packet, at);
    this.#pausesMs = null;
    this.#longestPauseMs = null;
  }

  /** `stamps`: whose count. */
  answered(packet: TrainPacket, answer: Answer, stamps: StampSource): void {
    if (packet.answer !== null) return;
    packet.answer = answer;
    const first = this.#departures.get(this.packets[0]!);
    const own = this.#departures.get(packet);
    if (answer.rttMs === null || answer.stamp !== stamps || first === undefined || own === undefined) return;
    const sendMs = Number(own - first) / 1e6;
    const reply = { ttl: packet.ttl, by: answer.by, delayMs: sendMs + answer.rttMs, sendMs };
    if (packet.role === 'marker') this.markerReplies.push(reply);
    else if (packet.role === 'load') this.loadReplies.push(reply);
  }
}

export function isTrainPacket(attempt: Attempt): attempt is TrainPacket {
  return 'train' in attempt;
}
