/** An address at one place of the path. Places are numbered in traces that were answered there, from 1. */
export interface Sighting {
  /** The first and the last trace, by the place's own count, in which it answered here. */
  readonly first: number;
  readonly last: number;
  /** In how many. */
  readonly traces: number;
  /** Wall-clock milliseconds of the first. */
  readonly since: number;
  /** The last, by the baseline's count of traces. */
  readonly seen: number;
  readonly asn: number | null;
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null;
}

/** What answered at one TTL. Immutable. */
export interface Place {
  /** Traces in which somebody answered here. */
  readonly answered: number;
  /** From which of them on the present set of addresses answers: a lasting change begins a new one. */
  readonly start: number;
  /**
   * The trace, by the baseline's count, since which it has too many addresses to keep, and none is: whether one is
   * new here is then not known for as long as any is remembered.
   */
  readonly wide: number | null;
  readonly sightings: ReadonlyMap<string, Sighting>;
}

export type Seen = Pick<Sighting, 'since' | 'seen' | 'asn' | 'country'>;

/** What answers from a trace on, and nothing that answered before it does any more. */
export interface Break {
  /** The trace, by the place's own count. */
  readonly at: number;
  /** Traces since, that one included. */
  readonly traces: number;
  /** Traces of the set before, and how many addresses it had. */
  readonly before: number;
  readonly branches: number;
  /**
   * How sure it is that these are no branches of a load balancer that only were not met before, 0 to 1. Each
   * trace is one flow, and takes one of the branches by chance.
   */
  readonly confidence: number;
}

/**
 * Surer than this it is no branch of a load balancer that was not met before. A path has dozens of places, each
 * of which meets its last branch one day: with one chance in a thousand each, one target in ten would be told of it.
 */
export const SURE = 0.99999;

/** After so many traces in a row new addresses are usual: the present set begins with them. */
export const NEWS = 5;

export const UNSEEN: Place = { answered: 0, start: 1, wide: null, sightings: new Map() };

/** The place after one more trace in which these addresses answered. */
export function see(place: Place, addresses: ReadonlyMap<string, Seen>): Place {
  if (addresses.size === 0) return place;
  const answered = place.answered + 1;
  const sightings = new Map(place.sightings);
  for (const [address, { since, seen, asn, country }] of addresses) {
    const known = sightings.get(address);
    sightings.set(address, {
      first: known?.first ?? answered,
      last: answered,
      traces: (known?.traces ?? 0) + 1,
      since: known?.since ?? since,
      seen,
      asn,
      country,
    });
  }
  return { answered, start: place.start, wide: place.wide, sightings };
}

/** The present set begins anew where the one before surely does not answer any more, for `NEWS` traces. */
export function settle(place: Place): Place {
  const starts = breaksOf(place).filter(({ traces, confidence }) => traces >= NEWS && confidence >= SURE);
  return starts.length === 0 ? place : { ...place, start: Math.max(...starts.map(({ at }) => at)) };
}

/** The break that is surest; null where addresses of the present set still answer. */
export function breakOf(place: Place): Break | null {
  return breaksOf(place).reduce<Break | null>(
    (best, one) => (best === null || one.confidence > best.confidence ? one : best),
    null,
  );
}

function breaksOf({ answered, start, sightings }: Place): Break[] {
  // As nearly always.
  if (!hasLater(start, sightings)) return [];
  const all = [...sightings.values()];
  const later = all.filter(({ first }) => first > start);
  const firsts = [...new Set(later.map(({ first }) => first))];
  return firsts.flatMap((at) => {
    const older = all.filter(({ first }) => first < at);
    // One trace may have met both, when the path changed in the middle of it.
    if (older.some(({ last }) => last > at)) return [];
    const present = older.filter(({ last }) => last >= start);
    const branches = Math.max(1, present.length);
    const added = all.length - older.length;
    const [before, traces] = [at - start, answered - at + 1];
    const once = present.filter((one) => one.traces === 1).length;
    const confidence = 1 - branchesMissed(branches, added, before, traces, once);
    return [{ at, traces, before, branches, confidence }];
  });
}

function hasLater(start: number, sightings: Place['sightings']): boolean {
  for (const { first } of sightings.values()) if (first > start) return true;
  return false;
}

/** Whether nothing is new with these addresses, nor was before: then there is no break. */
export function isAsEver({ start, sightings }: Place, addresses: ReadonlyMap<string, Seen>): boolean {
  for (const address of addresses.keys()) if (!sightings.has(address)) return false;
  return !hasLater(start, sightings);
}

/**
 * The stopping rule of the Multipath Detection Algorithm (Veitch, Augustin, Teixeira, Friedman; INFOCOM 2009):
 * were there one branch more than the k known ones, then n flows would have missed one of the k + 1 with at
 * most the probability (k + 1)·(k / (k + 1))^n; it is below 5 % from 6, 11, 16, 21, … flows on. Likewise where
 * several are new. And were they branches after all, each further trace would have met the old ones as often
 * as the balancer uses them: where `once` of those were met in one trace only, many more are still to be met, by so
 * large a share of traces (Good, Biometrika 1953).
 */
export function branchesMissed(
  branches: number,
  added: number,
  before: number,
  traces: number,
  once = 0,
): number {
  const width = branches + added;
  const missed = Math.min(1, choose(width, added) * (branches / width) ** before);
  const unmet = once / (before + 1);
  return missed * Math.max(added / width, unmet) ** (traces - 1);
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i++) ways *= (n - k + i) / i;
  return ways;
}
