import { type Namespace, type Output, openNamespace } from './namespace.js';

/** Real Linux routers in a row, each in a namespace of its own, with the system's own ICMP limits. */
export interface Routers {
  /**
   * From the one next to the host (`home`) to the destination; two or more side by side are equal ways, chosen
   * between by flow (fib_multipath_hash_policy).
   */
  readonly stages: readonly (string | readonly string[])[];
  /** Send no ICMP errors and no echo replies (nftables). */
  readonly silent?: readonly string[];
  /** Share of the packets forwarded in either direction that is lost at random (nftables). */
  readonly loss?: Readonly<Record<string, number>>;
  /** Token bucket filters, by `from>to`. */
  readonly shaped?: Readonly<Record<string, Shape>>;
  /** A router that refuses `refusedPrefixes`. */
  readonly refusing?: string;
  /** Settings of all routers that differ from the system's defaults. */
  readonly sysctls?: Readonly<Record<string, string | number>>;
}

export interface Shape {
  /** Counts whole Ethernet frames: the IP packet and 14 bytes. */
  readonly mbps: number;
  /** Bytes that may pass at once. Default 1600, one full frame: packets in a row leave evenly spaced. */
  readonly burstBytes?: number;
}

/** What the refusing router has no way to, by what it answers (IPv6 says `no route` for host and network both). */
export const refusedPrefixes = {
  host: { v4: '10.99.1.0/24', v6: 'fd99:1::/64', kind: 'unreachable' },
  network: { v4: '10.99.2.0/24', v6: 'fd99:2::/64', kind: 'throw' },
  prohibited: { v4: '10.99.3.0/24', v6: 'fd99:3::/64', kind: 'prohibit' },
  nothing: { v4: '10.99.4.0/24', v6: 'fd99:4::/64', kind: 'blackhole' },
} as const;

