import type { Change, Habits, Internet, Link, Noise, Path, Refusal, Route, Wire } from './description.js';

/**
 * A description as the lines that internet/describe.c reads:
 *
 *     seed N
 *     node N key=value …            address= silent= limits=per-second/burst/host|all,… service=NOISE quote=
 *                                   mpls=HEX,… hoplimit= detour= balance= udp= tcp= echo=
 *     pipe N key=value …            to=NODE delay=NS rate=BPS room=BYTES loss= mtu= jitter=NOISE cross=…
 *     route NODE NODE|-1 via=PIPE,… | refuse=TYPE/CODE/TYPE6/CODE6 | discard=1
 *     at MS LINE
 *
 * NOISE is kind/a/b in nanoseconds. Pipes 2n and 2n + 1 are the two directions of link n.
 */
export interface Compiled {
  readonly lines: readonly string[];
  /** Name of node number n; 0 is `home`. */
  readonly nodes: readonly string[];
  /** `from>to` of pipe number n. */
  readonly pipes: readonly string[];
  /** The lines of a change to it. */
  change(change: Change): readonly string[];
}

const refusals: Readonly<Record<Refusal, string>> = {
  // ICMP type/code, ICMPv6 type/code: RFC 792, RFC 1812 section 5.2.7.1, RFC 4443 section 3.1
  network: '3/0/1/0',
  host: '3/1/1/3',
  prohibited: '3/13/1/1',
};

const balances = ['flow', 'addresses', 'packet'];
const udpAnswers = ['unreachable', 'reply', 'silent'];
const tcpAnswers = ['reset', 'accept', 'silent'];

export function compile(internet: Internet): Compiled {
  const nodes = ['home', ...Object.keys(internet.nodes)];
  const pipes = internet.links.flatMap(({ between: [a, b] }) => [`${a}>${b}`, `${b}>${a}`]);
  const nodeNumbers = numbers(nodes, 'node');
  const pipeNumbers = numbers(pipes, 'link');
  const known = (table: ReadonlyMap<string, number>, name: string) => {
    const number = table.get(name);
    if (number === undefined) throw new Error(`The description has nothing named ${name}`);
    return number;
  };

  const routeLine = (route: Route) => {
    const to = route.to === '*' ? -1 : known(nodeNumbers, route.to);
    const what =
      'via' in route
        ? `via=${route.via.map((next) => known(pipeNumbers, `${route.at}>${next}`)).join()}`
        : 'refuse' in route
          ? `refuse=${refusals[route.refuse]}`
          : 'discard=1';
    return `route ${known(nodeNumbers, route.at)} ${to} ${what}`;
  };
  const line = (kind: string, number: number, words: readonly string[]) =>
    words.length === 0 ? [] : [`${kind} ${number} ${words.join(' ')}`];
  const change = (change: Change) => [
    ...Object.entries(change.nodes ?? {}).flatMap(([name, habits]) =>
      line('node', known(nodeNumbers, name), habitWords(habits)),
    ),
    ...Object.entries(change.wires ?? {}).flatMap(([name, wire]) =>
      line('pipe', known(pipeNumbers, name), wireWords(wire)),
    ),
    ...(change.paths ?? []).flatMap(routesOf).map(routeLine),
    ...(change.routes ?? []).map(routeLine),
  ];

  const lines = [
    `seed ${internet.seed ?? 1}`,
    ...line('node', 0, addressWords(internet.home)),
    ...Object.values(internet.nodes).flatMap((node, index) =>
      line('node', index + 1, [...addressWords(node), ...habitWords(node)]),
    ),
    ...internet.links.flatMap((link, index) => linkLines(link, index, (name) => known(nodeNumbers, name))),
    ...change({ paths: internet.paths, routes: internet.routes ?? [] }),
    ...(internet.changes ?? []).flatMap((later) => change(later).map((text) => `at ${later.atMs} ${text}`)),
  ];
  return { lines, nodes, pipes, change };
}

