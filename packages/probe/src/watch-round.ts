import type { JitterSummary, Loss, MplsLabel, RoutingLoop, TraceEnd } from './hop.js';
import type { RunningRtt } from './statistics/running.js';

export type { RunningRtt };

/** One hop of a watched path, as it stands after a round. Immutable. */
export interface WatchHop {
  readonly ttl: number;
  /** Who answers here; of several routers that take turns the one that was first. null: nobody has answered. */
  readonly address: string | null;
  /** All that answered in the last 100 rounds, in the order of their first answer. */
  readonly addresses: readonly string[];
  /** When it began to answer from `address`, in wall-clock milliseconds since 1970. */
  readonly since: number | null;
  /** Of the last probe; null when it was not answered, or its time could not be trusted. */
  readonly lastRttMs: number | null;
  /** Over all rounds, as is `jitter`. */
  readonly rtt: RunningRtt | null;
  readonly jitter: JitterSummary | null;
  /** Probes that asked this hop over all rounds, and how many of them it answered. */
  readonly sent: number;
  readonly received: number;
  /**
   * The last 100 rounds and their verdict. Only `forwarding` is loss of packets on their way. Worked out (in
   * some 50 µs) when it is read for the first time.
   */
  readonly loss: Loss;
  readonly mpls: readonly MplsLabel[];
  /** Set when it answered last with a destination unreachable: the code's name. */
  readonly unreachable: string | null;
  /** Largest packet in bytes that goes on from here, where that is why it is unreachable. */
  readonly mtu: number | null;
  /** It is the destination. What it answered is all here, at whatever TTL it was then. */
  readonly destination: boolean;
  /** Answers over all rounds whose time was thrown away, because somebody set the clock meanwhile. */
  readonly discarded: number;
}

/** Somebody else answers at a TTL than in the round before. */
export interface PathChange {
  readonly ttl: number;
  readonly from: string;
  readonly to: string;
}

/** A watched path after a round. Immutable. */
export interface WatchRound {
  /** From 1. */
  readonly round: number;
  /** When its first probe was sent, in wall-clock milliseconds since 1970. */
  readonly startedAt: number;
  /** In TTL order, silent hops included. */
  readonly hops: readonly WatchHop[];
  /** The last of `hops` when the destination is there; also while it does not answer any more. null: it never has. */
  readonly destination: WatchHop | null;
  /** The destination answered in this round. */
  readonly reached: boolean;
  /** What the path ends with, as far as is known. */
  readonly end: Exclude<TraceEnd, 'aborted'>;
  /** The unreachable code's name that ends it, or null. */
  readonly unreachable: string | null;
  /** Set when `end` is `loop`. */
  readonly loop: RoutingLoop | null;
  /** TTLs whose `address` is another than in the round before. */
  readonly changes: readonly PathChange[];
  /** Probes of this round that the system refused to send. */
  readonly unsent: number;
}
