import type { PathRecord } from '../path-record.js';
import type { Baseline } from './baseline.js';
import type { TraceDigest } from './digest.js';
import { type Break, branchesMissed, NEWS, SURE } from './place.js';

/** A router at another distance from one before it than ever lately. */
export interface MovedHop {
  readonly broken: Omit<Break, 'at'>;
  /** Wall-clock milliseconds of the first trace in a row that showed it. */
  readonly since: number;
  /** TTLs at which it would be by the former distances. */
  readonly before: readonly number[];
}

/** A hop that answers from one address, which answers nowhere else. */
interface Router {
  readonly ttl: number;
  readonly address: string;
}

/**
 * Whether hops before this one are gone, or others have come. Its TTL alone does not show that: another change of the
 * way may have brought it there before. What tells is how far it is from the routers before it, the nearest first, held
 * against all traces of the last days that met both. A router that seldom answers shows a change later than others: once
 * the way to those behind it is known, it is none. null where nothing has changed, or not surely.
 */
export function movedHop(current: PathRecord, baseline: Baseline, at: number): MovedHop | null {
  const { recent } = baseline;
  const [nearest, hop] = [answeringBefore(current, at), current.hops[at]!.hop];
  if (nearest === null || werePlaced(recent, nearest, hop)) return null;

  const routers = routersOf(current);
  const router = routers.find(({ ttl }) => ttl === hop.ttl);
  if (router === undefined) return null;
  const traces = keptTraces(baseline);
  let sure: (MovedHop & { readonly from: Router }) | null = null;
  for (const from of routers.filter(({ ttl }) => ttl < hop.ttl).reverse()) {
    const distance = router.ttl - from.ttl;
    const seen = distancesOf(traces, from, router);
    const news = seen.length - 1 - seen.findLastIndex((one) => one.distance !== distance);
    if (news >= NEWS) return null;
    const before = seen.slice(0, seen.length - news);
    const isKnown = before.some((one) => one.distance === distance);
    if (sure === null && isKnown) return null;
    if (sure !== null || before.length === 0) continue;
    const former = [...new Set(before.map((one) => one.distance))];
    const confidence = 1 - branchesMissed(former.length, 1, before.length, news + 1);
    if (confidence < SURE) continue;
    sure = {
      from,
      broken: { traces: news + 1, before: before.length, branches: former.length, confidence },
      since: seen[before.length]?.startedAt ?? current.startedAt,
      before: former.map((one) => from.ttl + one).sort((a, b) => a - b),
    };
  }
  if (sure === null) return null;
  const { from, ...moved } = sure;
  return routers.some((one) => one.ttl > hop.ttl && werePlaced(recent, from, one)) ? null : moved;
}

/** Whether the way past that hop is known: a router before it and one behind it have been where they are. */
export function isBetweenKnown(current: PathRecord, { recent }: Baseline, ttl: number): boolean {
  const routers = routersOf(current);
  const behind = routers.filter((one) => one.ttl > ttl);
  return routers.some((one) => one.ttl < ttl && behind.some((other) => werePlaced(recent, one, other)));
}

function answeringBefore({ hops }: PathRecord, at: number): Router | null {
  for (let before = at - 1; before >= 0; before--) {
    const { ttl, address } = hops[before]!.hop;
    if (address !== null) return { ttl, address };
  }
  return null;
}

function routersOf({ hops }: PathRecord): Router[] {
  return hops.flatMap(({ hop: { ttl, address, addresses } }) => {
    const isOne =
      addresses.length === 1 && !hops.some(({ hop }) => hop.ttl !== ttl && hop.address === address);
    return address !== null && isOne ? [{ ttl, address }] : [];
  });
}

/** Whether both were where they are in some trace before what is news. */
function werePlaced(
  recent: readonly TraceDigest[],
  a: Router,
  b: { readonly ttl: number; readonly address: string | null },
): boolean {
  for (let at = recent.length - 1 - NEWS; at >= 0; at--) {
    const { hops, firstTtl } = recent[at]!;
    if (hops[b.ttl - firstTtl]?.address === b.address && hops[a.ttl - firstTtl]?.address === a.address)
      return true;
  }
  return false;
}

/** All traces that a baseline has, oldest first. */
function keptTraces({ recent, daily }: Baseline): readonly TraceDigest[] {
  const since = recent[0]?.startedAt ?? Number.POSITIVE_INFINITY;
  return [...daily.filter(({ startedAt }) => startedAt < since), ...recent];
}

/** How far the second was behind the first in each trace that met both. */
function distancesOf(
  traces: readonly TraceDigest[],
  { address: first }: Router,
  { address: second }: Router,
) {
  return traces.flatMap(({ hops, startedAt }) => {
    const from = hops.findIndex(({ address }) => address === first);
    const to = hops.findLastIndex(({ address }) => address === second);
    return from < 0 || to < 0 ? [] : [{ distance: to - from, startedAt }];
  });
}
