import { median } from '../analyse/median.js';
import { type MedianInterval, medianInterval } from '../analyse/order-statistic-interval.js';
import type { PathRecord } from '../path-record.js';

/** What some traces say of one TTL. */
export interface HopSummary {
  readonly ttl: number;
  /** All that answered, the most frequent first; none for a silent hop. */
  readonly addresses: readonly string[];
  readonly asns: readonly number[];
  /** Milliseconds: median of the RTTs that it rests on, which are those of a single trace, else one per trace. */
  readonly rtt: (MedianInterval & { readonly median: number; readonly values: number }) | null;
  readonly sent: number;
  readonly received: number;
}

/** Some traces of one target as one: a single trace, or all of a period. */
export interface PathSummary {
  readonly traces: number;
  /** Wall-clock milliseconds of the first and the last. */
  readonly from: number;
  readonly to: number;
  readonly reached: number;
  readonly paths: number;
  readonly hops: readonly HopSummary[];
}

/** `traces` are of one target, protocol and family, in any order, and at least one. */
export function summarise(traces: readonly (PathRecord & { readonly pathId: string })[]): PathSummary {
  const starts = traces.map(({ startedAt }) => startedAt);
  const lengths = traces.map(({ hops }) => hops.at(-1)?.hop.ttl ?? 0);
  const ttls = Array.from({ length: Math.max(...lengths) }, (_, index) => index + 1);
  return {
    traces: traces.length,
    from: Math.min(...starts),
    to: Math.max(...starts),
    reached: traces.filter(({ reached }) => reached).length,
    paths: new Set(traces.map(({ pathId }) => pathId)).size,
    hops: ttls.map((ttl) => hopSummary(ttl, traces)),
  };
}

function hopSummary(ttl: number, traces: readonly PathRecord[]): HopSummary {
  const hops = traces.flatMap(({ hops }) => hops.find(({ hop }) => hop.ttl === ttl) ?? []);
  const counts = new Map<string, number>();
  for (const address of hops.flatMap(({ hop }) => hop.addresses)) {
    counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  const rtts =
    traces.length === 1
      ? hops.flatMap(({ hop }) => hop.samples.map(({ rttMs }) => rttMs))
      : hops.flatMap(({ hop }) => hop.rtt?.median ?? []);
  return {
    ttl,
    addresses: [...counts].sort(([, a], [, b]) => b - a).map(([address]) => address),
    asns: [...new Set(hops.flatMap(({ about }) => about?.network?.asn ?? []))],
    rtt: rtts.length === 0 ? null : { median: median(rtts), values: rtts.length, ...medianInterval(rtts) },
    sent: hops.reduce((sum, { hop }) => sum + hop.loss.sent, 0),
    received: hops.reduce((sum, { hop }) => sum + hop.loss.received, 0),
  };
}
