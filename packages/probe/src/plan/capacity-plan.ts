import type { Capacity, CapacityCause } from '../hop.js';
import type { StampSource } from '../socket/packet-socket.js';
import { judgeCapacities } from '../statistics/capacity.js';
import type { Answer } from './attempt.js';
import type { Step } from './plan.js';
import { MARKER_BYTES, Train, type TrainPacket, type TrainShape } from './train.js';
import { type KnownPath, LOAD_BYTES, TrainLog } from './train-log.js';
import { chooseTrains, roughly } from './train-schedule.js';

export interface CapacityLimits {
  readonly level: 'quick' | 'thorough';
  /** Most that may be sent, IP headers counted. */
  readonly maxBytes: number;
  /** Most on average, in Mbit/s; may be infinite. */
  readonly maxMbps: number;
  /** Bytes of the IP header in front of what is sent. */
  readonly header: number;
  /** Loads can be sent that nobody answers. */
  readonly canMute: boolean;
  readonly stamps: StampSource;
}

/** The first trains, before anything is known: with markers and scouts 15 kB, 0.12 s of a line of 1 Mbit/s. */
const FIRST_LOADS = [1, 8] as const;
const FIRST_GAP_MS = 20;
/** How long they, and answers to loads, may take on a slow line. */
const FIRST_PATIENCE_MS = 150;
/**
 * Share of the narrowest link that trains may take on average, and the room between them for all else: where others
 * fill half of the link, it has to be idle in between.
 */
const SHARE = { quick: 0.5, thorough: 0.2 } as const;
const SLACK_MS = 1;
/** A reply is waited for so many of the largest RTT, and so much longer. */
const PATIENCE_RTTS = 1.25;
const PATIENCE_MS = 10;
/** From the first train to the last reply: milliseconds, and so many of the largest RTT. */
const TIME = { quick: { ms: 270, rtts: 2.6 }, thorough: { ms: 7500, rtts: 0 } } as const;
/** How long the trains of one round may take to send. */
const ROUND_MS = { quick: 200, thorough: 1000 } as const;
/** Fewer do not tell whether other people's packets were in between. */
const LEAST_ROUNDS = 6;
/** How far the destination's answers to loads are to come apart in all. */
const ECHO_SPREAD_MS = 1;
/** The last routers that are asked whether loads get there. */
const SCOUTS = 2;
/** Routers may quote much of a scout: its answer comes back later than the marker's in front of it. */
const SCOUT_PATIENCE_MS = 30;
/** Reasons for which more trains are no help. */
const INCURABLE: ReadonlySet<CapacityCause> = new Set([
  'silent',
  'source-limited',
  'reverse-path',
  'path-changed',
  'user-space-stamps',
]);
const DONE: Step = { kind: 'done' };

/**
 * The policy that spends packets on capacities, after the RTTs: two short trains to see what the path is like, then
 * rounds of trains whose length suits it, never more than half of what its narrowest link carries, until all is known
 * or time or bytes are used up. Pure, like every plan: the later part of a TracePlan.
 */
export class CapacityPlan {
  readonly log: TrainLog;
  readonly #limits: CapacityLimits;
  readonly #path: KnownPath;
  /** TTLs of hops that answer, the farthest first. */
  readonly #markers: readonly number[];
  readonly #largestRtt: number;
  #mute: boolean;
  #queue: readonly TrainShape[] = [];
  /** Rounds begun since the first trains; -1 before those. */
  #round = -1;
  #isOver = false;
  #isDone = false;
  #began: number | null = null;
  /** For the next train, had the one before it left all at once. */
  #sendAt = Number.NEGATIVE_INFINITY;
  /** What a load takes on the narrowest link, as far as is known. */
  #msPerLoad = 0;
  #patienceMs = FIRST_PATIENCE_MS;
  #capacities: readonly Capacity[] | null = null;

  constructor(limits: CapacityLimits, path: KnownPath) {
    this.log = new TrainLog(path);
    this.#limits = limits;
    this.#path = path;
    this.#mute = limits.canMute;
    this.#markers = path.hops
      .filter(({ addresses }) => addresses.length > 0)
      .map(({ ttl }) => ttl)
      .reverse();
    this.#largestRtt = path.hops.reduce((largest, { rttsMs }) => Math.max(largest, ...rttsMs), 0);
  }

