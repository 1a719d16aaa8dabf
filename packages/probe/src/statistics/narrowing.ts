import type { Dispersion } from './dispersion.js';

/** Neighbouring hops that see the same narrowest link. */
export interface Stretch {
  readonly msPerLoad: number;
  readonly errorMs: number;
  readonly hops: readonly Dispersion[];
  /** TTLs of the first and the last hop that see it clearly; those before and behind may belong to a neighbour. */
  readonly from: number;
  readonly to: number;
  /** Some hop does. */
  readonly isClear: boolean;
}

/** What a further narrowing has to explain, in squared standard errors, to be believed. */
const PRICE = 10;
/** A hop that is further off than this, in squared standard errors, is off for reasons of its own. */
const STRANGE = 12;
/** Dispersions of one path have most of their way in common: more than so many hops are not independent. */
export const INDEPENDENT = 3;
/** Share of itself that any dispersion may be off by beyond its error. */
const FLOOR = 0.01;

/** A hop that sees it clearly is off by no more than this share and its error, and that is no more than the other. */
const OFF = 0.1;
const CLEAR = 0.25;
/** Share of the dispersion that the sender may have caused. */
export const SENDER_SHARE = 0.7;
/** Two replies, one of each length, agree with whatever there is. */
const LEAST_REPLIES = 3;

/**
 * The path's capacities as a staircase: a link's dispersion is seen at every hop behind it, so what packets spread
 * by never shrinks along the path. The cheapest such staircase by dynamic programming (squared residuals, those of
 * strange hops bounded, and a price for each step).
 */
export function findNarrowings(hops: readonly Dispersion[]): Stretch[] {
  const count = hops.length;
  // best[i][j]: the cheapest staircase up to hop j whose last stretch is i..j.
  const best: { cost: number; stretch: Stretch; before: number }[][] = [];
  for (let start = 0; start < count; start++) {
    best.push([]);
    for (let end = start; end < count; end++) {
      const stretch = fit(hops.slice(start, end + 1));
      let [cost, before] = start === 0 ? [0, -1] : [Number.POSITIVE_INFINITY, -1];
      for (let other = 0; other < start; other++) {
        const earlier = best[other]![start - 1]!;
        if (earlier.stretch.msPerLoad > stretch.msPerLoad || earlier.cost >= cost) continue;
        [cost, before] = [earlier.cost, other];
      }
      best[start]![end] = { cost: cost + PRICE + residual(stretch), stretch, before };
    }
  }
  const stretches: Stretch[] = [];
  for (let end = count - 1; end >= 0; ) {
    let start = 0;
    for (let other = 1; other <= end; other++)
      if (best[other]![end]!.cost < best[start]![end]!.cost) start = other;
    // Walk back along the choices made, not the cheapest at each end.
    for (let at = start; at >= 0; ) {
      const { stretch, before } = best[at]![end]!;
      stretches.unshift(stretch);
      end = at - 1;
      at = before;
    }
  }
  return stretches;
}

function fit(hops: readonly Dispersion[]): Stretch {
  let used = hops;
  let level = 0;
  // Twice more without those that do not belong, as far as any are left.
  for (let round = 0; round < 3; round++) {
    const total = used.reduce((sum, hop) => sum + weight(hop), 0);
    level = used.reduce((sum, hop) => sum + weight(hop) * hop.msPerLoad, 0) / total;
    const inside = hops.filter((hop) => (hop.msPerLoad - level) ** 2 * weight(hop) <= STRANGE);
    if (inside.length > 0) used = inside;
  }
  // Of hops that err differently the better count.
  const variance = used.length / used.reduce((sum, { errorMs }) => sum + 1 / (errorMs ** 2 + 1e-12), 0);
  // What the sender spread, because it was interrupted in the middle of trains, shows nothing of the way.
  const clear = hops.filter(
    (hop) =>
      hop.replies >= LEAST_REPLIES &&
      hop.sentMsPerLoad <= SENDER_SHARE * hop.msPerLoad &&
      hop.errorMs <= CLEAR * level &&
      Math.abs(hop.msPerLoad - level) <= OFF * level + hop.errorMs,
  );
  return {
    msPerLoad: level,
    errorMs: Math.sqrt(variance / Math.min(used.length, INDEPENDENT)),
    hops,
    from: (clear[0] ?? hops[0]!).ttl,
    to: (clear.at(-1) ?? hops.at(-1)!).ttl,
    isClear: clear.length > 0,
  };
}

function residual({ msPerLoad, hops }: Stretch): number {
  return hops.reduce(
    (sum, hop) => sum + Math.min(STRANGE, (hop.msPerLoad - msPerLoad) ** 2 * weight(hop)),
    0,
  );
}

function weight({ msPerLoad, errorMs }: Dispersion): number {
  return 1 / (errorMs ** 2 + (FLOOR * msPerLoad) ** 2 + 1e-12);
}
