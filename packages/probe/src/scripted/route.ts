import { ProbeError } from '../errors.js';
import type { Fork, Router, Way } from './network.js';
import type { SimulatedNode } from './simulated-node.js';

/** The nodes that one packet visits, in order. */
export interface Route {
  readonly nodes: readonly SimulatedNode[];
  /** In a loop: the index that comes after the last; null where the last is the destination. */
  readonly loopsTo: number | null;
}

/** The index in `route.nodes` of the node that a packet gets to after `links` links, the first being 0. */
export function nodeIndex(route: Route, links: number): number {
  const { nodes, loopsTo } = route;
  if (links < nodes.length || loopsTo === null) return links;
  return loopsTo + ((links - loopsTo) % (nodes.length - loopsTo));
}

/** The node there. */
export function nodeAt(route: Route, links: number): SimulatedNode {
  return route.nodes[nodeIndex(route, links)]!;
}

interface Choice {
  readonly perFlow: boolean;
  readonly salt: number;
  readonly branches: readonly (readonly SimulatedNode[])[];
}

/** All routes of one way, made as they are first taken. */
export class Routes {
  readonly #parts: readonly (SimulatedNode | Choice)[];
  readonly #loopsTo: number | null;
  readonly #random: () => number;
  /** By the branches taken, as digits of a number in mixed radix. */
  readonly #routes = new Map<number, Route>();
  readonly #only: Route | null;

  constructor(
    way: Way,
    destination: SimulatedNode,
    node: (router: Router) => SimulatedNode,
    random: () => number,
  ) {
    const hops = way.hops ?? [];
    const parts = hops.map((hop, index) => (isFork(hop) ? choice(hop, index + 1, node) : node(hop)));
    const loops = way.loopsTo !== undefined;
    this.#parts = loops ? parts : [...parts, destination];
    this.#loopsTo = loops ? way.loopsTo - 1 : null;
    this.#random = random;
    const isPlain = !hops.some(isFork);
    if (loops && !(isPlain && hops[way.loopsTo - 1] !== undefined)) {
      throw new ProbeError(
        'OPTION_INVALID',
        'loopsTo in the network is the TTL of one of the hops, none a fork',
      );
    }
    this.#only = isPlain ? this.#route(0) : null;
  }

  /** The route of a packet whose flow has that hash (32 bits). */
  choose(flow: number): Route {
    if (this.#only !== null) return this.#only;
    let taken = 0;
    for (const part of this.#parts) {
      if (!('branches' in part)) continue;
      const count = part.branches.length;
      const branch = part.perFlow ? scatter(flow ^ part.salt) % count : Math.floor(this.#random() * count);
      taken = taken * count + branch;
    }
    return this.#route(taken);
  }

  #route(taken: number): Route {
    const known = this.#routes.get(taken);
    if (known !== undefined) return known;
    const nodes: SimulatedNode[] = [];
    let rest = taken;
    for (const part of [...this.#parts].reverse()) {
      if (!('branches' in part)) {
        nodes.unshift(part);
        continue;
      }
      const count = part.branches.length;
      nodes.unshift(...part.branches[rest % count]!);
      rest = Math.floor(rest / count);
    }
    const route = { nodes, loopsTo: this.#loopsTo };
    this.#routes.set(taken, route);
    return route;
  }
}

function isFork(hop: Router | Fork): hop is Fork {
  return 'branches' in hop;
}

function choice(fork: Fork, ttl: number, node: (router: Router) => SimulatedNode): Choice {
  if (fork.branches.length === 0) {
    throw new ProbeError('OPTION_INVALID', 'branches in the network are none, expected one or more');
  }
  return {
    perFlow: fork.balance === 'per-flow',
    // Each fork chooses by itself, as routers do that hash with a number of their own.
    salt: scatter(ttl),
    branches: fork.branches.map((branch) => [branch].flat().map(node)),
  };
}

/** Every bit of the result depends on every bit of the input: the finisher of MurmurHash3. Unsigned. */
export function scatter(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