  /** By hop, as far as is known now. */
  get capacities(): readonly Capacity[] {
    this.#capacities ??= judgeCapacities({
      hops: this.log.hops(this.#mute),
      loadBytes: LOAD_BYTES,
      stamps: this.#limits.stamps,
      destination: this.#path.reached ? { answersLoads: !this.#mute, ...this.log.echoes() } : null,
    });
    return this.#capacities;
  }

  next(now: number, heard = now): Step {
    const step = this.#next(now, heard);
    this.#isDone = step.kind === 'done';
    return step;
  }

  #next(now: number, heard: number): Step {
    this.#began ??= now;
    const { ms, rtts } = TIME[this.#limits.level];
    const deadline = this.#began + ms + rtts * this.#largestRtt;
    if (this.#markers.length === 0 || now >= deadline) return DONE;
    if (this.#queue.length === 0) {
      const until = this.#waitsUntil();
      if (until > heard) return { kind: 'wait', until: Math.min(until, deadline) };
      if (!this.#isOver) this.#startRound(deadline - now - PATIENCE_RTTS * this.#largestRtt - PATIENCE_MS);
    }
    const [shape, ...rest] = this.#queue;
    if (shape === undefined) return DONE;
    const sendAt = this.#sendAt + (this.log.trains.at(-1)?.spanMs ?? 0);
    if (sendAt > now) return { kind: 'wait', until: Math.min(sendAt, deadline) };
    const train = this.#compose(shape, now);
    const isLate = this.#round > 0 && now + this.#largestRtt + this.#transitMs(train.bytes) > deadline;
    if (isLate || this.log.bytes + train.bytes > this.#limits.maxBytes) {
      this.#queue = [];
      this.#isOver = true;
      return this.#next(now, heard);
    }
    this.#queue = rest;
    this.log.trains.push(train);
    this.#sendAt = now + this.#gapAfter(train);
    return { kind: 'train', attempts: train.packets };
  }

  departed(packet: TrainPacket, at: bigint, stamp: StampSource): void {
    if (stamp === this.#limits.stamps) packet.train.departed(packet, at);
  }

  answered(packet: TrainPacket, answer: Answer): void {
    packet.train.answered(packet, answer, this.#limits.stamps);
    // What comes when all is over changes nothing that has been told.
    if (!this.#isDone) this.#capacities = null;
  }

  refused(packet: TrainPacket): void {
    packet.train.spoiled = true;
  }

  #compose(shape: TrainShape, now: number): Train {
    const { reached } = this.#path;
    const routers = this.#markers.slice(reached ? 1 : 0);
    const route = {
      // Behind the last that answers there may be a destination that does not.
      loads: this.#markers[0]! + (reached ? 0 : 1),
      markers: this.#markers,
      scouts: this.#round === 0 && shape.loads === FIRST_LOADS[1] ? routers.slice(0, SCOUTS) : [],
    };
    return new Train(this.log.trains.length, shape, route, this.#limits.header, now);
  }

  /** The time until which replies to what was sent are waited for. */
  #waitsUntil(): number {
    let until = Number.NEGATIVE_INFINITY;
    for (const train of this.log.trains.slice(-3)) {
      if (!train.isAwaited) continue;
      const { shape, sentAt, markerReplies, packets } = train;
      // Answers to loads may come back more slowly than anything seen so far.
      const patienceMs = shape.mute ? this.#patienceMs : FIRST_PATIENCE_MS;
      const latest = sentAt + PATIENCE_RTTS * this.#largestRtt + patienceMs;
      // The end of the path has answered: what is still to come from nearer hops cannot be far.
      const end = markerReplies.find(({ ttl }) => ttl === this.#markers[0]);
      const isScouting = packets.some(({ role, answer }) => role === 'scout' && answer === null);
      const graceMs = (PATIENCE_RTTS - 1) * this.#largestRtt + (isScouting ? SCOUT_PATIENCE_MS : PATIENCE_MS);
      until = Math.max(until, end === undefined ? latest : Math.min(latest, sentAt + end.delayMs + graceMs));
    }
    return until;
  }

  /** `leftMs`: for sending and for the trains' way over the narrowest link. */
  #startRound(leftMs: number): void {
    // Where loads that nobody answers do not get through, the first trains are sent once more, with others.
    if (this.#round === 0 && this.#mute && this.log.provenTo(true) === 0) {
      this.#mute = false;
      this.#round = -1;
    }
    this.#round += 1;
    this.#queue = this.#chooseTrains(leftMs);
    if (this.#queue.length === 0) this.#isOver = true;
  }

  #chooseTrains(leftMs: number): TrainShape[] {
    const { level } = this.#limits;
    const whole = (loads: number, mute: boolean) => ({ loads, loadBytes: LOAD_BYTES, mute });
    if (this.#round === 0) return FIRST_LOADS.map((loads) => whole(loads, this.#mute));
    if (this.#round > 1 && level === 'quick') return [];
    if (this.#round > LEAST_ROUNDS && this.#isAllKnown()) return [];
    const rough = roughly(this.log.hops(this.#mute));
    if (rough === null) return [];
    this.#msPerLoad = rough.narrowestMsPerLoad;
    if (this.#round === 1) this.#dropQueued();
    // Last, as its answers come back over what later replies would have to wait for: does the destination get loads?
    const asksEnd = this.#mute && this.#path.reached;
    const end = asksEnd ? [whole(this.#echoLoads(), false)] : [];
    const chosen: TrainShape[] = [];
    let bytes = this.log.bytes + end.reduce((sum, shape) => sum + this.#bytesOf(shape), 0);
    const most = Math.min(ROUND_MS[level], leftMs - end.reduce((sum, shape) => sum + this.#busyMs(shape), 0));
    let busyMs = 0;
    for (const { loads, half } of chooseTrains(rough, level, this.#round)) {
      const shape = { loads, loadBytes: half ? LOAD_BYTES / 2 : LOAD_BYTES, mute: this.#mute };
      bytes += this.#bytesOf(shape);
      if (bytes > this.#limits.maxBytes) break;
      const isEssential = this.#round === 1 && chosen.length < 2;
      busyMs += this.#busyMs(shape);
      if (busyMs > most && !isEssential) break;
      chosen.push(shape);
    }
    if (chosen.length === 0) return [];
    chosen.push(...end);
    const longest = Math.max(...chosen.map(({ loads }) => loads));
    this.#patienceMs = PATIENCE_MS + this.#transitMs(longest * LOAD_BYTES);
    return chosen;
  }

  #bytesOf({ loads, loadBytes }: TrainShape): number {
    return loads * loadBytes + this.#markers.length * (this.#limits.header + MARKER_BYTES);
  }

  /** Enough to see by how much the destination's answers come apart. */
  #echoLoads(): number {
    return Math.min(FIRST_LOADS[1], 1 + Math.ceil(ECHO_SPREAD_MS / this.#msPerLoad));
  }

  /** On a very slow line the second of the first trains stood behind the first: its delays are not its own. */
  #dropQueued(): void {
    const [before, behind] = this.log.trains.slice(-FIRST_LOADS.length);
    if (this.#transitMs(before!.bytes) > FIRST_GAP_MS) behind!.spoiled = true;
  }

  /** What so many bytes take on the narrowest link. */
  #transitMs(bytes: number): number {
    return (bytes * this.#msPerLoad) / LOAD_BYTES;
  }

  /** What a train keeps others waiting. */
  #busyMs(shape: TrainShape): number {
    return this.#transitMs(this.#bytesOf(shape)) / SHARE[this.#limits.level] + SLACK_MS;
  }

  #gapAfter({ shape, bytes }: Train): number {
    const capped = (8 * bytes) / (1000 * this.#limits.maxMbps);
    return Math.max(capped, this.#round === 0 ? FIRST_GAP_MS : this.#busyMs(shape));
  }

  /** Nothing is left that more trains could find out. */
  #isAllKnown(): boolean {
    return this.capacities.every((capacity) => capacity.kind === 'estimate' || INCURABLE.has(capacity.cause));
  }
}
