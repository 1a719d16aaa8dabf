import { FAST_MS } from '../statistics/capacity.js';
import { delayNoise, type HopReplies, measureDispersion } from '../statistics/dispersion.js';
import { findNarrowings } from '../statistics/narrowing.js';

/** What the first trains show of a path. */
export interface Rough {
  /** Milliseconds per load behind the widest and the narrowest link. */
  readonly widestMsPerLoad: number;
  readonly narrowestMsPerLoad: number;
  /** What delays vary by, in milliseconds. */
  readonly noiseMs: number;
}

export interface TrainLength {
  readonly loads: number;
  /** Of half the size. */
  readonly half: boolean;
}

/** Trains have few lengths, so that those of several rounds compare; beyond the last, queues of routers may not do. */
const LENGTHS = [4, 6, 8, 12, 16, 24, 32, 48, 64] as const;
/** The time a train may keep the narrowest link busy. */
const LONGEST_MS = 30;
const SHORTEST = LENGTHS[0];
/** How far, in what delays vary by, the longest trains should spread at the widest part of the path. */
const SPREAD = 40;
const LEAST_SPREAD_MS = 1;
/** The fastest that is told apart. */
const FASTEST_MS = 0.01;

/** null where too little came back. */
export function roughly(hops: readonly HopReplies[]): Rough | null {
  const noiseMs = delayNoise(hops) ?? 1;
  const found = hops.map((hop) => measureDispersion(hop, noiseMs, Number.POSITIVE_INFINITY));
  const stretches = findNarrowings(found.filter((one) => one !== null));
  if (stretches.length === 0) return null;
  const clamp = (ms: number) => Math.max(FASTEST_MS, ms);
  return {
    widestMsPerLoad: clamp(stretches[0]!.msPerLoad),
    narrowestMsPerLoad: clamp(stretches.at(-1)!.msPerLoad),
    noiseMs,
  };
}

/** The trains of one more round, the most telling first: routers that limit their answers may not answer all. */
export function chooseTrains(
  { widestMsPerLoad, narrowestMsPerLoad, noiseMs }: Rough,
  level: 'quick' | 'thorough',
  round: number,
): TrainLength[] {
  const wanted = Math.max(8, 1 + Math.max(LEAST_SPREAD_MS, SPREAD * noiseMs) / widestMsPerLoad);
  const allowed = Math.max(SHORTEST, LONGEST_MS / narrowestMsPerLoad);
  const lengths = LENGTHS.filter((length) => length <= allowed);
  const long = lengths.find((length) => length >= wanted) ?? lengths.at(-1)!;
  const middle = long / 2;
  const whole = (loads: number) => ({ loads, half: false });
  const half = (loads: number) => ({ loads, half: true });
  if (level === 'quick') {
    const isFast = widestMsPerLoad < FAST_MS;
    return isFast
      ? [whole(long), whole(1), half(long), half(1), whole(middle), whole(long), whole(1), half(1), whole(1)]
      : [long, 1, middle, long, 1, middle, 1, long, 1].map(whole);
  }
  const short = round % 2 === 0 ? 2 : 4;
  const quarter = Math.max(4, middle / 2);
  return [
    ...[long, 1, middle, quarter, 1, short, quarter, 1, middle, short].map(whole),
    half(quarter),
    half(1),
    half(quarter),
    half(1),
  ];
}
