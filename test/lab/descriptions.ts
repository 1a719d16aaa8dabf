import type { Habits, Internet, Link, Node, Wire } from './description.js';
import { limits } from './description.js';

export const home = { v4: '10.0.0.2', v6: 'fd00::2' } as const;

/** One-way delays of the fifteen links, in milliseconds: 80 ms there and back in all. */
const delaysMs = [0.2, 0.3, 0.5, 0.5, 1, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 9];

export interface LineOptions {
  /** One-way delay of each link; as many hops as there are delays. */
  readonly delaysMs?: readonly number[];
  /** By hop, from 1: the last is the destination. Addresses here replace the invented ones. */
  readonly nodes?: Readonly<Record<number, Node>>;
  /** By hop: the link that leads to it, both directions alike. */
  readonly wires?: Readonly<Record<number, Partial<Wire>>>;
  /** The same, only for the way back. */
  readonly back?: Readonly<Record<number, Partial<Wire>>>;
  readonly seed?: number;
}

/** One path, dual-stack: `r1`, `r2`, … and `target`. */
export function line(options: LineOptions = {}): Internet {
  const delays = options.delaysMs ?? delaysMs;
  const names = delays.map((_, index) => nameOfHop(index + 1, delays.length));
  const nodes = names.map((name, index): [string, Node] => [
    name,
    {
      v4: `198.18.${index + 1}.1`,
      v6: `2001:db8:${(index + 1).toString(16)}::1`,
      hopLimit: index + 1 === names.length ? 64 : 255,
      ...options.nodes?.[index + 1],
    },
  ]);
  const links = names.map((name, index): Link => {
    const there = { delayMs: delays[index]!, ...options.wires?.[index + 1] };
    return {
      between: [names[index - 1] ?? 'home', name],
      there,
      back: { ...there, ...options.back?.[index + 1] },
    };
  });
  return {
    ...(options.seed !== undefined && { seed: options.seed }),
    home,
    nodes: Object.fromEntries(nodes),
    links,
    paths: [{ to: 'target', through: names.slice(0, -1) }],
  };
}

function nameOfHop(hop: number, hops: number): string {
  return hop === hops ? 'target' : `r${hop}`;
}

/** 15 hops, 80 ms, everything answers. */
export const fifteenHops = (options: Omit<LineOptions, 'delaysMs'> = {}) => line(options);

/** Hop 7 never answers. */
export const silentHop = () => line({ nodes: { 7: { silent: true } } });

/** Hops 5 and 9 silent, hop 7 limited as Linux does, 10 % loss on the way to hop 11 and all after it. */
export const hardPath = (seed = 4) =>
  line({
    seed,
    nodes: { 5: { silent: true }, 7: { limits: limits.linux }, 9: { silent: true } },
    wires: { 11: { loss: 0.1 } },
    back: { 11: { loss: 0 } },
  });

/** Everybody quotes only the IP header and 8 bytes. */
export const shortQuotes = () => line({ nodes: everywhere({ quote: 8 }) });

/** Hops 4 to 6 are in an MPLS tunnel: one label, two, one. */
export const mplsTunnel = () =>
  line({
    nodes: {
      4: { mpls: [{ label: 24012, trafficClass: 0, ttl: 1 }] },
      5: {
        mpls: [
          { label: 24013, ttl: 1 },
          { label: 300_544, trafficClass: 5, ttl: 2 },
        ],
      },
      6: { mpls: [{ label: 16, ttl: 1 }] },
    },
  });

/** The destination answers to nothing. */
export const silentDestination = () => line({ nodes: { 15: { silent: true } } });

/** Hop 9 knows no way on: ICMP host, network or administratively prohibited unreachable. */
export const unreachable = (refuse: 'host' | 'network' | 'prohibited' = 'host'): Internet => ({
  ...line(),
  routes: [{ at: 'r9', to: 'target', refuse }],
});

/** Hops 8 and 9 send packets to each other. */
export const routingLoop = (): Internet => ({ ...line(), routes: [{ at: 'r9', to: 'target', via: ['r8'] }] });

