import type { Family, SocketName, StampSource, Transport } from './socket/packet-socket.js';

/** One answered probe. */
export interface Sample {
  /** Attempt this answers, from 0. */
  readonly attempt: number;
  readonly address: string;
  readonly rttMs: number;
  /** The worse of the two stamps the RTT is made of. */
  readonly stamp: StampSource;
  /** TTL or hop limit the reply arrived with. */
  readonly replyHopLimit: number | null;
}

/** Milliseconds over all samples of the hop. */
export interface RttSummary {
  readonly samples: number;
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Standard deviation of the sample (n − 1); 0 for one sample. */
  readonly stddev: number;
  /** `kernel` only when every sample is. */
  readonly stamps: StampSource;
}

/** Milliseconds, over consecutive answered probes of one address: never across a loss or another address. */
export interface JitterSummary {
  /** Mean |ΔRTT|. */
  readonly mean: number;
  /** RFC 3550 section 6.4.1: J += (|ΔRTT| − J) / 16. */
  readonly rfc3550: number;
  /** 95th percentile of the RTTs minus the smallest. */
  readonly p95MinusMin: number;
}

export type LossVerdict =
  | 'none'
  | 'forwarding'
  | 'rate-limited'
  | 'silent'
  | 'path-changed'
  | 'unreachable-beyond'
  | 'unknown';

export interface Loss {
  readonly sent: number;
  readonly received: number;
  /** 1 − received / sent. */
  readonly ratio: number;
  readonly verdict: LossVerdict;
  /** One sentence with the figures the verdict rests on. */
  readonly evidence: string;
}

/**
 * Capacity of the path from here to the hop: the narrowest link so far, in megabits per second of IP packets.
 * Measured from the dispersion of trains of packets, never derived from latency.
 */
export type Capacity =
  | {
      readonly kind: 'estimate';
      readonly mbps: number;
      /** The interval that it lies in with this confidence, 0 to 1. */
      readonly low: number;
      readonly high: number;
      readonly confidence: number;
      /** Replies that the figure rests on; 0 where it follows from the hops before and after alone. */
      readonly samples: number;
    }
  | {
      readonly kind: 'at-least';
      readonly mbps: number;
      readonly cause: CapacityCause;
      /** One sentence. */
      readonly reason: string;
    }
  | { readonly kind: 'unmeasured'; readonly cause: CapacityCause; readonly reason: string };

/** Why there is no estimate. */
export type CapacityCause =
  /** Not asked for. */
  | 'off'
  /** Not measured yet: a later sighting or the hop itself has it. */
  | 'pending'
  /** The hop answers nothing. */
  | 'silent'
  /** The hop answers too few of the packets that ask it at once. */
  | 'rate-limited'
  /** Delays vary too much against what the trains spread by. */
  | 'noisy'
  /** Only this process stamped the packets, and that is too coarse here. */
  | 'user-space-stamps'
  /** This machine sends no faster. */
  | 'source-limited'
  /** The replies come back no faster. */
  | 'reverse-path'
  /** Full-size packets go missing, or are not seen to arrive. */
  | 'load-lost'
  /** The path changed or packets of one flow take several ways. */
  | 'path-changed'
  /** Bytes or time ran out first. */
  | 'budget';

/** One entry of an MPLS label stack, RFC 4950. */
export interface MplsLabel {
  readonly label: number;
  readonly trafficClass: number;
  readonly bottom: boolean;
  readonly ttl: number;
}

/** Everything measured at one TTL. Frozen; its parts are readonly by their types alone. */
export interface Hop {
  /** TTL, from 1. */
  readonly ttl: number;
  /** The address that answered most, the first of equals; null for a silent hop. */
  readonly address: string | null;
  /** All that answered at this TTL, in order of first answer. */
  readonly addresses: readonly string[];
  readonly samples: readonly Sample[];
  readonly rtt: RttSummary | null;
  readonly jitter: JitterSummary | null;
  readonly loss: Loss;
  readonly capacity: Capacity;
  readonly mpls: readonly MplsLabel[];
  /** Set when the hop answered with a destination unreachable: the code's name, `host-unreachable`, … */
  readonly unreachable: string | null;
  /** Largest packet in bytes that goes on from here, where it answered `fragmentation-needed` or `packet-too-big`. */
  readonly mtu: number | null;
  /** The destination itself answered at this TTL. */
  readonly destination: boolean;
  /** Samples thrown away because somebody set the clock while they were measured. */
  readonly discarded: number;
}

export type TraceEnd =
  /** The destination answered. */
  | 'destination'
  /** A router said there is no way on. */
  | 'unreachable'
  /** Packets go round between the same routers. */
  | 'loop'
  /** Nothing answered for several TTLs in a row. */
  | 'silence'
  /** The TTL limit was reached first. */
  | 'max-hops'
  /** The caller stopped it. */
  | 'aborted';

/** Packets go round: after TTL `to` the router of TTL `from` answers again. */
export interface RoutingLoop {
  readonly from: number;
  readonly to: number;
}

export interface TraceResult {
  /** What was asked for. */
  readonly target: string;
  readonly address: string;
  readonly source: string;
  readonly family: Family;
  readonly protocol: Transport;
  readonly port: number | null;
  readonly reached: boolean;
  readonly end: TraceEnd;
  /** The unreachable code's name that ended it, or null. */
  readonly unreachable: string | null;
  /** Set when `end` is `loop`. */
  readonly loop: RoutingLoop | null;
  /** Wall-clock milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly socket: SocketName;
  readonly stamps: StampSource;
  readonly hops: readonly Hop[];
}
