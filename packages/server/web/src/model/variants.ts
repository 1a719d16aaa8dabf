import type { RecordJson } from '../../../src/wire/history.js';

/** A stored trace of a target. */
export type Run = RecordJson;

/** One way that packets went, with the runs that saw it. */
export interface Variant {
  readonly id: string;
  /** A, B, C, …: the most frequent first. */
  readonly name: string;
  /** 1 to 6: the colours there are; all beyond the fifth share the last. */
  readonly colour: number;
  /** Newest first. */
  readonly runs: readonly Run[];
  /** TTLs at which it differs from the most frequent one. */
  readonly differsAt: readonly number[];
}

const COLOURS = 6;

/** The ways among these runs, which come newest first. */
export function variantsOf(runs: readonly Run[]): readonly Variant[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const group = groups.get(run.path_id);
    if (group === undefined) groups.set(run.path_id, [run]);
    else group.push(run);
  }
  const sorted = [...groups].sort(([, a], [, b]) => b.length - a.length);
  const usual = sorted[0]?.[1][0];
  return sorted.map(([id, group], index) => ({
    id,
    name: nameOf(index),
    colour: Math.min(COLOURS, index + 1),
    runs: group,
    differsAt: usual === undefined ? [] : differences(usual, group[0]!),
  }));
}

/** A to Z, then AA, AB, … */
function nameOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : nameOf(Math.floor(index / 26) - 1) + letter;
}

function differences(usual: Run, run: Run): readonly number[] {
  const length = Math.max(usual.result.length, run.result.length);
  return Array.from({ length }, (_, index) => index + 1).filter(
    (ttl) => usual.result[ttl - 1]?.ip !== run.result[ttl - 1]?.ip,
  );
}

/** A TTL, or wherever the destination answered. */
export type Where = number | 'end';

/** Median latency of a run at a hop; null where nobody answered there. */
export function latencyAt({ result, address }: Run, where: Where): number | null {
  const hop = where === 'end' ? result.at(-1) : result[where - 1];
  if (hop === undefined || (where === 'end' && !hop.addresses.includes(address))) return null;
  return hop.latency;
}

export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
