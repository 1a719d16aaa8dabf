import type { Network, Router, Stage, Supply } from './network.js';
import type { Random } from './random.js';

interface Lasting {
  /** Numbers of the first trace, and of the first without it. */
  readonly from: number;
  readonly to: number;
}

/** Hops [at, at + gone) of the path are others, or go. */
export interface PathMove extends Lasting {
  readonly kind: 'move';
  readonly level: 'position' | 'address' | 'as' | 'country';
  readonly at: number;
  readonly gone: number;
  readonly instead: readonly Stage[];
}

/** More delay on the link to a stage. */
export interface LatencyStep extends Lasting {
  readonly kind: 'latency';
  readonly at: number;
  readonly ms: number;
}

/** More delay on the link to a stage every day between two hours, from the first day on. */
export interface Congestion extends Lasting {
  readonly kind: 'congestion';
  readonly at: number;
  readonly ms: number;
  readonly hours: readonly [from: number, to: number];
}

export interface LinkLoss extends Lasting {
  readonly kind: 'loss';
  readonly at: number;
  readonly share: number;
}

/** Routers that keep answers back, or stay silent: nothing that should be found. */
export interface Withholding extends Lasting {
  readonly kind: 'limit' | 'silence';
  readonly at: number;
  readonly share: number;
}

/** The destination does not answer; the path ends at a stage, or goes round from there. */
export interface Outage extends Lasting {
  readonly kind: 'outage' | 'loop';
  readonly at: number;
}

export type Fault = PathMove | LatencyStep | Congestion | LinkLoss | Withholding | Outage;
export type Kind = Fault['kind'];

export const ALL_KINDS: readonly Kind[] = [
  'move',
  'move',
  'move',
  'latency',
  'latency',
  'loss',
  'loss',
  'limit',
  'silence',
  'congestion',
  'outage',
  'loop',
];

/** One fault after another with time to settle between them, from trace 40 to the last. */
export function schedule(
  random: Random,
  supply: Supply,
  network: Network,
  traces: number,
  kinds: readonly Kind[],
): readonly Fault[] {
  const faults: Fault[] = [];
  let stages = network.stages;
  let at = 40 + random.integer(0, 20);
  while (kinds.length > 0 && at < traces - 60) {
    const fault = aFault(random, supply, stages, at, random.pick(kinds));
    faults.push(fault);
    // A move that lasts for ever is the path that later ones start from.
    if (fault.kind === 'move' && fault.to === Number.POSITIVE_INFINITY) stages = moved(stages, fault);
    const end = fault.to === Number.POSITIVE_INFINITY ? fault.from + 15 : fault.to;
    at = end + random.integer(25, 60);
  }
  return faults;
}

export function moved(stages: readonly Stage[], { at, gone, instead }: PathMove): readonly Stage[] {
  return [...stages.slice(0, at), ...instead, ...stages.slice(at + gone)];
}

function aFault(random: Random, supply: Supply, stages: readonly Stage[], from: number, kind: Kind): Fault {
  const to = from + random.integer(12, 40);
  // Not the first hop, which is the own network, and where routers are concerned not the destination.
  const at = random.integer(1, stages.length - 2);
  switch (kind) {
    case 'move':
      return aMove(random, supply, stages, from, at);
    case 'latency':
      return { kind, from, to, at: random.integer(1, stages.length - 1), ms: random.factor(5, 100) };
    case 'congestion': {
      const start = random.integer(0, 19);
      const hours = [start, start + random.integer(3, 5)] as const;
      // Two weeks and more, at about one trace an hour.
      return { kind, from, to: from + random.integer(340, 480), at, ms: random.factor(8, 60), hours };
    }
    case 'loss':
      return { kind, from, to, at: random.integer(1, stages.length - 1), share: random.factor(0.1, 0.6) };
    case 'limit':
    case 'silence':
      return { kind, from, to, at, share: kind === 'silence' ? 1 : random.between(0.3, 0.8) };
    case 'outage':
    case 'loop':
      return { kind, from, to: from + random.integer(3, 12), at: Math.max(2, at) };
  }
}

function aMove(random: Random, supply: Supply, stages: readonly Stage[], from: number, at: number): PathMove {
  // What stayed silent before cannot be seen to have changed.
  while (at > 1 && stages[at]!.branches.some(([first]) => first!.silent)) at -= 1;
  const level = random.pick(['position', 'address', 'address', 'as', 'as', 'country', 'country'] as const);
  const gone = Math.min(random.integer(1, 3), stages.length - 1 - at);
  const to = random.chance(0.4) ? Number.POSITIVE_INFINITY : from + random.integer(20, 60);
  const { network, place } = stages[at]!.branches[0]![0]!.about;
  const asn = level === 'address' ? (network?.asn ?? null) : supply.network();
  const home = place?.countryCode ?? null;
  const everywhere = stages.flatMap(({ branches }) => branches[0]![0]!.about.place?.countryCode ?? []);
  const code = level === 'country' ? supply.country(everywhere).code : home;
  const count = level === 'position' ? 0 : Math.max(1, gone + random.pick([-1, 0, 0, 0, 1, 1]));
  const instead = Array.from({ length: count }, (_, index) => {
    const stage = supply.stage(asn, code);
    if (index > 0) return stage;
    // What never answers cannot be seen to have changed; and abroad is not nearer than it is.
    const linkMs = level === 'country' ? supply.farthest(code) : null;
    const seen = (router: Router) => ({ ...router, silent: false, linkMs: linkMs ?? router.linkMs });
    return { branches: stage.branches.map(([first, ...others]) => [seen(first!), ...others]) };
  });
  return { kind: 'move', level, from, to, at, gone, instead };
}
