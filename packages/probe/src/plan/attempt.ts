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
  readonly mpls: readonly MplsLabel[];
  /** Set by the destination's answer: how many hops away it seems to be, a guess. */
  readonly distance: number | null;
}

/** One probe that was sent, and what became of it. */
export interface Attempt {
  readonly ttl: number;
  /** Milliseconds on the clock that is passed to the plan. */
  readonly sentAt: number;
  readonly answer: Answer | null;
  /** Waited for long enough. An answer may still come, and then counts. */
  readonly givenUp: boolean;
}
