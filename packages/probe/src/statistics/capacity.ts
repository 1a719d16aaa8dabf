import type { Capacity, CapacityCause } from '../hop.js';
import type { StampSource } from '../socket/packet-socket.js';
import {
  type Dispersion,
  delayNoise,
  type HopReplies,
  measureDispersion,
  STAMP_NOISE_MS,
  type TrainReply,
} from './dispersion.js';
import { byHalfSize, compare, type GateReplies } from './gates.js';
import { findNarrowings, SENDER_SHARE, type Stretch } from './narrowing.js';

/** What is known of one hop when its capacity is judged. */
export interface CapacityHop extends HopReplies, GateReplies {
  /** Somebody answers at this TTL. */
  readonly answers: boolean;
  /** Markers that were sent here and answered, and not answered. */
  readonly answered: number;
  readonly missed: number;
  /** Markers were answered by somebody else than the probes before. */
  readonly moved: boolean;
  /** Replies to trains that this machine was held up in the middle of sending: they show no dispersion. */
  readonly heldUp: readonly TrainReply[];
  /** Packets as large as the load are seen to get as far as this. */
  readonly proven: boolean;
}

export interface CapacityPath {
  /** In order of TTL. */
  readonly hops: readonly CapacityHop[];
  /** Of one packet of load, IP header included. */
  readonly loadBytes: number;
  readonly stamps: StampSource;
  /** The last hop, where that is the destination. */
  readonly destination: {
    /** It answered the loads of these trains, with packets that may be as large. */
    readonly answersLoads: boolean;
    /** By how much such answers came apart, at least, in milliseconds per load; null where none were seen. */
    readonly echoMsPerLoad: number | null;
    /** This machine was held up in the middle of sending every train that such answers came to. */
    readonly heldUp: boolean;
    /** It was asked for such answers, and had the time. */
    readonly asked: boolean;
  } | null;
}

const CONFIDENCE = 0.95;
/** Standard errors on either side of an interval of that confidence. */
const SIGMAS = 2;
/** Share of an estimate that half of its interval may be wide, and that other ways to find it may differ by. */
const TOLERANCE = 0.1;
/** Dispersion has to be so many times what the stamps err by. */
const RESOLUTION = 10;

/** Loads that take less are fast enough for what each packet costs by itself, whatever its size, to matter. */
export const FAST_MS = 0.04;
/** Share of the dispersion that a packet may cost by itself. */
const SIZES = 0.1;

/** Half full of other traffic a link gives long trains half of itself; one with a bucket of tokens far less. */
const TOKENS = 2.2;
/**
 * Packets that a link holds up for longer than it takes to send one leave it idle meanwhile, each of many links a
 * little: loads that take less than this share of what delays vary by are slower than their capacity, and so are
 * those of more than some 0.7 Gbit/s wherever packets are held up for microseconds.
 */
const STALLS = 0.4;
const STALLED_MS = 0.015;
/** What any estimate may be off by beyond its standard error, as a share. */
const SYSTEMATIC = 0.01;
/** Standard errors to a bound. */
const BOUND_SIGMAS = 3;

/** So many replies of a hop tell by themselves what its delays vary by; with fewer its neighbours' help. */
const MANY = 24;

/** Why something is no estimate. */
interface Doubt {
  readonly cause: CapacityCause;
  readonly reason: string;
}

const REVERSE_PATH: Doubt = {
  cause: 'reverse-path',
  reason: 'answers as large as the load may have come back more slowly',
};
const HELD_UP: Doubt = noisy('this machine was held up while it sent');

/**
 * The capacity of every hop, from the replies to trains: an estimate where all gates are passed, else a bound or
 * nothing, with the reason.
 *
 * Packets of one size that leave together leave the narrowest link so far one after the other, each after the time
 * that link takes for one: 8 · bytes / capacity. That is by how much the marker behind them falls back per packet.
 */
export function judgeCapacities(path: CapacityPath): Capacity[] {
  const stretches = findNarrowings(path.hops.flatMap((_, index) => dispersionAt(path, index) ?? []));
  const doubts = stretches.map((stretch) => doubtsAbout(path, stretch));
  return path.hops.map((hop) => Object.freeze(capacityOf(path, hop, stretches, doubts)));
}

