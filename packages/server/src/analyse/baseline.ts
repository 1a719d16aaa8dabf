import type { PathRecord } from '../path-record.js';
import { digest, type TraceDigest } from './digest.js';
import { type Place, type Seen, type Sighting, see, settle, UNSEEN } from './place.js';
import { withoutLoop } from './routing-loop.js';

export { decode, encode } from './baseline-codec.js';

/**
 * What is usual on the way to one target by one protocol and family: the sum of its earlier traces, of bounded
 * size however many they are, and all that findings know of them. Immutable.
 */
export interface Baseline {
  /** Earlier traces. */
  readonly traces: number;
  /** Wall-clock milliseconds of the first; null without any. */
  readonly since: number | null;
  /**
   * TTL → what answers there; TTL 0 stands for the address that the target's name led to. Sets, not the last
   * trace: a load balancer's branches are all usual. What did not answer for 1,000 traces is forgotten.
   */
  readonly places: ReadonlyMap<number, Place>;
  /** The last 48 traces, oldest first: what is usual now. */
  readonly recent: readonly TraceDigest[];
  /** For every two hours of the day one trace a day, of the last 8 days: what is usual at this time of day. */
  readonly daily: readonly TraceDigest[];
}

/** The place of the destination's own address. */
export const DESTINATION = 0;

const RECENT = 48;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SLOT_MS = 2 * HOUR_MS;
const SLOT_TRACES = 8;
/** Traces after which an address that does not answer any more is forgotten. */
const MEMORY = 1000;
/** Hops and addresses at most, so that a baseline of any path is below 30 kB. */
const MOST = { recentHops: 800, dailyHops: 1800, sightings: 120 } as const;

export function emptyBaseline(): Baseline {
  return { traces: 0, since: null, places: new Map(), recent: [], daily: [] };
}

/**
 * The baseline with one more trace, which must be of the same target, protocol and family, and later than all
 * before. A trace that somebody stopped changes nothing.
 */
export function fold(baseline: Baseline, record: PathRecord): Baseline {
  if (record.end === 'aborted') return baseline;
  const trace = withoutLoop(record);
  const traces = baseline.traces + 1;
  const places = new Map(baseline.places);
  for (const [ttl, addresses] of sightingsOf(trace, traces)) {
    const place = places.get(ttl) ?? UNSEEN;
    if (place.wide === null) places.set(ttl, settle(see(place, addresses)));
  }
  const isForgotten = forget(places, traces) || [...places.values()].some(({ wide }) => wide !== null);

  const one = digest(trace);
  const recent = newest([...baseline.recent, one].slice(-RECENT), MOST.recentHops);
  const daily = newest(onceADay(baseline.daily, one), MOST.dailyHops);
  return {
    traces,
    since: baseline.since ?? trace.startedAt,
    places,
    recent: isForgotten ? onlyKnown(recent, places) : recent,
    daily: isForgotten ? onlyKnown(daily, places) : daily,
  };
}

/** By TTL, who answered; what the name led to as TTL 0. `number` counts the baseline's traces. */
export function sightingsOf(
  trace: PathRecord,
  number: number,
): ReadonlyMap<number, ReadonlyMap<string, Seen>> {
  const since = trace.startedAt;
  const places = new Map<number, ReadonlyMap<string, Seen>>();
  places.set(DESTINATION, new Map([[trace.address, { since, seen: number, asn: null, country: null }]]));
  for (const { hop, about } of trace.hops) {
    if (hop.addresses.length === 0) continue;
    const addresses = new Map<string, Seen>();
    for (const address of hop.addresses) {
      const described = about?.address === address ? about : null;
      const asn = described?.network?.asn ?? null;
      const country = described?.place?.countryCode ?? null;
      addresses.set(address, { since, seen: number, asn, country });
    }
    places.set(hop.ttl, addresses);
  }
  return places;
}

