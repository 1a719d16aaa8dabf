import type { StampSource } from '../socket/packet-socket.js';
import type { Answer, Attempt } from './attempt.js';

/** What to do now: send one probe, send a train of them at once, ask again at `until`, or nothing any more. */
export type Step =
  | { readonly kind: 'send'; readonly attempt: Attempt }
  | { readonly kind: 'train'; readonly attempts: readonly Attempt[] }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'done' };

/**
 * A policy, as the prober serves it. Pure: time and answers come in through the methods, probes go out as
 * steps.
 */
export interface Plan {
  /** Milliseconds after which an answer is of no use any more: the prober then forgets the probe. */
  readonly keepMs: number;
  /** Probes the system refused to send. */
  readonly failed: number;
  /** `heard`: what has come in by then is known, which is all of it unless the process did not get to run. */
  next(now: number, heard?: number): Step;
  /** An attempt has left, at this time of the socket's stamp clock in nanoseconds; never after its answer. */
  departed?(attempt: Attempt, at: bigint, stamp: StampSource): void;
  /** An attempt that `next` handed out has left only now: so its answer is waited for from now on. */
  delayed(attempt: Attempt, now: number): void;
  /** An answer to an attempt that `next` handed out, at most one for each. */
  answered(attempt: Attempt, answer: Answer): void;
  /** The system did not send it. */
  refused(attempt: Attempt): void;
}
