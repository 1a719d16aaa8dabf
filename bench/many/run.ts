import type { Fate } from '../../test/lab/truth.js';

/** What a tool found, and what finding it took. */
export interface Run {
  readonly tookMs: number;
  /** Of all processors, by user and system. */
  readonly cpuUs: number;
  /** At its largest; null where it was not taken. */
  readonly residentMb: number | null;
  readonly paths: readonly Path[];
}

interface Path {
  readonly target: string;
  readonly hops: readonly {
    readonly ttl: number;
    readonly addresses: readonly string[];
    /** Replies it tells of. */
    readonly received: number;
    readonly destination: boolean;
  }[];
}

export interface Judgement {
  readonly probes: number;
  readonly answered: number;
  /** Replies that came back and that the tool does not tell of. */
  readonly lost: number;
  /** Hops whose addresses are exactly the expected ones, of so many. */
  readonly right: number;
  readonly hops: number;
}

/**
 * Compares what was found with the truth. `expected` are the addresses of each target's path. A tool tells of
 * `probes` replies per TTL; at the path's end the first ones of all probes that reach it are told of.
 */
export function judge(
  run: Run,
  fates: readonly Fate[],
  expected: ReadonlyMap<string, readonly string[]>,
  probes: number,
): Judgement {
  const replies = new Map<string, number>();
  const answered = fates.filter(({ outcome }) => outcome === 'answered');
  for (const { destination, hopLimit } of answered) {
    const ttl = Math.min(hopLimit, expected.get(destination)!.length);
    const place = `${destination} ${ttl}`;
    replies.set(place, (replies.get(place) ?? 0) + 1);
  }
  const found = new Map(run.paths.map((path) => [path.target, path.hops]));
  let lost = 0;
  let right = 0;
  let hops = 0;
  for (const [target, addresses] of expected) {
    const path = found.get(target) ?? [];
    for (const [index, address] of addresses.entries()) {
      const hop = path.find(({ ttl }) => ttl === index + 1);
      const came = Math.min(probes, replies.get(`${target} ${index + 1}`) ?? 0);
      lost += Math.max(0, came - (hop?.received ?? 0));
      hops += 1;
      if (hop?.addresses.length === 1 && hop.addresses[0] === address) right += 1;
    }
    // A path that goes on behind its end is wrong too.
    if (path.length > addresses.length) right -= path.length - addresses.length;
  }
  return { probes: fates.length, answered: answered.length, lost, right, hops };
}
