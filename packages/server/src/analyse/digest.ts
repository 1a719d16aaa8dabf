import type { DescribedHop, PathRecord } from '../path-record.js';
import { median } from './median.js';

/** What a baseline keeps of one hop of one trace. */
export interface HopDigest {
  /** The address it goes by; null for a silent hop. */
  readonly address: string | null;
  /** Median over the samples of that address, as `rounded`; null where there is none. */
  readonly rttMs: number | null;
  /** Probes, and answers to them; none of either where the path changed meanwhile. */
  readonly sent: number;
  readonly received: number;
}

/** What a baseline keeps of one trace. */
export interface TraceDigest {
  /** Wall-clock milliseconds. */
  readonly startedAt: number;
  /** Hops to the destination; null where it was not reached. */
  readonly length: number | null;
  /** TTL of the first of `hops`; the others follow one by one. */
  readonly firstTtl: number;
  /** How many `hops` has, which a stored trace only reads when it is asked for them. */
  readonly hopCount: number;
  /** Without the silent ones at the end. */
  readonly hops: readonly HopDigest[];
}

export function digest(trace: PathRecord): TraceDigest {
  const { hops, startedAt } = trace;
  const answering = hops.slice(0, hops.findLastIndex(({ hop }) => hop.address !== null) + 1);
  return {
    startedAt,
    length: lengthOf(trace),
    firstTtl: hops[0]?.hop.ttl ?? 1,
    hopCount: answering.length,
    hops: answering.map((described) => {
      const { address, loss } = described.hop;
      const rtts = rttsOf(described);
      return {
        address,
        rttMs: rtts.length === 0 ? null : rounded(median(rtts)),
        ...(isOfOnePath(described) ? { sent: loss.sent, received: loss.received } : { sent: 0, received: 0 }),
      };
    }),
  };
}

/** Steps to a factor of e: with 3,500 of them 16 bits reach from a microsecond to two minutes. */
const STEPS = 3500;
const LEAST_MS = 1e-3;

/** The number, 1 to 65535, that an RTT in milliseconds is kept as; within 0.02 %. */
export function rttCode(rttMs: number): number {
  return Math.min(Math.max(1 + Math.round(STEPS * Math.log(rttMs / LEAST_MS)), 1), 0xffff);
}

/** RTTs by number, as far as they have been needed; 0 where not. */
const rtts = new Float64Array(0x10000);

export function rttOfCode(code: number): number {
  const known = rtts[code]!;
  if (known > 0) return known;
  const rttMs = LEAST_MS * Math.exp((code - 1) / STEPS);
  rtts[code] = rttMs;
  return rttMs;
}

/** As precise as a baseline keeps it, so that one that was stored is still the same. */
function rounded(rttMs: number): number {
  return rttOfCode(rttCode(rttMs));
}

/** Hops to the destination; null where it was not reached. */
export function lengthOf({ reached, hops }: PathRecord): number | null {
  return reached ? (hops.at(-1)?.hop.ttl ?? null) : null;
}

/** Samples of the address that a hop goes by, milliseconds; none where they are of two paths. */
export function rttsOf({ hop }: Pick<DescribedHop, 'hop'>): number[] {
  if (!isOfOnePath({ hop })) return [];
  return hop.samples.filter(({ address }) => address === hop.address).map(({ rttMs }) => rttMs);
}

/** Whether what a hop answered, and what it did not, is of one path. */
export function isOfOnePath({ hop }: Pick<DescribedHop, 'hop'>): boolean {
  return hop.loss.verdict !== 'path-changed';
}
