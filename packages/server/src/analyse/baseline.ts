import type { Description } from '@locator/intel';
import type { PathRecord } from '../path-record.js';
import type { StoredTrace } from '../store/trace-store.js';

/** An address at one TTL over all earlier traces. */
export interface Sighting {
  /** Traces in which it answered here. */
  readonly traces: number;
}

export interface Answers {
  readonly sent: number;
  readonly received: number;
}

/** What is usual for a target: the sum of its earlier traces, and all that findings know of them. */
export interface Baseline {
  readonly traces: number;
  /** Wall-clock milliseconds of the oldest; null without any. */
  readonly since: number | null;
  /** TTL → address → how often. Sets, not the last trace: a load balancer's branches are all usual. */
  readonly sightings: ReadonlyMap<number, ReadonlyMap<string, Sighting>>;
  /** Address → TTLs it answered at. */
  readonly positions: ReadonlyMap<string, ReadonlySet<number>>;
  /** Hops to the destination → traces that took as many. */
  readonly lengths: ReadonlyMap<number, number>;
  /** Addresses that the target's name led to. */
  readonly destinations: ReadonlySet<string>;
  readonly asns: ReadonlySet<number>;
  /** ISO 3166-1 alpha-2. */
  readonly countries: ReadonlySet<string>;
  /** Address → its median RTT in each trace, milliseconds: traces are independent, samples of one are not. */
  readonly rtts: ReadonlyMap<string, readonly number[]>;
  /** `linkOf(before, address)` → how much longer the RTT is than that of the hop answering before, per trace. */
  readonly steps: ReadonlyMap<string, readonly number[]>;
  /** Address → probes, where what is missing was lost on the way (verdict `none` or `forwarding`). */
  readonly loss: ReadonlyMap<string, Answers>;
}

/** Which pair of hops a difference of RTTs is about. */
export function linkOf(before: string | null, address: string): string {
  return `${before ?? ''} ${address}`;
}

/** Hops to the destination; null where it was not reached. */
export function lengthOf({ reached, hops }: PathRecord): number | null {
  return reached ? (hops.at(-1)?.hop.ttl ?? null) : null;
}

/**
 * Traces that `current` may be held against: earlier ones of the same protocol and family (the caller sees
 * to the target), never `current` itself, none that somebody stopped.
 */
export function earlierThan(current: StoredTrace, traces: readonly StoredTrace[]): readonly StoredTrace[] {
  return traces.filter(
    ({ id, protocol, family, end }) =>
      id < current.id && protocol === current.protocol && family === current.family && end !== 'aborted',
  );
}

export function baselineOf(traces: readonly PathRecord[]): Baseline {
  const sightings = new Map<number, Map<string, { traces: number }>>();
  const positions = new Map<string, Set<number>>();
  const lengths = new Map<number, number>();
  const destinations = new Set<string>();
  const asns = new Set<number>();
  const countries = new Set<string>();
  const rtts = new Map<string, number[]>();
  const steps = new Map<string, number[]>();
  const loss = new Map<string, { sent: number; received: number }>();

  for (const trace of traces) {
    destinations.add(trace.address);
    note(trace.about ?? null);
    const length = lengthOf(trace);
    if (length !== null) lengths.set(length, (lengths.get(length) ?? 0) + 1);

    let before: { address: string; rtt: number } | null = null;
    for (const { hop, about } of trace.hops) {
      note(about);
      for (const address of hop.addresses) {
        entry(entry(sightings, hop.ttl, newMap<string, { traces: number }>), address, () => ({
          traces: 0,
        })).traces += 1;
        entry(positions, address, newSet<number>).add(hop.ttl);
      }
      const { address } = hop;
      if (address === null || hop.rtt === null) continue;
      const rtt = hop.rtt.median;
      entry(rtts, address, newList<number>).push(rtt);
      entry(steps, linkOf(before?.address ?? null, address), newList<number>).push(rtt - (before?.rtt ?? 0));
      before = { address, rtt };
      if (hop.loss.verdict === 'none' || hop.loss.verdict === 'forwarding') {
        const answers = entry(loss, address, () => ({ sent: 0, received: 0 }));
        answers.sent += hop.loss.sent;
        answers.received += hop.loss.received;
      }
    }
  }

  function note(about: Description | null): void {
    if (about?.network) asns.add(about.network.asn);
    if (about?.place?.countryCode) countries.add(about.place.countryCode);
  }

  const since = traces.length === 0 ? null : Math.min(...traces.map(({ startedAt }) => startedAt));
  return {
    traces: traces.length,
    since,
    sightings,
    positions,
    lengths,
    destinations,
    asns,
    countries,
    rtts,
    steps,
    loss,
  };
}

/** The value of `key`, made first where there is none. */
function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}

const newMap = <K, V>() => new Map<K, V>();
const newSet = <T>() => new Set<T>();
const newList = <T>(): T[] => [];
