import type { MplsLabel } from '../hop.js';

/*
 * A network as plain data: what lies between one simulated host and the destinations it traces. All times are
 * milliseconds, all probabilities 0 to 1. The same object at two places is the same router: it shares its
 * link's queue and its limit on ICMP errors.
 */

export interface Network {
  /** The same seed and the same packets at the same times give the same answers. Default 1. */
  readonly seed?: number;
  /** The host's own addresses. It has no socket for a family without one. Default 192.0.2.1 and 2001:db8::1. */
  readonly host?: readonly string[];
  /** Time from one packet of a `send` to the next, default 0. */
  readonly sendGapMs?: number;
  /** Somebody sets the clock that stamps are taken from. */
  readonly clockSteps?: readonly { readonly atMs: number; readonly byMs: number }[];
  /** There is no route to an address that no path leads to. */
  readonly paths: readonly Path[];
}

export interface Path extends Way {
  /** The destination's addresses. */
  readonly to: string | readonly string[];
  readonly destination?: Destination;
  /** Ways that packets take which leave at or after `atMs` (since the socket was opened), in order of time. */
  readonly changes?: readonly (Way & { readonly atMs: number })[];
}

export interface Way {
  /** The routers from TTL 1 on; the destination comes after the last of them. Default none. */
  readonly hops?: readonly (Router | Fork)[];
  /**
   * A routing loop: the last router sends everything back to the router at this TTL, and nothing gets to the
   * destination.
   */
  readonly loopsTo?: number;
}

/** A load balancer's choice. The branches need not be equally long. */
export interface Fork {
  /**
   * `per-flow`: by addresses, the first four bytes of the transport header and the ICMP identifier.
   * `per-packet`: at random.
   */
  readonly balance: 'per-flow' | 'per-packet';
  readonly branches: readonly (Router | readonly Router[])[];
}

/** The link to a router or destination from the one before it. */
export interface Link {
  /** Propagation towards the destination, default 0. */
  readonly forwardMs?: number;
  /** Propagation on the way back, default `forwardMs`. */
  readonly backMs?: number;
  /** Each crossing, either way, takes up to this much longer, uniformly. */
  readonly jitterMs?: number;
  /** Share of the packets towards the destination that are lost: also hits everything behind. */
  readonly loss?: number;
  /** Share of the packets lost on the way back, default 0. */
  readonly lossBack?: number;
  /** Capacity in Mbit/s of IP packets, headers counted; unlimited by default. Then it is a FIFO queue. */
  readonly mbps?: number;
  /** Default `mbps`. */
  readonly mbpsBack?: number;
  /** A packet that would have to wait for longer is dropped. Default: none is. */
  readonly queueMs?: number;
  /** Share of the capacity, both ways, that others' packets take: 1500 bytes each, Poisson. Below 1. */
  readonly load?: number;
  /** Largest IP packet in bytes that it carries; the router before it refuses larger ones. */
  readonly mtu?: number;
}

/** A token bucket per asking address and router: `burst` at once, then `perSecond`. */
export type RateLimit =
  | { readonly burst: number; readonly perSecond: number }
  /** One error at most per so many milliseconds. */
  | { readonly everyMs: number };

/** How a node answers, whatever it answers. */
export interface Answering {
  /** Answers nothing at all. */
  readonly silent?: boolean;
  /** Share of its answers that never leave it: packets passing through are not hit. */
  readonly replyLoss?: number;
  /** Limit on its ICMP errors; echo and UDP replies are exempt. Linux: `{ burst: 6, perSecond: 1 }`. */
  readonly rateLimit?: RateLimit;
  /** Time it takes to make an answer, default 0. */
  readonly icmpDelayMs?: number;
  /** Mean of what comes on top of that, exponentially distributed. */
  readonly icmpJitterMs?: number;
  /** Bytes of the transport header and payload that its errors quote, default as many as fit. RFC 792: 8. */
  readonly quoteBytes?: number;
  /** TTL that its answers start with; default 255 for routers, 64 for destinations. */
  readonly replyHopLimit?: number;
}

export interface Router extends Link, Answering {
  /** What it answers from, at most one per family; silent in a family without. */
  readonly address?: string | readonly string[];
  /** Label stack of the packets as they arrive here, sent along in its errors (RFC 4884, RFC 4950). */
  readonly mpls?: readonly MplsLabel[];
  /** Forwards nothing, and says so. */
  readonly refuses?: Refusal;
}

export type Refusal =
  | 'net-unreachable'
  | 'host-unreachable'
  | 'net-prohibited'
  | 'host-prohibited'
  | 'admin-prohibited';

/** The end of a path: its link and what it answers. It answers from the address that was asked. */
export interface Destination extends Link, Answering {
  /** Answers echo requests, default true. */
  readonly echo?: boolean;
  /** UDP ports where a service sends every datagram back. */
  readonly openPorts?: readonly number[] | 'all';
  /** What it does about all other ports, default `unreachable`. */
  readonly closedPorts?: 'unreachable' | 'silent';
}

/** What really happened to a probe that was answered. */
export interface Truth {
  readonly tag: number;
  /** Routers on its way to who answered, and that one: the TTL it answers at. */
  readonly distance: number;
  /** From leaving the host to being back, all queues and delays counted. */
  readonly rttMs: number;
  /** When the answer was back, on the clock's `now`. */
  readonly at: number;
}
