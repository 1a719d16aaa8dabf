import type { DescribedHop, PathRecord } from '../path-record.js';
import { type Baseline, lengthOf } from './baseline.js';
import type { Finding } from './judgement.js';

/** Fewer earlier traces than this may not have seen every branch of a load balancer. */
const FEW_TRACES = 6;

/** Chance above which one more unseen address at a hop that is balanced widely is nothing new. */
const USUAL_SURPRISE = 0.1;

/** What is new about an address: nothing wider than itself, its network, or its country. */
type Level = 'address' | 'as' | 'country';

/**
 * Addresses that answered at no earlier trace's hop of that TTL. Held against the set of all addresses seen
 * there, so that load balancing is no deviation. Nothing is said where there is nothing to compare with: of
 * a hop that went silent, or of one that never answered before.
 *
 * An address that was known at another TTL has only moved, because a hop came or went before it: that is
 * said once, and only where no new address explains it.
 */
export function pathDeviations(current: PathRecord, baseline: Baseline): Finding[] {
  const found: Finding[] = [];
  for (const described of current.hops) {
    const { ttl, addresses } = described.hop;
    if (!isComparable(baseline, ttl)) continue;
    const known = baseline.sightings.get(ttl);
    const unseen = addresses.filter((address) => !known?.has(address));
    for (const address of unseen) {
      const positions = baseline.positions.get(address);
      if (positions === undefined) {
        if (!isWidelyBalanced(baseline, ttl)) found.push(newAddress(current, baseline, described, address));
      } else if (found.length === 0 && unseen.length === addresses.length) {
        found.push(moved(current, baseline, ttl, address, positions));
      }
    }
  }
  return found;
}

/** Whether some earlier trace says what is at this TTL: somebody answered, or the path was over before. */
function isComparable(baseline: Baseline, ttl: number): boolean {
  return baseline.sightings.has(ttl) || [...baseline.lengths.keys()].some((length) => length < ttl);
}

/**
 * Whether this hop has so many addresses that not all can have been seen. The chance that the next is unseen
 * is the share of those seen only once (Good & Turing 1953).
 */
function isWidelyBalanced(baseline: Baseline, ttl: number): boolean {
  const counts = [...(baseline.sightings.get(ttl)?.values() ?? [])].map(({ traces }) => traces);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const once = counts.filter((count) => count === 1).length;
  return counts.length >= 3 && all >= FEW_TRACES && once / all > USUAL_SURPRISE;
}

function newAddress(
  current: PathRecord,
  baseline: Baseline,
  { hop, about }: DescribedHop,
  address: string,
): Finding {
  const described = about?.address === address ? about : null;
  const asn = described?.network?.asn ?? null;
  const country = described?.place?.countryCode ?? null;
  const newAs = asn !== null && baseline.asns.size > 0 && !baseline.asns.has(asn);
  const newCountry = country !== null && baseline.countries.size > 0 && !baseline.countries.has(country);
  const level: Level = newCountry ? 'country' : newAs ? 'as' : 'address';
  const destination = address === current.address;
  const few = baseline.traces < FEW_TRACES;
  return {
    type: 'PathDeviation',
    detail: `New IP ${address} detected at hop ${hop.ttl}`,
    hop: hop.ttl,
    severity: severityOf(level, { destination, few, elsewhere: !baseline.destinations.has(current.address) }),
    evidence: {
      address,
      known: [...(baseline.sightings.get(hop.ttl)?.keys() ?? [])],
      level,
      asn,
      country,
      destination,
      earlierTraces: baseline.traces,
      ...(few && {
        note: `only ${baseline.traces} earlier trace${baseline.traces === 1 ? '' : 's'}: it may be a branch of a load balancer not seen before`,
      }),
    },
  };
}

interface Circumstances {
  /** It is what the target's name leads to now: a name's own choice, not the network's. */
  readonly destination: boolean;
  /** The name led to other addresses before, so that a different way there is to be expected. */
  readonly elsewhere: boolean;
  readonly few: boolean;
}

function severityOf(level: Level, { destination, elsewhere, few }: Circumstances): Finding['severity'] {
  if (level === 'address') return destination ? 'info' : 'low';
  if (destination || elsewhere) return 'low';
  if (level === 'as') return few ? 'low' : 'medium';
  return few ? 'medium' : 'high';
}

function moved(
  current: PathRecord,
  baseline: Baseline,
  ttl: number,
  address: string,
  positions: ReadonlySet<number>,
): Finding {
  const before = [...positions].sort((a, b) => a - b);
  const lengths = [...baseline.lengths.keys()].sort((a, b) => a - b);
  const length = lengthOf(current);
  const longer = length !== null && lengths.length > 0 && !lengths.includes(length);
  return {
    type: 'PathDeviation',
    detail:
      `Path changed before hop ${ttl}: ${address} was at hop ${before.join(' or ')}` +
      (longer ? `, and the path had ${lengths.join(' or ')} hops, not ${length}` : ''),
    hop: ttl,
    severity: 'low',
    evidence: { address, level: 'position', before, length, lengths, earlierTraces: baseline.traces },
  };
}
