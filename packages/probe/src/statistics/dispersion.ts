import type { StampSource } from '../socket/packet-socket.js';
import {
  delaysByLength,
  leastError,
  leastOf,
  MANY,
  middleExcess,
  nearLeast,
  spreadOf,
  type TrainDelays,
  telling,
  typicalExcess,
} from './train-delays.js';

/** A hop's reply to the marker behind a train. */
export interface TrainReply {
  /** Number of the train, in the order sent. */
  readonly train: number;
  /** Packets of load in front of the marker. */
  readonly loads: number;
  /** Milliseconds from the departure of the first load to the arrival of this reply. */
  readonly delayMs: number;
  /** Milliseconds from the departure of the first load to that of the marker: what the sender took. */
  readonly sendMs: number;
}

/** What one hop told about trains of one kind of load. */
export interface HopReplies {
  readonly ttl: number;
  /** Round-trip times of single small probes. */
  readonly rttsMs: readonly number[];
  readonly replies: readonly TrainReply[];
}

/** By how much a hop's markers fall behind for each further packet of load in front of them. */
export interface Dispersion {
  readonly ttl: number;
  readonly msPerLoad: number;
  /** The same from trains half as long to the longest of all. */
  readonly longMsPerLoad: number;
  /** No more than that, by the longest trains and single probes alone. */
  readonly mostMsPerLoad: number;
  /** Standard error of the first. */
  readonly errorMs: number;
  /** The same without other people's packets. */
  readonly randomMs: number;
  /** What those may have added to the longer trains' delays, in milliseconds. */
  readonly othersMs: number;
  /** What single delays vary by. */
  readonly noiseMs: number;
  /** By how much the middle one of the longer trains' delays exceeds their least. */
  readonly spreadMs: number;
  /** Lengths of the trains compared, in loads. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds per load that the sender took by itself. */
  readonly sentMsPerLoad: number;
  /** Replies to trains of the two lengths, and of all. */
  readonly samples: number;
  readonly replies: number;
  /** The smaller number of replies, of the two lengths, that came within a tenth of the dispersion of the least. */
  readonly support: number;
  /** The replies cannot have waited for answers to the loads on their way back. */
  readonly clear: boolean;
}

/** What the stamps themselves err by, in milliseconds. */
export const STAMP_NOISE_MS: Readonly<Record<StampSource, number>> = { kernel: 0.003, user: 0.3 };
/** Part of a load's time by which two lengths may err when answers to loads were in the way of one of them alone. */
const ANSWER_IN_THE_WAY = 0.5;
/** Lengths that differ by less than this factor have too little between them. */
const LEAST_RATIO = 1.5;
/** Of so few delays all count for what they vary by, of more the lowest quarter. */
const FEW = 4;
/** Lengths whose delays vary by more than this, times that of the quieter ones, met queues. */
const UNDISTURBED = 3;
/** Share of a dispersion that other traffic may make up before shorter trains are better. */
const MIXED_IN = 0.03;
/** Share of what other traffic makes by which delays then vary at least. */
const VARIES = 0.5;
/** Delays that differ by less than this share of a load's time are alike, and so many of them no accident. */
const ALIKE = 0.25;
const CLUSTER = 3;
/** On a link half full of packets of 900 bytes: the share of time it is idle, and such packets per load. */
const HALF_FULL = 0.5;
const OTHERS = 0.71;
/** Share of a load's time; where delays vary by more, packets of short trains are held up by as much as they take. */
const HELD_UP = 0.8;
/** So many clean trains are to be expected. */
const SOME = 6;
/** Share of the dispersion that counts as near. */
const NEAR = 0.1;

/**
 * What delays vary by where no queue is in the way, in milliseconds: by how much, over trains of each length and
 * single probes, those near the least exceed it. Lengths at which they vary by far more met queues and do not count.
 * null where nothing was repeated.
 */
export function delayNoise(hops: readonly HopReplies[]): number | null {
  const classes = hops.flatMap(({ rttsMs, replies }) => [
    rttsMs.toSorted((a, b) => a - b),
    ...delaysByLength(replies).map(({ sorted }) => sorted),
  ]);
  const many = classes.filter(({ length }) => length >= MANY);
  const scales = (many.length > 0 ? many : classes.filter(({ length }) => length > 1)).map(scaleNearLeast);
  if (scales.length === 0) return null;
  scales.sort((a, b) => a.scale - b.scale);
  const limit = UNDISTURBED * scales[scales.length >> 2]!.scale;
  const undisturbed = scales.filter(({ scale }) => scale <= limit);
  return total(undisturbed, 'excess') / total(undisturbed, 'count');
}

/** By how much the lowest delays, how many of them, exceed the least. */
function scaleNearLeast(sorted: readonly number[]) {
  const low = sorted.slice(0, Math.max(FEW, sorted.length >> 2));
  const excess = low.reduce((sum, delay) => sum + delay - low[0]!, 0);
  const count = low.length - 1;
  return { excess, count, scale: excess / count };
}

function total<K extends string>(values: readonly Readonly<Record<K, number>>[], key: K): number {
  return values.reduce((sum, value) => sum + value[key], 0);
}

/**
 * The dispersion by the pair of train lengths that tells most; null where the hop did not answer for two lengths.
 * The least delay of each length counts: one clean train of each is enough, and what all trains have in common
 * (wires, store and forward, the making of the reply) cancels.
 *
 * `answersMs`: round-trip time from this hop to where loads are answered; infinite where they are not. A reply
 * that starts later than that after its first load shares its way back with those answers, and waits for one of
 * them, each time alike: such delays compare with each other, not with those of shorter trains.
 */
