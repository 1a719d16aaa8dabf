import type { StampSource } from '../socket/packet-socket.js';

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
/** Where so many are of one length, only such lengths tell it. */
const MANY = 8;
/** Lengths whose delays vary by more than this, times the median of all, met queues. */
const UNDISTURBED = 3;
/** Share of a dispersion that other traffic may make up before shorter trains are better. */
const MIXED_IN = 0.03;
/** Share of what other traffic makes by which delays then vary at least. */
const VARIES = 0.5;
/** Share of the dispersion that counts as near. */
const NEAR = 0.1;

/**
 * What delays vary by where no queue is in the way, in milliseconds: by how much, over trains of each length and
 * single probes, those near the least exceed it. Lengths at which they vary by far more met queues and do not count.
 * null where nothing was repeated.
 */
export function delayNoise(hops: readonly HopReplies[]): number | null {
  const classes = hops.flatMap(({ rttsMs, replies }) => [rttsMs, ...byLength(replies).values()]);
  const many = classes.filter(({ length }) => length >= MANY);
  const scales = (many.length > 0 ? many : classes.filter(({ length }) => length > 1)).map(scaleNearLeast);
  if (scales.length === 0) return null;
  scales.sort((a, b) => a.scale - b.scale);
  const limit = UNDISTURBED * scales[scales.length >> 1]!.scale;
  const undisturbed = scales.filter(({ scale }) => scale <= limit);
  return total(undisturbed, 'excess') / total(undisturbed, 'count');
}

/** By how much the lowest delays, how many of them, exceed the least. */
function scaleNearLeast(delays: readonly number[]) {
  const low = delays.toSorted((a, b) => a - b).slice(0, Math.max(FEW, delays.length >> 2));
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
  const lengths = [...byLength(replies)].sort(([a], [b]) => a - b);
  const typicalMs = typicalExcess(lengths);
  const longest = lengths.at(-1);
  const half = lengths.findLast(([length]) => 2 * length <= longest![0]);
  if (longest === undefined || half === undefined) return null;
  const longMsPerLoad = (Math.min(...longest[1]) - Math.min(...half[1])) / (longest[0] - half[0]);
  const mostMsPerLoad = (Math.min(...longest[1]) - Math.min(...rttsMs)) / longest[0];
  const pairs: Dispersion[] = [];
  for (const [from, first] of lengths) {
    for (const [to, last] of lengths) {
      if (to < LEAST_RATIO * from) continue;
      const spanMs = Math.min(...last) - Math.min(...first);
      const msPerLoad = spanMs / (to - from);
      const isMixed = (from - 1) * msPerLoad < 1.5 * answersMs && (to - 1) * msPerLoad > 0.5 * answersMs;
      const random = Math.hypot(leastError(first, noiseMs, typicalMs), leastError(last, noiseMs, typicalMs));
      const systematic = isMixed ? ANSWER_IN_THE_WAY * Math.max(0, msPerLoad) : 0;
      pairs.push({
        ttl,
        msPerLoad,
        longMsPerLoad,
        mostMsPerLoad,
        errorMs: Math.hypot(random, systematic) / (to - from),
        noiseMs,
        spreadMs: last.length > 1 ? middle(last) - Math.min(...last) : typicalMs,
        from,
        to,
        sentMsPerLoad: (meanSend(replies, to) - meanSend(replies, from)) / (to - from),
        samples: first.length + last.length,
        replies: replies.length,
        support: Math.min(near(first, NEAR * spanMs), near(last, NEAR * spanMs)),
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
  if (most >= (1 - MIXED_IN) * long.msPerLoad - 2 * long.errorMs) return false;
  const mixedInMs = (long.msPerLoad - short.msPerLoad) * (long.to - long.from);
  return long.spreadMs > VARIES * mixedInMs;
}

/** What trains of two lengths make of it alone; null where one of them has no reply. */
export function dispersionBetween(
  replies: readonly TrainReply[],
  from: number,
  to: number,
  noiseMs: number,
): Pick<Dispersion, 'msPerLoad' | 'errorMs'> | null {
  const delays = (length: number) =>
    replies.filter(({ loads }) => loads === length).map(({ delayMs }) => delayMs);
  const [first, last] = [delays(from), delays(to)];
  if (from === to || first.length === 0 || last.length === 0) return null;
  return {
    msPerLoad: (Math.min(...last) - Math.min(...first)) / (to - from),
    errorMs: Math.hypot(leastError(first, noiseMs, 0), leastError(last, noiseMs, 0)) / (to - from),
  };
}

function byLength(replies: readonly TrainReply[]): Map<number, number[]> {
  const lengths = new Map<number, number[]>();
  for (const { loads, delayMs } of replies) {
    const delays = lengths.get(loads);
    if (delays === undefined) lengths.set(loads, [delayMs]);
    else delays.push(delayMs);
  }
  return lengths;
}

/**
 * What the least of some delays may be off by: their noise and, where queues were in the way, how rare it is. A
 * single delay is typical rather than least.
 */
function leastError(delays: readonly number[], noiseMs: number, typicalMs: number): number {
  const [least = 0, next = least] = delays.toSorted((a, b) => a - b);
  return delays.length === 1
    ? Math.max(noiseMs, typicalMs)
    : Math.max(noiseMs / Math.sqrt(delays.length), next - least);
}

/** By how much half of the delays exceed the least of their length, at the middle one of all lengths. */
function typicalExcess(lengths: readonly (readonly [number, readonly number[]])[]): number {
  const excesses = lengths
    .filter(([, { length }]) => length > 1)
    .map(([, delays]) => middle(delays) - Math.min(...delays));
  return excesses.length === 0 ? 0 : middle(excesses);
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function meanSend(replies: readonly TrainReply[], length: number): number {
  const sends = replies.filter(({ loads }) => loads === length).map(({ sendMs }) => sendMs);
  return sends.reduce((sum, send) => sum + send, 0) / sends.length;
}

function near(delays: readonly number[], withinMs: number): number {
  const limit = Math.min(...delays) + withinMs;
  return delays.filter((delay) => delay <= limit).length;
}
