/** An internet to test against, as data. What is left out is perfect: no loss, no queue, no limit. */
export interface Internet {
  /** Everything random follows from it. Default 1. */
  readonly seed?: number;
  /** The host that probes; the node of this name is `home`. */
  readonly home: { readonly v4?: string; readonly v6?: string };
  /** Routers and hosts, by name. */
  readonly nodes: Readonly<Record<string, Node>>;
  readonly links: readonly Link[];
  readonly paths: readonly Path[];
  /** Exceptions from the paths. */
  readonly routes?: readonly Route[];
  /** What becomes different while it runs. */
  readonly changes?: readonly (Change & {
    /** Milliseconds after the first probe. */ readonly atMs: number;
  })[];
}

export interface Node extends Habits {
  /** Several: its answers take turns. A router without an address of a family answers nothing in it. */
  readonly v4?: string | readonly string[];
  readonly v6?: string | readonly string[];
}

/** How a node answers. */
export interface Habits {
  /** Answers nothing at all, or leaves out this share of its answers (0 to 1). */
  readonly silent?: boolean | number;
  /** What its ICMP errors are limited to; all limits apply. Echo replies are exempt, as on Linux. */
  readonly limits?: readonly Limit[];
  /** Time it takes to make one ICMP error. One is made at a time, in order. */
  readonly service?: Noise;
  /** Bytes quoted behind the IP header, `full` (default) for as many as RFC 1812 and RFC 4443 allow. */
  readonly quote?: 'full' | number;
  /** Label stack in its errors (RFC 4950). */
  readonly mpls?: readonly Label[];
  /** TTL its answers start with. Default 64. */
  readonly hopLimit?: number;
  /** Routers that only its answers pass: they come back with a TTL lower by so many. */
  readonly detour?: number;
  /** What it chooses by where there is more than one way on. Default `flow`. */
  readonly balance?: Balance;
  /** As a destination. Default: echo `reply`, udp `unreachable`, tcp `reset`. */
  readonly echo?: 'reply' | 'silent';
  readonly udp?: 'unreachable' | 'reply' | 'silent';
  readonly tcp?: 'reset' | 'accept' | 'silent';
}

/**
 * `flow`: addresses, protocol, IPv6 flow label and the first four bytes behind the IP header (ports, or ICMP
 * type, code and checksum). `addresses`: addresses and protocol. `packet`: in turns.
 */
export type Balance = 'flow' | 'addresses' | 'packet';

/** A token bucket on the ICMP errors of a node. */
export interface Limit {
  readonly perSecond: number;
  /** How many at once. */
  readonly burst: number;
  /** One bucket for each asking host instead of one for all. */
  readonly perHost?: boolean;
}

/** Extra time, in microseconds, never below 0. */
export type Noise =
  | { readonly kind: 'uniform'; readonly lowUs: number; readonly highUs: number }
  | { readonly kind: 'exponential'; readonly meanUs: number }
  | { readonly kind: 'normal'; readonly meanUs: number; readonly deviationUs: number }
  /** Starts at 0 with a long tail (Lomax); mean scaleUs / (shape − 1). */
  | { readonly kind: 'pareto'; readonly scaleUs: number; readonly shape: number };

/** An MPLS label stack entry, RFC 3032; the bottom bit is set on the last of a stack. */
export interface Label {
  readonly label: number;
  readonly trafficClass?: number;
  readonly ttl?: number;
}

/** One direction of a link: jitter, then a first-in-first-out queue and a transmitter, then the wire. */
export interface Wire {
  /** One way, microseconds count: 0.025 is 25 µs. */
  readonly delayMs: number;
  /** Of whole IP packets; left out: no limit, no queue. */
  readonly capacityMbps?: number;
  /** Bytes the queue holds, the packet being sent among them. Default 100 ms worth, at least 64 kB. */
  readonly queueBytes?: number;
  /** Share lost, 0 to 1. */
  readonly loss?: number;
  /** Comes before the queue; packets keep their order. */
  readonly jitter?: Noise;
  /** Longer packets: fragmentation needed or packet too big (IPv4 without DF passes whole). */
  readonly mtu?: number;
  readonly cross?: Cross;
}

/** Other people's packets in the queue of this link, and of this link alone. Needs `capacityMbps`. */
export interface Cross {
  /** `on-off`: Poisson with `peak` while ON, nothing while OFF, both exponentially long. */
  readonly kind: 'poisson' | 'on-off';
  /** Average share of the capacity, 0 to 1. */
  readonly load: number;
  /** IP packet sizes, up to four, equally often. Default 1500, 1500, 576, 40. */
  readonly bytes?: readonly number[];
  /** Share of the capacity while ON. Default 1. */
  readonly peak?: number;
  /** Mean length of an ON period. Default 20. */
  readonly onMs?: number;
}

export interface Link {
  readonly between: readonly [string, string];
  /** From the first to the second. */
  readonly there: Wire;
  /** From the second to the first. Default: as `there`. */
  readonly back?: Wire;
}

/** A way from home: each stage is a router, or branches that are chosen between (`[]`: straight on). */
export interface Path {
  readonly to: string | readonly string[];
  readonly through: readonly (string | readonly (readonly string[])[])[];
}

export type Refusal = 'network' | 'host' | 'prohibited';

/** What `at` does with packets for `to` (`*`: all that have no route of their own). */
export type Route = { readonly at: string; readonly to: string } & (
  | { readonly via: readonly string[] }
  | { readonly refuse: Refusal }
  | { readonly discard: true }
);

/** Only what is named changes. A wire's direction is named by its ends: `r3>r4`. */
export interface Change {
  readonly nodes?: Readonly<Record<string, Habits>>;
  readonly wires?: Readonly<Record<string, Partial<Wire>>>;
  readonly routes?: readonly Route[];
  readonly paths?: readonly Path[];
}

/** Limits of common routers. Sources: Linux ip-sysctl.rst (icmp_ratelimit, icmp_msgs_per_sec), vendors' manuals. */
export const limits = {
  linux: [
    { perSecond: 1, burst: 6, perHost: true },
    { perSecond: 1000, burst: 50 },
  ],
  ios: [{ perSecond: 2, burst: 1 }],
  junos: [{ perSecond: 1000, burst: 1000 }],
} as const satisfies Record<string, readonly Limit[]>;