export function measureDispersion(
  { ttl, rttsMs, replies }: HopReplies,
  noiseMs: number,
  answersMs: number,
): Dispersion | null {
  const lengths = telling(delaysByLength(replies));
  const typicalMs = typicalExcess(lengths);
  const longest = lengths.at(-1);
  const half = lengths.findLast(({ loads }) => 2 * loads <= longest!.loads);
  if (longest === undefined || half === undefined) return null;
  const longMsPerLoad = (longest.sorted[0]! - half.sorted[0]!) / (longest.loads - half.loads);
  const mostMsPerLoad = (longest.sorted[0]! - Math.min(...rttsMs)) / longest.loads;
  const usualMs = Math.min(...lengths.map((length) => spreadOf(length) ?? Number.POSITIVE_INFINITY));
  const pairs: Dispersion[] = [];
  for (const first of lengths) {
    for (const last of lengths) {
      const [from, to] = [first.loads, last.loads];
      if (to < LEAST_RATIO * from) continue;
      const count = Math.max(MANY, Math.min(first.sorted.length, last.sorted.length));
      const spanMs = leastOf(last, count) - leastOf(first, count);
      const msPerLoad = spanMs / (to - from);
      const isMixed = (from - 1) * msPerLoad < 1.5 * answersMs && (to - 1) * msPerLoad > 0.5 * answersMs;
      const random = Math.hypot(leastError(first, noiseMs, typicalMs), leastError(last, noiseMs, typicalMs));
      const systematic = isMixed ? ANSWER_IN_THE_WAY * Math.max(0, msPerLoad) : 0;
      const mixedIn = [first, last].map((length) =>
        isClean(length, msPerLoad, noiseMs) ? 0 : othersMs(length, msPerLoad, usualMs),
      );
      pairs.push({
        ttl,
        msPerLoad,
        longMsPerLoad,
        mostMsPerLoad,
        errorMs: Math.hypot(random, systematic, ...mixedIn) / (to - from),
        randomMs: Math.hypot(random, systematic) / (to - from),
        othersMs: othersMs(last, msPerLoad, usualMs),
        noiseMs,
        spreadMs: last.sorted.length > 1 ? middleExcess(last) : typicalMs,
        from,
        to,
        sentMsPerLoad: (last.sendMs - first.sendMs) / (to - from),
        samples: first.sorted.length + last.sorted.length,
        replies: replies.length,
        support: Math.min(nearLeast(first, NEAR * spanMs), nearLeast(last, NEAR * spanMs)),
        clear: (to - 1) * msPerLoad < 0.5 * answersMs,
      });
    }
  }
  const pure = pairs.filter((pair) => !pairs.some((other) => isPurer(other, pair)));
  return pure.reduce<Dispersion | null>(
    (best, pair) => (best === null || pair.errorMs < best.errorMs ? pair : best),
    null,
  );
}

/**
 * Other traffic gets in between longer trains first: where the shorter certainly spread by less, and the delays of the
 * longer vary by as much as that makes, they are not the link's alone. Where these do not vary, the link lets short
 * trains through faster than it carries long ones (a bucket of tokens), and long ones are right.
 */
function isPurer(short: Dispersion, long: Dispersion): boolean {
  if (short.to >= long.to) return false;
  const most = short.msPerLoad + 2 * short.errorMs;
  if (most >= (1 - MIXED_IN) * long.msPerLoad - 2 * long.randomMs) return false;
  const mixedInMs = (long.msPerLoad - short.msPerLoad) * (long.to - long.from);
  return long.spreadMs > VARIES * mixedInMs || long.othersMs > VARIES * mixedInMs;
}

/** What trains of two lengths make of it alone; null where one of them has no reply. */
export function dispersionBetween(
  replies: readonly TrainReply[],
  from: number,
  to: number,
  noiseMs: number,
): Pick<Dispersion, 'msPerLoad' | 'errorMs'> | null {
  const lengths = delaysByLength(replies.filter(({ loads }) => loads === from || loads === to));
  const [first, last] = from < to ? lengths : lengths.toReversed();
  if (first === undefined || last === undefined) return null;
  return {
    msPerLoad: (last.sorted[0]! - first.sorted[0]!) / (to - from),
    errorMs: Math.hypot(leastError(first, noiseMs, 0), leastError(last, noiseMs, 0)) / (to - from),
  };
}

/**
 * By how much other people's packets between those of the trains delayed these, where loads take so long: packets that
 * come at random, each about as large as a load, delay by as much as the variance that they bring, per packet.
 */
function othersMs(delays: TrainDelays, msPerLoad: number, usualMs: number): number {
  const spread = spreadOf(delays);
  if (spread === null || msPerLoad <= 0) return 0;
  return Math.max(0, spread ** 2 - usualMs ** 2) / msPerLoad;
}

/**
 * The least of these delays is that of a train with nobody's packets in between. Either several agree as only clean
 * ones can, as another packet takes about as long as a load. Or the trains are so short, and so many, that some are
 * clean even on a link half full of others' packets, and no faster one before it.
 */
function isClean(delays: TrainDelays, msPerLoad: number, noiseMs: number): boolean {
  const count = delays.sorted.length;
  const clean = count * HALF_FULL * Math.exp(-OTHERS * (delays.loads - 1));
  if (clean >= SOME && noiseMs < HELD_UP * msPerLoad) return true;
  return noiseMs < ALIKE * msPerLoad && nearLeast(delays, ALIKE * msPerLoad) >= CLUSTER;
}
