import type { PathRecord } from '../path-record.js';
import type { Finding } from './judgement.js';

/**
 * Packets that go round: the same routers answer over and over up to the last answer, and the destination is
 * never reached. An address that comes twice on a path that gets through is no loop (balancing over branches
 * of different lengths, RFC-violating TTLs).
 */
export function routingLoop(current: PathRecord): Finding[] {
  if (current.reached) return [];
  const last = current.hops.findLastIndex(({ hop }) => hop.address !== null);
  const path = current.hops.slice(0, last + 1).map(({ hop }) => hop.address);
  const round = shortestRound(path);
  if (round === null) return [];

  const first = current.hops[round.start]!.hop.ttl;
  const until = current.hops[last]!.hop.ttl;
  const routers = [...new Set(path.slice(round.start, round.start + round.length))].filter(
    (address) => address !== null,
  );
  return [
    {
      type: 'RoutingLoop',
      detail: `Routing loop: ${routers.join(', ')} repeat${routers.length === 1 ? 's' : ''} from hop ${first} to hop ${until}`,
      hop: first,
      severity: 'high',
      confidence: 1,
      since: current.startedAt,
      evidence: { routers, from: first, to: until, period: round.length },
    },
  ];
}

/** The trace up to the hop from which it goes round: what comes then says nothing more of the way. */
export function withoutLoop(trace: PathRecord): PathRecord {
  const start = routingLoop(trace)[0]?.hop ?? null;
  return start === null ? trace : { ...trace, hops: trace.hops.filter(({ hop }) => hop.ttl <= start) };
}

interface Round {
  readonly start: number;
  /** Hops until the same router is met again. */
  readonly length: number;
}

/**
 * The shortest period that the end of the path repeats with, from the earliest hop on whose address is met
 * again. A silent hop (null) fits anything. A round of several routers has to be met in full once more; one
 * router in a row, which may only answer for those behind it, three times.
 */
function shortestRound(path: readonly (string | null)[]): Round | null {
  for (let length = 1; length <= path.length / 2; length++) {
    const round = new Map<number, string>();
    let start = path.length;
    let met = 0;
    for (let at = path.length - 1; at >= 0; at--) {
      const address = path[at];
      if (address == null) continue;
      const known = round.get(at % length);
      if (known === undefined) round.set(at % length, address);
      else if (known !== address) break;
      else {
        met += 1;
        start = at;
      }
    }
    if (met >= (length === 1 ? 3 : Math.max(2, round.size))) return { start, length };
  }
  return null;
}
