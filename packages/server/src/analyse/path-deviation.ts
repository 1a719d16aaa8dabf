import type { DescribedHop, PathRecord } from '../path-record.js';
import { type Baseline, DESTINATION, sightingsOf } from './baseline.js';
import { lengthOf } from './digest.js';
import type { Finding } from './judgement.js';
import { type Break, breakOf, type Place, SURE, see } from './place.js';

/** With fewer earlier traces any unseen address is told of, and that it may be just that. */
const FEW_TRACES = 11;

/** From here on it has points: with one branch known, that is from six traces on. */
const LIKELY = 0.95;

/** What is new about a stretch of the path: nothing wider than addresses or places, networks, or countries. */
type Level = 'position' | 'address' | 'as' | 'country';

/** A hop that answers from an address unusual at its TTL. */
interface NewHop {
  readonly described: DescribedHop;
  readonly address: string;
  readonly broken: Break;
  /** Wall-clock milliseconds of the first trace that met it, or another of the new ones, here. */
  readonly since: number;
  /** TTLs at which it is known; none for an address never met. */
  readonly before: readonly number[];
}

/**
 * Stretches of the path that answer from other addresses than were ever seen at their TTL, one finding each.
 * Held against the set of addresses of all traces, so that load balancing is no deviation: an address never
 * seen counts when the stopping rule of multipath detection says that all branches have been met, or when,
 * trace after trace, none of those known is met any more. It is told of for `NEWS` traces; then it is usual.
 *
 * Nothing is said where there is nothing to compare with: of a hop that went silent, or of one that never
 * answered before.
 */
export function pathDeviations(current: PathRecord, baseline: Baseline): Finding[] {
  if (baseline.traces === 0) return [];
  return stretches(current, baseline).flatMap((stretch) => {
    const surest = stretch.reduce((a, b) => (b.broken.confidence > a.broken.confidence ? b : a)).broken;
    const isSure = surest.confidence >= SURE;
    const isFew = surest.before < FEW_TRACES;
    if (!isSure && !(isFew && surest.traces === 1)) return [];
    return [deviation(current, baseline, stretch, surest, isSure)];
  });
}

/** Unusual hops in a row; silent ones are in between. */
function stretches(current: PathRecord, baseline: Baseline): NewHop[][] {
  const sightings = sightingsOf(current, baseline.traces + 1);
  const found: NewHop[][] = [];
  let open: NewHop[] = [];
  let previous: DescribedHop | null = null;
  for (const described of current.hops) {
    const addresses = sightings.get(described.hop.ttl);
    if (addresses === undefined) continue;
    const place = baseline.places.get(described.hop.ttl);
    const hop =
      place === undefined
        ? continued(baseline, open, described)
        : newHop(baseline, see(place, addresses), described);
    if (hop !== null && (open.length > 0 || !hasMovedAlong(baseline, previous, hop))) {
      open.push(hop);
      if (open.length === 1) found.push(open);
    } else if (place !== undefined) open = [];
    previous = described;
  }
  return found;
}

/** The hop's address that is new here; null where all are usual. `now` has them as seen. */
function newHop(baseline: Baseline, now: Place, described: DescribedHop): NewHop | null {
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
  const { address, ttl } = described.hop;
  if (last === undefined || address === null) return null;
  return { ...last, described, address, before: positionsOf(baseline, address, ttl) };
}

function sinceWhen({ sightings }: Place, { at }: Break): number {
  return Math.min(...[...sightings.values()].filter(({ first }) => first >= at).map(({ since }) => since));
}

/**
 * Whether a hop is at another TTL than usual only because all of the path before it is, which is known: a
 * router that seldom answers shows it later than the others. When it was last met elsewhere, the hop before it
 * was as far from it as now.
 */
function hasMovedAlong(
  { places, recent }: Baseline,
  previous: DescribedHop | null,
  { described, address, before }: NewHop,
): boolean {
  if (previous === null || before.length === 0) return false;
  const { ttl } = described.hop;
  const apart = ttl - previous.hop.ttl;
  for (const { hops, firstTtl } of recent.toReversed()) {
    const at = hops.findIndex((hop, index) => hop.address === address && firstTtl + index !== ttl);
    if (at >= 0) return hops[at - apart]?.address === previous.hop.address;
  }
  return before.some((once) => places.get(once - apart)?.sightings.has(previous.hop.address ?? ''));
}

/** Other TTLs at which an address was usual. */
function positionsOf({ places }: Baseline, address: string, ttl: number): number[] {
  return [...places.keys()]
    .filter((one) => one !== ttl && one !== DESTINATION && places.get(one)!.sightings.has(address))
    .sort((a, b) => a - b);
}

