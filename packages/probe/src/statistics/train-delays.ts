import type { TrainReply } from './dispersion.js';

/** The delays of a hop's replies to trains of one length. */
export interface TrainDelays {
  /** Packets of load. */
  readonly loads: number;
  /** In milliseconds, the least first. */
  readonly sorted: readonly number[];
  /** What the sender took for the train of the least delay. */
  readonly sendMs: number;
}

/** So many delays tell how they are spread. */
export const MANY = 8;
/** So many lengths with many delays are enough. */
const ENOUGH = 3;
/** Of many delays the error of the least follows from the distance to this one. */
const NEXT = 3;
/** Standard deviations of a bell curve from its lowest tenth to its middle, inverted. */
const SIGMA_SPREAD = 0.78;
/** What is not worth adding to a mean. */
const NEGLIGIBLE = 1e-9;

/** By length, the shortest first. */
export function delaysByLength(replies: readonly TrainReply[]): TrainDelays[] {
  const lengths = new Map<number, TrainReply[]>();
  for (const reply of replies) {
    const known = lengths.get(reply.loads);
    if (known === undefined) lengths.set(reply.loads, [reply]);
    else known.push(reply);
  }
  return [...lengths]
    .sort(([a], [b]) => a - b)
    .map(([loads, alike]) => ({
      loads,
      sorted: alike.map(({ delayMs }) => delayMs).sort((a, b) => a - b),
      sendMs: alike.reduce((least, reply) => (reply.delayMs < least.delayMs ? reply : least)).sendMs,
    }));
}

/** Where some lengths have many delays, those with few tell too little beside them. */
export function telling(lengths: readonly TrainDelays[]): readonly TrainDelays[] {
  const many = lengths.filter(({ sorted }) => sorted.length >= MANY);
  return many.length >= ENOUGH ? many : lengths;
}

/**
 * The least of so many of these delays, on average over every choice of them: of more delays the least is less even
 * where nothing but noise is in them.
 */
export function leastOf({ sorted }: TrainDelays, count: number): number {
  if (sorted.length <= count) return sorted[0]!;
  let share = count / sorted.length;
  let least = 0;
  for (let index = 0; share > NEGLIGIBLE; index++) {
    least += share * (sorted[index]! - sorted[0]!);
    // It is the next one where all others chosen are behind that.
    share *= 1 - (count - 1) / (sorted.length - index - 1);
  }
  return sorted[0]! + least;
}

/**
 * What the least may be off by: the delays' noise and, where queues were in the way, how rare it is. A single delay
 * is typical rather than least.
 */
export function leastError({ sorted }: TrainDelays, noiseMs: number, typicalMs: number): number {
  const count = sorted.length;
  if (count === 1) return Math.max(noiseMs, typicalMs);
  const apart = count < MANY ? sorted[1]! - sorted[0]! : (sorted[NEXT]! - sorted[0]!) / 2;
  return Math.max(noiseMs / Math.sqrt(count), apart);
}

/** By how much the middle one exceeds the least. */
export function middleExcess({ sorted }: TrainDelays): number {
  return sorted[sorted.length >> 1]! - sorted[0]!;
}

/** By how much half of the delays exceed the least of their length, at the middle one of all lengths. */
export function typicalExcess(lengths: readonly TrainDelays[]): number {
  const excesses = lengths.filter(({ sorted }) => sorted.length > 1).map(middleExcess);
  return excesses.sort((a, b) => a - b)[excesses.length >> 1] ?? 0;
}

/** Their standard deviation, by those below the middle; null of few. */
export function spreadOf({ sorted }: TrainDelays): number | null {
  if (sorted.length < MANY) return null;
  return SIGMA_SPREAD * (sorted[sorted.length >> 1]! - sorted[Math.floor(sorted.length / 10)]!);
}

/** How many exceed the least by no more than that. */
export function nearLeast({ sorted }: TrainDelays, withinMs: number): number {
  const limit = sorted[0]! + withinMs;
  const beyond = sorted.findIndex((delay) => delay > limit);
  return beyond === -1 ? sorted.length : beyond;
}
