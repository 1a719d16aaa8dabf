import type { Cross, Habits, Internet, Link, Node, Path, Wire } from './description.js';
import { limits } from './description.js';
import { home } from './descriptions.js';
import { type Seeded, seeded } from './seeded.js';

/**
 * `quiet`    nobody else sends, every router answers all it is asked.
 * `gigabit`  the same, and no link is narrower than 1 Gbit/s.
 * `busy`     others fill half of the narrowest link.
 * `hostile`  ICMP limits as Linux has them, silent routers, slow ICMP, a way back ten times slower, balancing by
 *            flow: each of them on about half of the paths.
 */
export type Kind = 'quiet' | 'gigabit' | 'busy' | 'hostile';

/** What else a path is, for reports. */
export type Trait = 'limited' | 'silent' | 'slow ICMP' | 'slow way back' | 'balanced';

export interface RandomPath {
  readonly internet: Internet;
  readonly traits: readonly Trait[];
}

const SLOWEST = 2;
const FASTEST = 1000;

/**
 * A path of 3 to 20 hops with links of 2 to 1000 Mbit/s. It gets narrower at one to three places, and the links
 * between those are anything that is not narrower. Each link has light jitter (exponential, 1 to 10 µs), each
 * router makes its ICMP errors in an exponential time of 5 to 50 µs on average, one at a time, and one in five quotes
 * no more than 8 bytes. The nodes are `r1`,
 * `r2`, … and `target`; other ways from a balancing router are `r4b`, `r4c`, ….
 */
export function randomPath(kind: Kind, seed: number): RandomPath {
  const draw = seeded(seed);
  const hops = draw.whole(3, 20);
  const narrowings = kind === 'gigabit' ? [] : capacitySteps(draw, hops);
  const hostile = (share: number) => kind === 'hostile' && draw.chance(share);
  const all = {
    limited: hostile(0.5),
    silent: hostile(0.5),
    'slow ICMP': hostile(0.5),
    'slow way back': hostile(0.4),
    balanced: hostile(0.5) && hops >= 5,
  };
  const capacities = linkCapacities(draw, hops, narrowings, kind === 'gigabit' ? FASTEST : SLOWEST);
  const narrowest = capacities.indexOf(Math.min(...capacities));

  const wire = (hop: number, capacityMbps: number): Wire => ({
    delayMs: draw.logBetween(0.03, 5),
    capacityMbps,
    jitter: { kind: 'exponential', meanUs: draw.between(1, 10) },
    ...(kind === 'busy' && hop - 1 === narrowest && { cross: crossTraffic(draw) }),
  });
  const back = ({ cross, ...there }: Wire): Wire =>
    all['slow way back'] ? { ...there, capacityMbps: there.capacityMbps! / 10 } : there;
  const link = (from: string, to: string, there: Wire): Link => ({
    between: [from, to],
    there,
    back: back(there),
  });
  const habits = (isTarget: boolean): Habits => ({
    service: {
      kind: 'exponential',
      meanUs: all['slow ICMP'] && draw.chance(0.7) ? 200 : draw.between(5, 50),
    },
    hopLimit: isTarget ? 64 : 255,
    ...(draw.chance(0.2) && { quote: 8 }),
    ...(all.limited && draw.chance(0.7) && { limits: limits.linux }),
    ...(all.silent && !isTarget && draw.chance(0.3) && { silent: true }),
  });

  const nodes: Record<string, Node> = {};
  const place = (name: string, group: number, way = 1) => {
    nodes[name] = {
      v4: `198.18.${group}.${way}`,
      v6: `2001:db8:${group.toString(16)}::${way}`,
      ...habits(name === 'target'),
    };
  };
  const names = capacities.map((_, index) => (index + 1 === hops ? 'target' : `r${index + 1}`));
  for (const [index, name] of names.entries()) place(name, index + 1);
  const links = names.map((name, index) =>
    link(names[index - 1] ?? 'home', name, wire(index + 1, capacities[index]!)),
  );
  const through: Path['through'][number][] = names.slice(0, -1);

  if (all.balanced) {
    // The router at `at` stands beside one or two others, each with links of its own.
    const at = draw.whole(2, hops - 2);
    const [before, main, after] = [names[at - 1]!, names[at]!, names[at + 1]!];
    const others = draw.chance(0.5) ? ['b'] : ['b', 'c'];
    for (const [index, letter] of others.entries()) {
      const name = `${main}${letter}`;
      place(name, at + 1, index + 2);
      links.push(link(before, name, wire(0, draw.logBetween(SLOWEST * 5, FASTEST))));
      links.push(link(name, after, wire(0, draw.logBetween(SLOWEST * 5, FASTEST))));
    }
    through[at] = [[main], ...others.map((letter) => [`${main}${letter}`])];
  }
  return {
    internet: { seed, home, nodes, links, paths: [{ to: 'target', through }] },
    traits: (Object.keys(all) as Trait[]).filter((trait) => all[trait]),
  };
}

/** Where the path gets narrower, from hop to capacity, in order: to anything that the path may end up with. */
function capacitySteps(draw: Seeded, hops: number): [hop: number, mbps: number][] {
  const places = [...new Set(Array.from({ length: draw.whole(1, 3) }, () => draw.whole(1, hops)))];
  const last = draw.logBetween(SLOWEST, FASTEST);
  const capacities = [...places.slice(1).map(() => draw.logBetween(last, FASTEST)), last];
  places.sort((a, b) => a - b);
  capacities.sort((a, b) => b - a);
  return places.map((hop, index) => [hop, capacities[index]!]);
}

/** Mbit/s of the link to each hop. */
function linkCapacities(
  draw: Seeded,
  hops: number,
  steps: readonly (readonly [hop: number, mbps: number])[],
  slowest: number,
): number[] {
  const rounded = (mbps: number) => Math.max(slowest, Number(mbps.toPrecision(3)));
  let narrowest = FASTEST;
  return Array.from({ length: hops }, (_, index) => {
    const step = steps.find(([hop]) => hop === index + 1);
    if (step !== undefined) {
      narrowest = rounded(step[1]);
      return narrowest;
    }
    return draw.chance(0.5) ? FASTEST : rounded(draw.logBetween(narrowest, FASTEST));
  });
}

/** Half of the link: a steady stream of packets, or one that comes and goes. */
function crossTraffic(draw: Seeded): Cross {
  return draw.chance(0.7)
    ? { kind: 'poisson', load: 0.5 }
    : { kind: 'on-off', load: 0.5, peak: draw.between(0.7, 1), onMs: draw.between(2, 20) };
}
