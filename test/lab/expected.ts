import { routesOf, wiresOf } from './compile.js';
import type { Internet, Node, Route } from './description.js';

/** What an ideal instrument sees at one TTL, as the description alone has it. */
export interface ExpectedHop {
  readonly ttl: number;
  /** Nodes a probe may die at here; several where there is a choice of ways. */
  readonly nodes: readonly string[];
  /** All addresses that may answer; none where everybody here is silent. */
  readonly addresses: readonly string[];
  /** The wires' delays there and back, in milliseconds, over the quickest and the slowest way. */
  readonly rttMs: { readonly min: number; readonly max: number };
  /** The narrowest link so far on the way there, the widest way counting; null when none limits. */
  readonly capacityMbps: number | null;
  /** The way ends here: the destination, or a router that refuses or discards. */
  readonly end: boolean;
}

/** Where a probe may be after so many hops, and what the way there was like. */
interface Front {
  readonly min: number;
  readonly max: number;
  readonly capacity: number;
}

/** The hops on the way to a node, from TTL 1 on. A loop ends after `maxHops`. */
export function expectedHops(
  internet: Internet,
  to: string,
  family: 4 | 6,
  maxHops = 30,
): readonly ExpectedHop[] {
  const wires = new Map(
    internet.links.flatMap((link) => {
      const [a, b] = link.between;
      const [there, back] = wiresOf(link);
      return [
        [`${a}>${b}`, { there, back }],
        [`${b}>${a}`, { there: back, back: there }],
      ] as const;
    }),
  );
  const routes = new Map<string, Route>();
  for (const route of [...internet.paths.flatMap(routesOf), ...(internet.routes ?? [])]) {
    if (route.to === to || (route.to === '*' && !routes.has(route.at))) routes.set(route.at, route);
  }

  const hops: ExpectedHop[] = [];
  let fronts = new Map<string, Front>([['home', { min: 0, max: 0, capacity: Number.POSITIVE_INFINITY }]]);
  for (let ttl = 1; ttl <= maxHops; ttl++) {
    const next = new Map<string, Front>();
    for (const [at, front] of fronts) {
      const route = routes.get(at);
      if (at === to || !route || !('via' in route)) continue;
      for (const name of route.via) {
        const wire = wires.get(`${at}>${name}`)!;
        const delay = wire.there.delayMs + wire.back.delayMs;
        const seen = next.get(name);
        next.set(name, {
          min: Math.min(seen?.min ?? Number.POSITIVE_INFINITY, front.min + delay),
          max: Math.max(seen?.max ?? 0, front.max + delay),
          capacity: Math.max(
            seen?.capacity ?? 0,
            Math.min(front.capacity, wire.there.capacityMbps ?? Number.POSITIVE_INFINITY),
          ),
        });
      }
    }
    if (next.size === 0) break;
    const all = [...next.values()];
    const nodes = [...next.keys()];
    const capacity = Math.max(...all.map((front) => front.capacity));
    hops.push({
      ttl,
      nodes,
      addresses: nodes.flatMap((name) => answersFrom(internet.nodes[name]!, family)),
      rttMs: { min: Math.min(...all.map((f) => f.min)), max: Math.max(...all.map((f) => f.max)) },
      capacityMbps: Number.isFinite(capacity) ? capacity : null,
      end: nodes.every((name) => name === to || !('via' in (routes.get(name) ?? {}))),
    });
    fronts = next;
  }
  return hops;
}

function answersFrom(node: Node, family: 4 | 6): readonly string[] {
  if (node.silent === true || node.silent === 1) return [];
  return [(family === 4 ? node.v4 : node.v6) ?? []].flat();
}