/** Nodes a probe may be at after so many hops, and the addresses they answer from. */
export interface RouterHop {
  readonly nodes: readonly string[];
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

export interface RouterLab extends Namespace {
  readonly hops: readonly RouterHop[];
  readonly home: { readonly v4: string; readonly v6: string };
  readonly target: { readonly v4: string; readonly v6: string };
  /** Runs a command on one of the routers. */
  on(router: string, file: string, args?: readonly string[]): Promise<Output>;
}

/** Five routers and a fork: r1, r2, then r3a or r3b, r4, r5, target. */
export const fiveRouters: Routers = {
  stages: ['r1', 'r2', ['r3a', 'r3b'], 'r4', 'r5', 'target'],
  refusing: 'r4',
};

const target = { v4: '10.90.0.1', v6: 'fd90::1' };

/** One end of each cable: the near end is x, the far end y of 10.80.n.0/24 and fd80:n::/64. */
interface Cable {
  readonly from: string;
  readonly to: string;
  readonly n: number;
}

export async function openRouters(routers: Routers = fiveRouters): Promise<RouterLab> {
  const namespace = await openNamespace();
  const built = await namespace.run('sh', ['-e', '-c', routerScript(routers)]);
  if (built.code !== 0) {
    await namespace.close();
    throw new Error(`The routers could not be set up: ${built.stderr.trim()}`);
  }
  const stages = stagesOf(routers);
  const cables = cablesOf(stages);
  // The host's cables first: those of a router go with it, but only by and by.
  const dismantle = [
    ...cables.filter(({ from }) => from === 'home').map(({ to }) => `ip link del to-${to}`),
    ...stages.flat().map((name) => `ip netns del ${name}`),
  ].join('\n');
  return {
    ...namespace,
    // Inside of a namespace (inside.ts) this does not close it: the next routers need its names.
    close: async () => {
      await namespace.run('sh', ['-c', dismantle]);
      await namespace.close();
    },
    hops: stages.map((nodes, index) => {
      const last = index === stages.length - 1;
      // Linux answers in IPv4 from the interface towards the asker, in IPv6 from the one the probe came in by.
      const back = nodes.map((node) => cables.find((cable) => cable.to === node)!);
      const into = cables.filter((cable) => nodes.includes(cable.to));
      return {
        nodes,
        v4: last ? [target.v4] : back.map((cable) => `10.80.${cable.n}.2`),
        v6: last ? [target.v6] : into.map((cable) => `fd80:${cable.n}::2`),
      };
    }),
    home: { v4: '10.80.1.1', v6: 'fd80:1::1' },
    target,
    on: (router, file, args = []) =>
      namespace.run('nsenter', [`--net=/run/netns/${router}`, '--', file, ...args]),
  };
}

/** The shell script that sets everything up. */
export function routerScript(routers: Routers): string {
  const stages = stagesOf(routers);
  const cables = cablesOf(stages);
  const names = stages.flat();
  const last = stages.at(-1)![0]!;
  return [
    ...names.flatMap((name) => [`ip netns add ${name}`, `ip -n ${name} link set lo up`]),
    ...['home', ...names].map(quick),
    ...names.map((name) => settings(name, routers.sysctls ?? {})),
    ...cables.flatMap(lay),
    ...cables.map(acquaint),
    'wait',
    `ip -n ${last} addr add ${target.v4}/32 dev lo`,
    `ip -n ${last} addr add ${target.v6}/128 dev lo nodad`,
    ...['home', ...names].flatMap((name) => ways(name, cables)),
    ...(routers.refusing ? refusals(routers.refusing) : []),
    ...(routers.silent ?? []).map(silence),
    ...Object.entries(routers.loss ?? {}).map(([name, share]) => lose(name, share)),
    ...Object.entries(routers.shaped ?? {}).map(([wire, shape]) => squeeze(wire, shape)),
  ].join('\n');
}

function stagesOf({ stages }: Routers): readonly (readonly string[])[] {
  return stages.map((stage) => (typeof stage === 'string' ? [stage] : stage));
}

function cablesOf(stages: readonly (readonly string[])[]): readonly Cable[] {
  const pairs = stages.flatMap((stage, index) =>
    (stages[index - 1] ?? ['home']).flatMap((from) => stage.map((to) => ({ from, to }))),
  );
  return pairs.map((pair, index) => ({ ...pair, n: index + 1 }));
}

/** `ip` as it works on the host or on a router. */
const ip = (name: string) => (name === 'home' ? 'ip' : `ip -n ${name}`);
const netns = (name: string) => (name === 'home' ? '' : ` netns ${name}`);
const within = (name: string) => (name === 'home' ? 'env' : `nsenter --net=/run/netns/${name} --`);

/** Link-local addresses that work at once: neighbours are not asked for before there is one. */
function quick(name: string): string {
  return `${within(name)} sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.dad_transmits=0`;
}

function settings(name: string, sysctls: Readonly<Record<string, string | number>>): string {
  const all = {
    'net.ipv4.ip_forward': 1,
    'net.ipv6.conf.all.forwarding': 1,
    // By addresses, protocol and ports as they are in the packet. Policy 1 would do, but takes over the hash that
    // the kernel gave the sending socket, which does not come along over a real cable.
    'net.ipv4.fib_multipath_hash_policy': 3,
    'net.ipv4.fib_multipath_hash_fields': 0x37,
    'net.ipv6.fib_multipath_hash_policy': 3,
    'net.ipv6.fib_multipath_hash_fields': 0x37,
    ...sysctls,
  };
  const words = Object.entries(all).map(([key, value]) => `'${key}=${value}'`);
  return `${within(name)} sysctl -qw ${words.join(' ')}`;
}

/** Both ends are up before they get addresses: else IPv6 takes up to a second to use those of the first. */
function lay({ from, to, n }: Cable): readonly string[] {
  const end = (name: string, other: string, host: number) => [
    `${ip(name)} addr add 10.80.${n}.${host}/24 dev to-${other}`,
    `${ip(name)} addr add fd80:${n}::${host}/64 dev to-${other} nodad`,
  ];
  return [
    `ip link add to-${to}${netns(from)} type veth peer name to-${from}${netns(to)}`,
    `${ip(to)} link set to-${from} up`,
    `${ip(from)} link set to-${to} up`,
    ...end(from, to, 1),
    ...end(to, from, 2),
  ];
}

/** Waits until neighbours know each other, so that no probe waits for it. */
function acquaint({ from, to, n }: Cable): string {
  const known = `${ip(from)} neigh show dev to-${to}`;
  const ask = (address: string) => `${within(from)} ping -q -c 1 -W 0.1 ${address} > /dev/null 2>&1 || true`;
  return `(for try in $(seq 50); do
${ask(`10.80.${n}.2`)}; ${ask(`fd80:${n}::2`)}
test $(${known} | grep -c lladdr) -ge 2 && break; sleep 0.02
done) &`;
}

/** On to everything over all cables that lead on; back to the host over the first that leads back. */
function ways(name: string, cables: readonly Cable[]): readonly string[] {
  const on = cables.filter((cable) => cable.from === name);
  const back = cables.find((cable) => cable.to === name);
  const hop = (family: 4 | 6) =>
    on.map(({ n }) => `nexthop via ${family === 4 ? `10.80.${n}.2` : `fd80:${n}::2`}`);
  return [
    ...(on.length > 0 ? [`${ip(name)} route add default ${hop(4).join(' ')}`] : []),
    ...(on.length > 0 ? [`${ip(name)} -6 route add default ${hop(6).join(' ')}`] : []),
    ...(back && back.from !== 'home'
      ? [
          `${ip(name)} route add 10.80.1.0/24 via 10.80.${back.n}.1`,
          `${ip(name)} -6 route add fd80:1::/64 via fd80:${back.n}::1`,
        ]
      : []),
  ];
}

function refusals(name: string): readonly string[] {
  return Object.values(refusedPrefixes).flatMap(({ kind, v4, v6 }) => [
    `${ip(name)} route add ${kind} ${v4}`,
    `${ip(name)} -6 route add ${kind} ${v6}`,
  ]);
}

function silence(name: string): string {
  const types = 'type { time-exceeded, destination-unreachable, echo-reply } drop';
  return rules(name, 'output', `icmp ${types}\nicmpv6 ${types}`);
}

function lose(name: string, share: number): string {
  return rules(name, 'forward', `numgen random mod 1000000 < ${Math.round(share * 1e6)} drop`);
}

function rules(name: string, hook: 'output' | 'forward', text: string): string {
  return `${within(name)} nft '
table inet ${hook} {
chain drops {
type filter hook ${hook} priority 0
${text}
}
}'`;
}

function squeeze(wire: string, { mbps, burstBytes = 1600 }: Shape): string {
  const [from = '', to = ''] = wire.split('>');
  const tbf = `root tbf rate ${mbps}mbit burst ${burstBytes} latency 100ms`;
  return `${within(from)} tc qdisc add dev to-${to} ${tbf}`;
}
