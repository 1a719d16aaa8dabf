import type { MplsLabel } from '../hop.js';
import type { StampSource } from '../socket/packet-socket.js';

/** What an answer says of the way on: the probe died here, it arrived, or it was turned away. */
export type AnswerKind = 'passed' | 'destination' | 'unreachable';

export interface Answer {
  readonly kind: AnswerKind;
  /** Address that answered. */
  readonly by: string;
  /** null when the stamps could not be trusted: the answer counts, the time does not. */
  readonly rttMs: number | null;
  readonly stamp: StampSource;
  readonly replyHopLimit: number | null;
  /** The unreachable code's name. */
  readonly unreachable: string | null;
  /** Largest packet in bytes that the next link carries, where that is why there is no way on. */
  readonly mtu: number | null;
  readonly mpls: readonly MplsLabel[];
  /** Set by the destination's answer: how many hops away it seems to be. */
  readonly distance: number | null;
  /** It quotes how much of the probe's TTL was left; else its distance is a guess. */
  readonly distanceIsExact: boolean;
}

/** One probe that was sent, and what became of it. */
export interface Attempt {
  readonly ttl: number;
  /** Bytes from the transport header on; left out: those of the flow. */
  readonly size?: number;
  /** Nobody is to answer it. */
  readonly mute?: boolean;
  /** Milliseconds on the clock that is passed to the plan: when it was handed out, or left if that was long after. */
  readonly sentAt: number;
  readonly answer: Answer | null;
  /** Waited for long enough. An answer may still come, and then counts. */
  readonly givenUp: boolean;
}