function dispersionAt({ hops, stamps, destination }: CapacityPath, index: number): Dispersion | null {
  const hop = hops[index]!;
  if (!hop.answers || hop.moved || !hop.proven) return null;
  const near = hop.replies.length >= MANY ? [hop] : hops.slice(Math.max(0, index - 1), index + 2);
  const noise = delayNoise(near) ?? delayNoise(hops);
  if (noise === null) return null;
  const least = ({ rttsMs }: CapacityHop) => Math.min(...rttsMs);
  const answersMs = destination?.answersLoads
    ? Math.max(0, least(hops.at(-1)!) - least(hop))
    : Number.POSITIVE_INFINITY;
  return measureDispersion(hop, Math.max(noise, STAMP_NOISE_MS[stamps]), answersMs);
}

function doubtsAbout(path: CapacityPath, stretch: Stretch): Doubt | null {
  const { msPerLoad, errorMs, hops, isClear } = stretch;
  const { stamps } = path;
  const longest = Math.max(...hops.map(({ from, to }) => to - from));
  if (msPerLoad * longest < RESOLUTION * STAMP_NOISE_MS[stamps]) {
    return stamps === 'user'
      ? { cause: 'user-space-stamps', reason: 'only this process stamps packets, too coarsely for this' }
      : { cause: 'noisy', reason: 'packets arrive too close together to tell them apart' };
  }
  const sentMs = hops.reduce((sum, { sentMsPerLoad }) => sum + sentMsPerLoad, 0) / hops.length;
  if (sentMs > SENDER_SHARE * msPerLoad) {
    return { cause: 'source-limited', reason: 'packets arrive as fast as this machine sends them' };
  }
  const noiseMs = Math.max(...hops.map((hop) => hop.noiseMs));
  // Whose interval reaches those that may be stalled may be one of them.
  const isStalled = msPerLoad - SIGMAS * errorMs < STALLED_MS || msPerLoad < STALLS * noiseMs;
  if (isStalled || SIGMAS * errorMs > TOLERANCE * msPerLoad) {
    return noisy('delays vary too much');
  }
  if (hops.every(({ clear }) => !clear)) {
    return REVERSE_PATH;
  }
  const longMs = hops.reduce((sum, { longMsPerLoad }) => sum + longMsPerLoad, 0) / hops.length;
  if (longMs > TOKENS * msPerLoad) return noisy('long trains take far longer: short ones may be let through');
  const slack = (other: { readonly errorMs: number }) =>
    TOLERANCE * msPerLoad + SIGMAS * Math.hypot(errorMs, other.errorMs);
  const repliesAt = (ttl: number) => path.hops.find((hop) => hop.ttl === ttl)!;
  const others = compare(stretch, repliesAt);
  const differing = others.find((other) => Math.abs(other.msPerLoad - msPerLoad) > slack(other));
  if (differing !== undefined) return noisy(differing.reason);
  const supported = hops.reduce((sum, { support }) => sum + support, 0);
  const isChecked = isRepeated(stretch) || others.some(({ isOfThirdLength }) => isOfThirdLength);
  if (supported < 2 || !isChecked || !isClear) return noisy('too few replies agree on the least delay');
  const half = byHalfSize(stretch, repliesAt);
  const isFast = msPerLoad < FAST_MS;
  if (half === null) return isFast ? { cause: 'budget', reason: 'packets of one size alone' } : null;
  // Of fast packets it has to be shown that they cost little by themselves, of others not to be shown that they do.
  const perPacket = half.msPerLoad - msPerLoad;
  const error = Math.hypot(errorMs, half.errorMs) * (isFast ? 1 : -SIGMAS);
  const isTooMuch = perPacket + error > SIZES * msPerLoad || perPacket < -slack(half);
  return isTooMuch ? noisy('packets of two sizes disagree') : null;
}

function noisy(reason: string): Doubt {
  return { cause: 'noisy', reason };
}