function deviation(
  current: PathRecord,
  baseline: Baseline,
  stretch: readonly NewHop[],
  { before: flows, branches, traces, confidence }: Break,
  isSure: boolean,
): Finding {
  const first = stretch[0]!;
  const added = stretch.filter(({ before }) => before.length === 0);
  const named = added[0] ?? first;
  const since = Math.min(...stretch.map(({ since }) => since));
  const { level, by } = levelOf(stretch, added, since, baseline);
  const length = lengthOf(current);
  const lengths = lengthsOf(baseline);
  const target = baseline.places.get(DESTINATION);
  return {
    type: 'PathDeviation',
    detail: added.length > 0 ? inWords(first, added) : inWordsMoved(first, length, lengths),
    hop: first.described.hop.ttl,
    severity: severityOf(level, {
      destination: stretch.every(({ address }) => address === current.address) && added.length > 0,
      elsewhere: !target?.sightings.has(current.address),
      isSure: confidence >= LIKELY,
    }),
    confidence,
    since,
    evidence: {
      address: named.address,
      known: [...(baseline.places.get(named.described.hop.ttl)?.sightings.keys() ?? [])].filter(
        (address) => address !== named.address,
      ),
      level,
      asn: by.described.about?.network?.asn ?? null,
      country: by.described.about?.place?.countryCode ?? null,
      hops: stretch.map(({ described, address, before }) => ({
        hop: described.hop.ttl,
        address,
        before: before.length === 0 ? null : before,
      })),
      length,
      lengths,
      tracesSince: traces,
      tracesBefore: flows,
      branchesBefore: branches,
      pathSeen: timesTaken(current, baseline),
      earlierTraces: baseline.traces,
      ...(!isSure && {
        note: `only ${flows} earlier ${flows === 1 ? 'trace' : 'traces'} at this hop: it may be a branch of a load balancer not met before`,
      }),
    },
  };
}

/** How wide the change is, and the hop that shows it. */
function levelOf(stretch: readonly NewHop[], added: readonly NewHop[], since: number, { places }: Baseline) {
  const known = [...places.values()]
    .flatMap(({ sightings }) => [...sightings.values()])
    .filter((sighting) => sighting.since < since);
  const networks = new Set(known.flatMap(({ asn }) => asn ?? []));
  const countries = new Set(known.flatMap(({ country }) => country ?? []));
  const isAbroad = ({ described: { about } }: NewHop) =>
    about?.place?.countryCode != null && countries.size > 0 && !countries.has(about.place.countryCode);
  const isForeign = ({ described: { about } }: NewHop) =>
    about?.network != null && networks.size > 0 && !networks.has(about.network.asn);

  const abroad = added.find(isAbroad);
  if (abroad !== undefined) return { level: 'country' as const, by: abroad };
  const foreign = added.find(isForeign);
  if (foreign !== undefined) return { level: 'as' as const, by: foreign };
  const level: Level = added.length > 0 ? 'address' : 'position';
  return { level, by: added[0] ?? stretch[0]! };
}

interface Circumstances {
  /** Nothing is new but what the target's name leads to: a name's own choice, not the network's. */
  readonly destination: boolean;
  /** The name led to other addresses before, so that a different way there is to be expected. */
  readonly elsewhere: boolean;
  readonly isSure: boolean;
}

function severityOf(level: Level, { destination, elsewhere, isSure }: Circumstances): Finding['severity'] {
  if (level === 'address' || level === 'position') return destination || !isSure ? 'info' : 'low';
  if (destination || elsewhere) return 'low';
  if (level === 'as') return isSure ? 'medium' : 'low';
  return isSure ? 'high' : 'medium';
}

/** Traces among the recent ones that were answered by the same routers. */
function timesTaken(
  { hops }: PathRecord,
  { recent }: Baseline,
): { readonly traces: number; readonly of: number } {
  const path = hops
    .map(({ hop }) => hop.address ?? '')
    .join(' ')
    .trimEnd();
  const taken = recent.filter((one) => one.hops.map(({ address }) => address ?? '').join(' ') === path);
  return { traces: taken.length, of: recent.length };
}

/** Hops that it took to the destination lately. */
function lengthsOf({ recent }: Baseline): number[] {
  return [...new Set(recent.flatMap(({ length }) => length ?? []))].sort((a, b) => a - b);
}

function inWords(first: NewHop, added: readonly NewHop[]): string {
  const [named, last] = [added[0]!, added.at(-1)!];
  const ttl = named.described.hop.ttl;
  const more = added.length > 1 ? `, and ${added.length - 1} more up to hop ${last.described.hop.ttl}` : '';
  const from = first === named ? '' : `; the path differs from hop ${first.described.hop.ttl} on`;
  return `New IP ${named.address} detected at hop ${ttl}${more}${from}`;
}

function inWordsMoved(
  { described, address, before }: NewHop,
  length: number | null,
  lengths: readonly number[],
): string {
  const longer =
    length !== null && lengths.length > 0 && !lengths.includes(length)
      ? `, and the path had ${lengths.join(' or ')} hops, not ${length}`
      : '';
  return `Path changed before hop ${described.hop.ttl}: ${address} was at hop ${before.join(' or ')}${longer}`;
}
