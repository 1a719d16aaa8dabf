import { type CapacityHop, FAST_MS } from '../statistics/capacity.js';
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

/** So often the short trains of a round are sent. */
const SHORT_ROUNDS = 3;
/** Share of the longest that a load may take, by its trains' whole delays, that it is taken to take at least. */
const CAUTION = 0.8;

/** What is known of a hop when trains are chosen. */
export type RoughHop = HopReplies & Pick<CapacityHop, 'heldUp'>;

/** null where nothing came back. */
export function roughly(hops: readonly RoughHop[]): Rough | null {
  const most = hops.map(mostMsPerLoad).filter((ms) => ms !== null);
  if (most.length === 0) return null;
  const noiseMs = delayNoise(hops) ?? 1;
  const found = hops.map((hop) => measureDispersion(hop, noiseMs, Number.POSITIVE_INFINITY));
  const stretches = findNarrowings(found.filter((one) => one !== null));
  const clamp = (ms: number) => Math.max(FASTEST_MS, ms);
  return {
    widestMsPerLoad: clamp(stretches[0]?.msPerLoad ?? Math.min(...most)),
    narrowestMsPerLoad: clamp(Math.max(stretches.at(-1)?.msPerLoad ?? 0, CAUTION * Math.max(...most))),
    noiseMs,
  };
}

/** A load takes no longer than that on the narrowest link, whatever else delayed the trains. */
function mostMsPerLoad({ rttsMs, replies, heldUp }: RoughHop): number | null {
  const base = Math.min(...rttsMs);
  const all = [...replies, ...heldUp].map(({ loads, delayMs }) => (delayMs - base) / loads);
  return all.length === 0 ? null : Math.min(...all);
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
  const quarter = Math.max(SHORTEST, middle / 2);
  if (round % 2 === 1) {
    return [
      ...[long, 1, middle, quarter, 1, SHORTEST, quarter, 1, middle, SHORTEST].map(whole),
      half(long),
      half(1),
      half(middle),
      half(1),
    ];
  }
  // On a busy link only short trains, of many, have nobody else's packets in between.
  const few = [2, SHORTEST, Math.min(2 * SHORTEST, long)];
  const short = few.flatMap((loads) => [whole(loads), whole(1), half(loads), half(1), whole(SHORTEST)]);
  return Array.from({ length: SHORT_ROUNDS }, () => short).flat();
}
