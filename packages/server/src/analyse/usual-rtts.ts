import type { TraceDigest } from './digest.js';
import { medianInterval } from './order-statistic-interval.js';
import { type Place, UNSEEN } from './place.js';

/** Fewer values give no interval of the median. */
const ENOUGH = 6;
/** So many of the last values are held against those before them. */
const LATELY = 12;

/** RTTs of the hops in some earlier traces, milliseconds, oldest first. */
export class UsualRtts {
  readonly #places: ReadonlyMap<number, Place>;
  readonly #byAddress = new Map<string, number[]>();
  readonly #byTtl = new Map<number, { readonly address: string; readonly rttMs: number }[]>();

  constructor(traces: readonly TraceDigest[], places: ReadonlyMap<number, Place>) {
    this.#places = places;
    for (const { hops, firstTtl } of traces) {
      for (const [index, { address, rttMs }] of hops.entries()) {
        if (address === null || rttMs === null) continue;
        push(this.#byAddress, address, rttMs);
        push(this.#byTtl, firstTtl + index, { address, rttMs });
      }
    }
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
    const own = this.#byAddress.get(address);
    if (own !== undefined && own.length >= ENOUGH) return own;
    const { start, sightings } = this.#places.get(ttl) ?? UNSEEN;
    const isBranch = (one: string) => (sightings.get(one)?.last ?? 0) >= start;
    if (!isBranch(address)) return own;
    const all = (this.#byTtl.get(ttl) ?? []).filter((one) => isBranch(one.address)).map(({ rttMs }) => rttMs);
    return all.length === 0 ? own : all;
  }
}

function sinceRise(all: readonly number[]): readonly number[] {
  const [before, lately] = [all.slice(0, -LATELY), all.slice(-LATELY)];
  if (before.length < ENOUGH) return all;
  return medianInterval(lately).high < medianInterval(before).low ? lately : all;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
