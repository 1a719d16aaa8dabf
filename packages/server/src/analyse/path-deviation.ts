import type { PathRecord } from '../path-record.js';
import { type Baseline, DESTINATION } from './baseline.js';
import { lengthOf } from './digest.js';
import type { Finding } from './judgement.js';
import { type Break, SURE } from './place.js';
import { type NewHop, unusualStretches } from './unusual-stretches.js';

/** With fewer earlier traces, all by one router, another is told of, and that it may be a branch not met before. */
const FEW_TRACES = 18;

/**
 * Balancers split the way within a network; that one splits it over networks or countries is much less to be
 * expected. Of another network or country it is sure enough from here on, and likely from six traces on.
 */
const WIDER = { sure: 0.999, likely: 0.95 } as const;

/** What is new about a stretch of the path: nothing wider than addresses or places, networks, or countries. */
type Level = 'position' | 'address' | 'as' | 'country';

/** Unusual hops in a row, what is new about them, and the one that shows it. */
interface Change {
  readonly stretch: readonly NewHop[];
  readonly level: Level;
  readonly by: NewHop;
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
  return unusualStretches(current, baseline).flatMap((stretch) => {
    const surest = stretch.reduce((a, b) => (b.broken.confidence > a.broken.confidence ? b : a)).broken;
    const { level, by } = levelOf(stretch, baseline);
    const isWider = level === 'as' || level === 'country';
    const isSure = surest.confidence >= (isWider ? WIDER.sure : SURE);
    const isFew = surest.before < FEW_TRACES && surest.branches === 1;
    if (!isSure && !(isFew && surest.traces === 1)) return [];
    return [deviation(current, baseline, { stretch, level, by }, surest, isSure)];
  });
}

function deviation(
  current: PathRecord,
  baseline: Baseline,
  { stretch, level, by }: Change,
  { before: flows, branches, traces, confidence }: Omit<Break, 'at'>,
  isSure: boolean,
): Finding {
  const first = stretch[0]!;
  const added = addedOf(stretch);
  const named = added[0] ?? first;
  const since = beginningOf(stretch);
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
      isSure,
      isLikely: confidence >= WIDER.likely,
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

/** Those whose address was never met. */
function addedOf(stretch: readonly NewHop[]): readonly NewHop[] {
  return stretch.filter(({ before }) => before.length === 0);
}

function beginningOf(stretch: readonly NewHop[]): number {
  return Math.min(...stretch.map(({ since }) => since));
}

/** How wide the change is, held against the way that was taken until then, and the hop that shows it. */
function levelOf(stretch: readonly NewHop[], { places }: Baseline): Omit<Change, 'stretch'> {
  const [added, since] = [addedOf(stretch), beginningOf(stretch)];
  const known = [...places.values()].flatMap(({ start, sightings }) =>
    [...sightings.values()].filter((one) => one.since < since && one.last >= start),
  );
  const networks = new Set(known.flatMap(({ asn }) => asn ?? []));
  const countries = new Set(known.flatMap(({ country }) => country ?? []));
  const isAbroad = ({ described: { about } }: NewHop) =>
    about?.place?.countryCode != null && countries.size > 0 && !countries.has(about.place.countryCode);
  const isForeign = ({ described: { about } }: NewHop) =>
    about?.network != null && networks.size > 0 && !networks.has(about.network.asn);

  const abroad = added.find(isAbroad);
  if (abroad !== undefined) return { level: 'country', by: abroad };
  const foreign = added.find(isForeign);
  if (foreign !== undefined) return { level: 'as', by: foreign };
  return { level: added.length > 0 ? 'address' : 'position', by: added[0] ?? stretch[0]! };
}

interface Circumstances {
  /** Nothing is new but what the target's name leads to: a name's own choice, not the network's. */
  readonly destination: boolean;
  /** The name led to other addresses before, so that a different way there is to be expected. */
  readonly elsewhere: boolean;
  readonly isSure: boolean;
  readonly isLikely: boolean;
}

function severityOf(
  level: Level,
  { destination, elsewhere, isSure, isLikely }: Circumstances,
): Finding['severity'] {
  if (level === 'address' || level === 'position') return destination || !isSure ? 'info' : 'low';
  if (destination || elsewhere) return 'low';
  if (level === 'as') return isLikely ? 'medium' : 'low';
  return isLikely ? 'high' : 'medium';
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
