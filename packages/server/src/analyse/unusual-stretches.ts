import type { DescribedHop, PathRecord } from '../path-record.js';
import { type Baseline, DESTINATION, sightingsOf } from './baseline.js';
import { isBetweenKnown, movedHop } from './moved-hop.js';
import { type Break, breakOf, isAsEver, NEWS, type Place, see } from './place.js';

/** A hop that answers from an address unusual at its TTL. */
export interface NewHop {
  readonly described: DescribedHop;
  readonly address: string;
  readonly broken: Omit<Break, 'at'>;
  /** Wall-clock milliseconds of the first trace that met it, or another of the new ones, here. */
  readonly since: number;
  /** TTLs at which it is known; none for an address never met. */
  readonly before: readonly number[];
}

interface NewAtPlace extends NewHop {
  readonly broken: Break;
}

/** Unusual hops in a row; silent ones are in between. */
export function unusualStretches(current: PathRecord, baseline: Baseline): NewHop[][] {
  const sightings = sightingsOf(current, baseline.traces + 1);
  const found: NewHop[][] = [];
  let open: NewHop[] = [];
  // Known routers just before, where nobody answered until now.
  let ahead: DescribedHop[] = [];
  let previous: DescribedHop | null = null;
  for (const [at, described] of current.hops.entries()) {
    const addresses = sightings.get(described.hop.ttl);
    if (addresses === undefined) continue;
    const place = baseline.places.get(described.hop.ttl);
    const fresh =
      place === undefined || place.wide !== null || isAsEver(place, addresses)
        ? null
        : newHop(baseline, see(place, addresses), described);
    const isNews = fresh !== null && (open.length > 0 || !isLater(current, baseline, fresh, previous));
    const hop =
      place === undefined
        ? continued(baseline, open, described)
        : isNews
          ? fresh
          : moved(current, baseline, at);
    if (hop === null && place?.wide != null) continue;
    if (hop !== null) {
      if (open.length === 0) {
        open = ahead.map((described) => partOf(hop, baseline, described));
        found.push(open);
      }
      open.push(hop);
    } else if (place !== undefined) open = [];
    const isAhead = open.length === 0 && !isToldOf(baseline, described) && isElsewhere(baseline, described);
    ahead = isAhead ? [...ahead, described] : [];
    previous = described;
  }
  return found;
}

/** The hop's address that is new here; null where all are usual. `now` has them as seen. */
function newHop(baseline: Baseline, now: Place, described: DescribedHop): NewAtPlace | null {
  const broken = breakOf(now);
  if (broken === null) return null;
  const { ttl, addresses } = described.hop;
  const address = addresses.find((one) => now.sightings.get(one)!.first >= broken.at);
  if (address === undefined) return null;
  return {
    described,
    address,
    broken,
    since: sinceWhen(now, broken),
    before: positionsOf(baseline, address, ttl),
  };
}

/** Where nothing answered before, nothing is new by itself: only as part of a stretch that is. */
function continued(baseline: Baseline, open: readonly NewHop[], described: DescribedHop): NewHop | null {
  const last = open.at(-1);
  return last === undefined || described.hop.address === null ? null : partOf(last, baseline, described);
}

/** A router that is known here, but not so far behind those before it. */
function moved(current: PathRecord, baseline: Baseline, at: number): NewHop | null {
  const found = movedHop(current, baseline, at);
  if (found === null) return null;
  const described = current.hops[at]!;
  return { ...found, described, address: described.hop.address! };
}

function partOf(one: NewHop, baseline: Baseline, described: DescribedHop): NewHop {
  const [address, ttl] = [described.hop.address!, described.hop.ttl];
  return { ...one, described, address, before: positionsOf(baseline, address, ttl) };
}

function isElsewhere(baseline: Baseline, { hop: { ttl, address } }: DescribedHop): boolean {
  return address !== null && positionsOf(baseline, address, ttl).length > 0;
}

/** Whether the hop's address was here before what is news now. */
function isToldOf({ places, recent }: Baseline, { hop: { ttl, address } }: DescribedHop): boolean {
  const since = places.get(ttl)?.sightings.get(address ?? '')?.since;
  return since !== undefined && since <= (recent.at(-NEWS)?.startedAt ?? 0);
}

function sinceWhen({ sightings }: Place, { at }: Break): number {
  return Math.min(...[...sightings.values()].filter(({ first }) => first >= at).map(({ since }) => since));
}

/** Whether what is new at a hop is only shown later there than at others, which have been told of. */
function isLater(
  current: PathRecord,
  baseline: Baseline,
  hop: NewAtPlace,
  previous: DescribedHop | null,
): boolean {
  return (
    (hop.before.length > 0 && isBetweenKnown(current, baseline, hop.described.hop.ttl)) ||
    hasMovedAlong(baseline, previous, hop) ||
    isBehindKnown(current, baseline, hop)
  );
}

/**
 * Whether a hop is at another TTL than usual only because all of the path before it is, which is known: a
 * router that seldom answers shows it later than the others. When it was last met elsewhere, the hop before it
 * was as far from it as now.
 */
function hasMovedAlong(
  baseline: Baseline,
  previous: DescribedHop | null,
  { described, address, before }: NewHop,
): boolean {
  if (previous === null || before.length === 0 || !isToldOf(baseline, previous)) return false;
  const { places, recent } = baseline;
  const { ttl } = described.hop;
  const apart = ttl - previous.hop.ttl;
  for (const { hops, firstTtl } of recent.toReversed()) {
    const at = hops.findIndex((hop, index) => hop.address === address && firstTtl + index !== ttl);
    if (at >= 0) return hops[at - apart]?.address === previous.hop.address;
  }
  return before.some((once) => places.get(once - apart)?.sightings.has(previous.hop.address ?? ''));
}

/**
 * Whether a hop before this one changed since anybody answered here, and has been told of: then this router, which
 * seldom answers, is the way that is known by now.
 */
function isBehindKnown({ hops }: PathRecord, baseline: Baseline, { described, broken }: NewAtPlace): boolean {
  const { places, recent, traces } = baseline;
  const here = places.get(described.hop.ttl);
  if (here === undefined || recent.length === 0) return false;
  const older = [...here.sightings.values()].filter(({ first }) => first < broken.at);
  const last = Math.max(...older.map(({ seen }) => seen));
  // What was last heard of before all recent traces was so before the first of them.
  const heard = recent[Math.max(0, recent.length - 1 - (traces - last))]!.startedAt;
  return hops.some((one) => {
    const { ttl, address } = one.hop;
    if (ttl >= described.hop.ttl || !isToldOf(baseline, one)) return false;
    return places.get(ttl)!.sightings.get(address!)!.since > heard;
  });
}

/** Other TTLs at which an address was usual. */
function positionsOf({ places }: Baseline, address: string, ttl: number): number[] {
  return [...places.keys()]
    .filter((one) => one !== ttl && one !== DESTINATION && places.get(one)!.sightings.has(address))
    .sort((a, b) => a - b);
}
