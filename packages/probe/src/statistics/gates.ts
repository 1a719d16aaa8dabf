import type { Dispersion, TrainReply } from './dispersion.js';
import { dispersionBetween, measureDispersion } from './dispersion.js';
import { INDEPENDENT, type Stretch } from './narrowing.js';

/** Replies of a hop, as the gates compare them. */
export interface GateReplies {
  readonly replies: readonly TrainReply[];
  /** Replies to trains whose loads are half as large. */
  readonly halfSize: readonly TrainReply[];
}

type Found = Pick<Dispersion, 'msPerLoad' | 'errorMs'>;
type Way = (own: Dispersion, replies: GateReplies) => Found | null;

/** The same dispersion found in another way, in milliseconds per load. */
export interface Comparison {
  readonly msPerLoad: number;
  /** Standard error of that. */
  readonly errorMs: number;
  /** It rests on a length besides the two compared elsewhere. */
  readonly isOfThirdLength: boolean;
  /** What it means when they differ. */
  readonly reason: string;
}

/**
 * A stretch's dispersion by other ways, as far as the replies suffice for them: by each half of the trains, by the
 * trains of least delay over all hops at once, and by shorter and by longer trains.
 */
export function compare(stretch: Stretch, repliesAt: (ttl: number) => GateReplies): Comparison[] {
  const cleanest = leastTrains(stretch, repliesAt);
  const found = (reason: string, isOfThirdLength: boolean, way: Way): Comparison[] => {
    const pooled = pool(stretch, repliesAt, way);
    return pooled === null ? [] : [{ ...pooled, reason, isOfThirdLength }];
  };
  return [
    ...[0, 1].flatMap((parity) =>
      found('two halves of the trains disagree', false, (own, { replies }) => ofHalf(own, replies, parity)),
    ),
    ...found('no train was clean at all hops', false, ({ from, to, noiseMs }, { replies }) => {
      const clean = replies.filter(({ train }) => cleanest.has(train));
      return dispersionBetween(clean, from, to, noiseMs);
    }),
    ...found('shorter trains disagree', true, ({ from, to, noiseMs }, { replies }) => {
      const middle = middleLength(replies, from, to);
      return middle === null ? null : dispersionBetween(replies, from, middle, noiseMs);
    }),
    ...found('longer trains disagree', true, ({ from, to, noiseMs }, { replies }) => {
      const middle = middleLength(replies, from, to);
      return middle === null ? null : dispersionBetween(replies, middle, to, noiseMs);
    }),
  ];
}

/** The same by packets of half the size, as if they were whole; null where there are no replies for two lengths. */
export function byHalfSize(stretch: Stretch, repliesAt: (ttl: number) => GateReplies): Found | null {
  const found = pool(stretch, repliesAt, ({ ttl, noiseMs }, { halfSize }) =>
    measureDispersion({ ttl, rttsMs: [], replies: halfSize }, noiseMs, Number.POSITIVE_INFINITY),
  );
  return found && { msPerLoad: 2 * found.msPerLoad, errorMs: 2 * found.errorMs };
}

/** The mean over the hops that it can be found at, those that err less counting more. */
function pool({ hops }: Stretch, repliesAt: (ttl: number) => GateReplies, way: Way): Found | null {
  const found = hops.flatMap((own) => way(own, repliesAt(own.ttl)) ?? []);
  if (found.length === 0) return null;
  const weights = found.map(({ errorMs }) => 1 / (errorMs ** 2 + 1e-12));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    msPerLoad: found.reduce((sum, { msPerLoad }, index) => sum + weights[index]! * msPerLoad, 0) / total,
    errorMs: Math.sqrt(found.length / total / Math.min(found.length, INDEPENDENT)),
  };
}

function ofHalf(
  { from, to, noiseMs }: Dispersion,
  replies: readonly TrainReply[],
  parity: number,
): Found | null {
  // One train of a length leaves nothing for the other half.
  if (everySecond(replies, 1 - parity).length === 0) return null;
  return dispersionBetween(everySecond(replies, parity), from, to, noiseMs);
}

/** Of the replies for each length every second, in the order sent. */
function everySecond(replies: readonly TrainReply[], parity: number): TrainReply[] {
  const seen = new Map<number, number>();
  return replies.filter(({ loads }) => {
    const count = seen.get(loads) ?? 0;
    seen.set(loads, count + 1);
    return count % 2 === parity;
  });
}

/** For each length the train whose delays, over all hops of the stretch, are least. */
function leastTrains({ hops }: Stretch, repliesAt: (ttl: number) => GateReplies): ReadonlySet<number> {
  const totals = new Map<number, { loads: number; count: number; total: number }>();
  for (const { ttl } of hops) {
    for (const { train, loads, delayMs } of repliesAt(ttl).replies) {
      const { count = 0, total = 0 } = totals.get(train) ?? {};
      totals.set(train, { loads, count: count + 1, total: total + delayMs });
    }
  }
  const best = new Map<number, { train: number; count: number; total: number }>();
  for (const [train, { loads, count, total }] of totals) {
    const known = best.get(loads);
    const isBetter =
      known === undefined || count > known.count || (count === known.count && total < known.total);
    if (isBetter) best.set(loads, { train, count, total });
  }
  return new Set([...best.values()].map(({ train }) => train));
}

/** The length nearest to the middle of two others, at least a quarter of the way from each; null where there is none. */
function middleLength(replies: readonly TrainReply[], from: number, to: number): number | null {
  const middle = (from + to) / 2;
  let best: number | null = null;
  for (const { loads } of replies) {
    if (Math.abs(loads - middle) > (to - from) / 4) continue;
    if (best === null || Math.abs(loads - middle) < Math.abs(best - middle)) best = loads;
  }
  return best;
}
