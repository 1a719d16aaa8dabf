import type { TraceDigest } from './digest.js';
import { medianInterval } from './order-statistic-interval.js';
import { type Place, UNSEEN } from './place.js';

/** Fewer values give no interval of the median. */
const ENOUGH = 6;
/** So many of the last values are held against those before them. */
const LATELY = 12;

const SILENT = { address: null, rttMs: null } as const;

/** RTTs of the hops in some earlier traces, milliseconds, oldest first. */
export class UsualRtts {
  readonly #traces: readonly TraceDigest[];
  readonly #places: ReadonlyMap<number, Place>;

  constructor(traces: readonly TraceDigest[], places: ReadonlyMap<number, Place>) {
    this.#traces = traces;
    this.#places = places;
  }

  /**
   * Of that address, wherever it was on the path. Of one branch among many at its place that were each met too
   * seldom, of all of them: what they differ by is then part of what is usual. Where a rise has ended meanwhile, only
   * from then on. Undefined where there is none.
   */
  of(ttl: number, address: string): readonly number[] | undefined {
    const all = this.#alike(ttl, address);
    return all === undefined ? undefined : sinceRise(all);
  }

  #alike(ttl: number, address: string): readonly number[] | undefined {
    const own = this.#ofAddress(address);
    if (own.length >= ENOUGH) return own;
    const { start, sightings } = this.#places.get(ttl) ?? UNSEEN;
    const isBranch = (one: string) => (sightings.get(one)?.last ?? 0) >= start;
    const all = isBranch(address) ? this.#ofBranches(ttl, isBranch) : [];
    if (all.length > 0) return all;
    return own.length === 0 ? undefined : own;
  }

  #ofAddress(address: string): number[] {
    const rtts: number[] = [];
    for (const { hops } of this.#traces) {
      for (const hop of hops) if (hop.address === address && hop.rttMs !== null) rtts.push(hop.rttMs);
    }
    return rtts;
  }

  #ofBranches(ttl: number, isBranch: (address: string) => boolean): number[] {
    const rtts: number[] = [];
    for (const { hops, firstTtl } of this.#traces) {
      const { address, rttMs } = hops[ttl - firstTtl] ?? SILENT;
      if (address !== null && rttMs !== null && isBranch(address)) rtts.push(rttMs);
    }
    return rtts;
  }
}

function sinceRise(all: readonly number[]): readonly number[] {
  const [before, lately] = [all.slice(0, -LATELY), all.slice(-LATELY)];
  if (before.length < ENOUGH) return all;
  return medianInterval(lately).high < medianInterval(before).low ? lately : all;
}