function capacityOf(
  path: CapacityPath,
  hop: CapacityHop,
  stretches: readonly Stretch[],
  doubts: readonly (Doubt | null)[],
): Capacity {
  const { hops, destination, loadBytes } = path;
  if (!hop.answers) return unmeasured('silent', 'the hop is silent');
  if (hop.moved) return unmeasured('path-changed', 'packets of this flow take more than one way');
  const mbps = (msPerLoad: number) => (8 * loadBytes) / (1000 * msPerLoad);
  const at = stretches.findIndex(({ from, to }) => from <= hop.ttl && hop.ttl <= to);
  const stretch = stretches[at];
  const doubt = stretch === undefined ? whyNothing(hop) : doubts[at]!;
  if (stretch === undefined || doubt !== null) {
    // What gets further fits through here.
    const further = stretches.filter(({ to }) => to >= hop.ttl);
    const bound = Math.max(0, ...further.map((one) => mbps(mostMsPerLoad(one))));
    const { cause, reason } = doubt!;
    if (bound === 0 || cause === 'user-space-stamps') return unmeasured(cause, reason);
    return { kind: 'at-least', mbps: bound, cause, reason };
  }
  const { msPerLoad, errorMs } = stretch;
  const margin = SIGMAS * Math.hypot(errorMs, SYSTEMATIC * msPerLoad);
  if (destination !== null && !destination.answersLoads && hop === hops.at(-1)) {
    // Loads that nobody answers may have died on the last link: those that it answered show whether it is slower.
    const { echoMsPerLoad, asked, heldUp } = destination;
    if (echoMsPerLoad === null) {
      return asked
        ? unmeasured('load-lost', 'it answers no packets as large as the load')
        : unmeasured('budget', 'there was no time to see packets as large as the load arrive');
    }
    if (echoMsPerLoad > msPerLoad + TOLERANCE * msPerLoad + margin) {
      const { cause, reason } = heldUp ? HELD_UP : REVERSE_PATH;
      return { kind: 'at-least', mbps: mbps(echoMsPerLoad), cause, reason };
    }
  }
  return {
    kind: 'estimate',
    mbps: mbps(msPerLoad),
    low: mbps(msPerLoad + margin),
    high: mbps(msPerLoad - margin),
    confidence: CONFIDENCE,
    samples: stretch.hops.find(({ ttl }) => ttl === hop.ttl)?.samples ?? 0,
  };
}

function whyNothing({ answered, missed, proven, replies, heldUp }: CapacityHop): Doubt {
  if (answered + missed === 0) return { cause: 'budget', reason: 'no trains could be sent' };
  if (!proven) return { cause: 'load-lost', reason: 'packets as large as the load are not seen to get here' };
  if (missed > answered) return { cause: 'rate-limited', reason: 'the hop limits how often it answers' };
  const lengths = new Set(replies.map(({ loads }) => loads)).size;
  if (lengths < 2 && heldUp.length > 0) return HELD_UP;
  if (lengths < 2 || 2 * missed > answered) return noisy('too few replies came back');
  return noisy('its delays fit neither the hops before nor those after');
}

/** The least delays of some hop came more than once. */
function isRepeated({ hops }: Stretch): boolean {
  return hops.some(({ support }) => support >= 2);
}

/**
 * Packets take no longer than that on the narrowest link so far. A bound rests on no gate, so that every reading has
 * a say: the slope, the longest trains alone, and each hop's least delay behind its longest train.
 */
function mostMsPerLoad({ msPerLoad, errorMs, hops }: Stretch): number {
  const mean = (of: (hop: Dispersion) => number) => hops.reduce((sum, hop) => sum + of(hop), 0) / hops.length;
  const slope = Math.max(
    0,
    msPerLoad,
    mean((hop) => hop.longMsPerLoad),
  );
  return Math.max(slope + BOUND_SIGMAS * errorMs, ...hops.map((hop) => hop.mostMsPerLoad));
}

function unmeasured(cause: CapacityCause, reason: string): Capacity {
  return { kind: 'unmeasured', cause, reason };
}