/** Traces of about this time of day, on other days than the last twelve hours. */
export function atThisTimeOfDay(
  { daily }: Pick<Baseline, 'daily'>,
  startedAt: number,
): readonly TraceDigest[] {
  return daily.filter((one) => {
    const apart = Math.abs(startedAt - one.startedAt) % DAY_MS;
    return startedAt - one.startedAt > DAY_MS / 2 && Math.min(apart, DAY_MS - apart) <= SLOT_MS / 2;
  });
}

function onceADay(daily: readonly TraceDigest[], one: TraceDigest): readonly TraceDigest[] {
  const slot = Math.floor(one.startedAt / SLOT_MS);
  const same = daily.find(({ startedAt }) => Math.floor(startedAt / SLOT_MS) === slot);
  if (same !== undefined) {
    // The first of some days and the last of others, so that all of the two hours is known.
    const isLast = Math.floor(one.startedAt / DAY_MS) % 2 === 1;
    return isLast ? [...daily.filter((each) => each !== same), one] : daily;
  }
  const sameHours = daily.filter(({ startedAt }) => hoursOf(startedAt) === hoursOf(one.startedAt));
  const oldest = sameHours.length < SLOT_TRACES ? undefined : sameHours[0];
  return [...daily.filter((each) => each !== oldest), one];
}

/** Which two hours of the day these are, UTC. */
function hoursOf(startedAt: number): number {
  return Math.floor((startedAt % DAY_MS) / SLOT_MS);
}

/** As many of the last ones as have no more hops than that in all. */
function newest(traces: readonly TraceDigest[], mostHops: number): readonly TraceDigest[] {
  let hops = 0;
  const tooMany = traces.findLastIndex((one) => {
    hops += one.hopCount;
    return hops > mostHops;
  });
  return tooMany < 0 ? traces : traces.slice(tooMany + 1);
}

/**
 * Drops what did not answer for long; if anything. Where there are too many addresses, those of former paths go
 * first, what answered longest ago before others; then those of the widest place, which is not judged any more.
 */
function forget(places: Map<number, Place>, traces: number): boolean {
  for (const [ttl, { wide }] of places) if (wide !== null && wide <= traces - MEMORY) places.delete(ttl);
  const before = sizeOf(places);
  keepOnly(places, ({ seen }) => seen > traces - MEMORY);
  const former = [...places.values()].flatMap(({ start, sightings }) =>
    [...sightings.values()].filter(({ last }) => last < start).map(({ seen }) => seen),
  );
  const tooMany = Math.min(sizeOf(places) - MOST.sightings, former.length);
  if (tooMany > 0) {
    const until = former.sort((a, b) => a - b)[tooMany - 1]!;
    keepOnly(places, ({ seen, last }, { start }) => last >= start || seen > until);
  }
  while (sizeOf(places) > MOST.sightings) {
    const [ttl] = [...places].reduce((a, b) => (b[1].sightings.size > a[1].sightings.size ? b : a));
    places.set(ttl, { ...UNSEEN, wide: traces });
  }
  return sizeOf(places) < before;
}

function sizeOf(places: ReadonlyMap<number, Place>): number {
  return [...places.values()].reduce((sum, { sightings }) => sum + sightings.size, 0);
}

function keepOnly(places: Map<number, Place>, isKept: (one: Sighting, at: Place) => boolean): void {
  for (const [ttl, place] of places) {
    const kept = [...place.sightings].filter(([, one]) => isKept(one, place));
    if (kept.length === place.sightings.size) continue;
    if (kept.length === 0) places.delete(ttl);
    else places.set(ttl, { ...place, sightings: new Map(kept) });
  }
}

/** The traces without the addresses that are forgotten: a name for each would take more room than the figures. */
function onlyKnown(
  traces: readonly TraceDigest[],
  places: ReadonlyMap<number, Place>,
): readonly TraceDigest[] {
  const known = new Set([...places.values()].flatMap(({ sightings }) => [...sightings.keys()]));
  return traces.map((trace) => ({
    ...trace,
    hops: trace.hops.map((hop) =>
      hop.address === null || known.has(hop.address) ? hop : { ...hop, address: null, rttMs: null },
    ),
  }));
}