/** What each node on the path does with packets to its ends. */
export function routesOf(path: Path): readonly Route[] {
  const targets = typeof path.to === 'string' ? [path.to] : path.to;
  const stages = path.through.map((stage) => (typeof stage === 'string' ? [[stage]] : stage));
  return targets.flatMap((to) => {
    const routes: Route[] = [];
    let next: readonly string[] = [to];
    for (const stage of stages.toReversed()) {
      for (const branch of stage) {
        branch.forEach((at, index) => {
          const following = branch[index + 1];
          routes.push({ at, to, via: following === undefined ? next : [following] });
        });
      }
      const straightOn = next;
      next = [...new Set(stage.flatMap((branch) => (branch[0] === undefined ? straightOn : [branch[0]])))];
    }
    return [...routes, { at: 'home', to, via: next }];
  });
}

/** The two directions of a link, what is left out filled in. */
export function wiresOf(link: Link): readonly [Wire, Wire] {
  return [link.there, link.back ?? link.there];
}

function numbers(names: readonly string[], kind: string): ReadonlyMap<string, number> {
  const table = new Map(names.map((name, index) => [name, index]));
  if (table.size !== names.length) throw new Error(`The description has two of one ${kind} name`);
  return table;
}

function linkLines(link: Link, index: number, node: (name: string) => number): readonly string[] {
  const [a, b] = link.between;
  const [there, back] = wiresOf(link);
  return [
    `pipe ${2 * index} to=${node(b)} ${wireWords(there).join(' ')}`,
    `pipe ${2 * index + 1} to=${node(a)} ${wireWords(back).join(' ')}`,
  ];
}

function addressWords(node: { v4?: string | readonly string[]; v6?: string | readonly string[] }): string[] {
  return [node.v4 ?? [], node.v6 ?? []].flat().map((address) => `address=${address}`);
}

function habitWords(habits: Habits): string[] {
  return words({
    silent: habits.silent === undefined ? undefined : Number(habits.silent),
    limits: habits.limits?.map((l) => `${l.perSecond}/${l.burst}/${l.perHost ? 'host' : 'all'}`).join(),
    service: habits.service && noiseText(habits.service),
    quote: habits.quote === 'full' ? 0 : habits.quote,
    mpls: habits.mpls
      ?.map((entry, index, stack) => {
        const bottom = index === stack.length - 1 ? 0x100 : 0;
        const word = entry.label * 0x1000 + (entry.trafficClass ?? 0) * 0x200 + bottom + (entry.ttl ?? 1);
        return word.toString(16);
      })
      .join(),
    hoplimit: habits.hopLimit,
    detour: habits.detour,
    balance: habits.balance && balances.indexOf(habits.balance),
    udp: habits.udp && udpAnswers.indexOf(habits.udp),
    tcp: habits.tcp && tcpAnswers.indexOf(habits.tcp),
    echo: habits.echo && Number(habits.echo === 'reply'),
  });
}

function wireWords(wire: Partial<Wire>): string[] {
  const { capacityMbps, cross } = wire;
  if (cross && cross.load > 0 && !capacityMbps) throw new Error('Cross traffic needs a capacity to fill');
  return words({
    delay: wire.delayMs === undefined ? undefined : Math.round(wire.delayMs * 1e6),
    rate: capacityMbps && Math.round(capacityMbps * 1e6),
    room: wire.queueBytes ?? (capacityMbps && Math.max(65536, Math.round(capacityMbps * 12500))),
    loss: wire.loss,
    mtu: wire.mtu,
    jitter: wire.jitter && noiseText(wire.jitter),
    cross: cross && crossText(cross),
  });
}

function crossText(cross: NonNullable<Wire['cross']>): string {
  const { kind, load, peak = 1, onMs = 20, bytes = [1500, 1500, 576, 40] } = cross;
  const offMs = kind === 'on-off' ? onMs * (peak / load - 1) : 0;
  if (offMs < 0) throw new Error('Cross traffic: the average load is above the peak');
  return [kind, load, peak, onMs * 1e6, offMs * 1e6, ...bytes].join('/');
}

function noiseText(noise: Noise): string {
  const ns = (us: number) => us * 1000;
  switch (noise.kind) {
    case 'uniform':
      return `uniform/${ns(noise.lowUs)}/${ns(noise.highUs)}`;
    case 'exponential':
      return `exponential/${ns(noise.meanUs)}/0`;
    case 'normal':
      return `normal/${ns(noise.meanUs)}/${ns(noise.deviationUs)}`;
    case 'pareto':
      return `pareto/${ns(noise.scaleUs)}/${noise.shape}`;
  }
}

function words(values: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
}