/** r2 sends each flow (or each packet) over one of three ways of two routers, all meet again at r6. */
export const threeWays = (balance: Habits['balance'] = 'flow'): Internet => {
  const ways = [
    ['a3', 'a4'],
    ['b3', 'b4'],
    ['c3', 'c4'],
  ] as const;
  const routers = ['r1', 'r2', ...ways.flat(), 'r5', 'r6'];
  const link = (a: string, b: string, delayMs: number): Link => ({ between: [a, b], there: { delayMs } });
  return {
    home,
    nodes: Object.fromEntries(
      [...routers, 'target'].map((name, index): [string, Node] => [
        name,
        {
          v4: `198.18.${index + 1}.1`,
          v6: `2001:db8:${(index + 1).toString(16)}::1`,
          hopLimit: name === 'target' ? 64 : 255,
          ...(name === 'r2' && balance && { balance }),
        },
      ]),
    ),
    links: [
      link('home', 'r1', 0.5),
      link('r1', 'r2', 1),
      ...ways.flatMap(([third, fourth], way) => [
        link('r2', third, 1 + way / 2),
        link(third, fourth, 1),
        link(fourth, 'r5', 1),
      ]),
      link('r5', 'r6', 2),
      link('r6', 'target', 2),
    ],
    paths: [{ to: 'target', through: ['r1', 'r2', ways, 'r5', 'r6'] }],
  };
};

/** After so long the way from r4 on leads over `new5` and `new6` instead of r5 and r6. */
export const routeChange = (atMs: number): Internet => {
  const before = line();
  const fresh = (name: string, group: number): [string, Node] => [
    name,
    { v4: `198.18.${group}.1`, v6: `2001:db8:${group.toString(16)}::1`, hopLimit: 255 },
  ];
  const through = before.paths[0]!.through.map((name) =>
    name === 'r5' || name === 'r6' ? `new${name.slice(1)}` : name,
  );
  return {
    ...before,
    nodes: { ...before.nodes, ...Object.fromEntries([fresh('new5', 105), fresh('new6', 106)]) },
    links: [
      ...before.links,
      { between: ['r4', 'new5'], there: { delayMs: 4 } },
      { between: ['new5', 'new6'], there: { delayMs: 1 } },
      { between: ['new6', 'r7'], there: { delayMs: 1 } },
    ],
    changes: [{ atMs, paths: [{ to: 'target', through }] }],
  };
};

/**
 * `count` targets of 15 hops: 4 routers shared by all, 4 by groups of 16 targets, 6 and the target of its own.
 * Targets are `t0`, `t1`, …; delays differ from target to target.
 */
export function many(count: number): Internet {
  const nodes: Record<string, Node> = {};
  const links = new Map<string, Link>();
  const paths = [];
  for (let target = 0; target < count; target++) {
    const group = Math.floor(target / 16);
    const hops = delaysMs.map((_, index) =>
      index < 4
        ? `r${index + 1}`
        : index < 8
          ? `g${group}-${index + 1}`
          : index < 14
            ? `o${target}-${index + 1}`
            : `t${target}`,
    );
    hops.forEach((name, index) => {
      const previous = hops[index - 1] ?? 'home';
      nodes[name] ??= { ...numbered(links.size), hopLimit: index === 14 ? 64 : 255 };
      const delayMs = delaysMs[index]! * (0.5 + ((target * 7919 + index * 104_729) % 1000) / 1000);
      if (!links.has(name)) links.set(name, { between: [previous, name], there: { delayMs } });
    });
    paths.push({ to: hops[14]!, through: hops.slice(0, 14) });
  }
  return { home, nodes, links: [...links.values()], paths };
}

/** The nth address of a pool: 11.0.0.0/8 and 2001:db8:a::/48. */
function numbered(n: number): { v4: string; v6: string } {
  const bytes = [11, (n >> 14) & 255, (n >> 6) & 255, (n & 63) + 1];
  return {
    v4: bytes.join('.'),
    v6: `2001:db8:a:${((n >> 15) + 1).toString(16)}::${((n & 0x7fff) + 1).toString(16)}`,
  };
}

function everywhere(habits: Habits): Record<number, Node> {
  return Object.fromEntries(delaysMs.map((_, index) => [index + 1, habits]));
}
