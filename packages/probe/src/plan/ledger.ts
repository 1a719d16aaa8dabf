import { HopHistory } from '../statistics/hop-history.js';
import type { Round, RoundAttempt } from './round.js';

/** Doubtful probes that are remembered. */
const MOST_DOUBTS = 8;
/** Rounds in which the path ends further away, after which nobody doubts that it had grown. */
const PATIENCE = 5;

/**
 * Whose each probe of a watch was: a missing answer is one hop's loss only if the probe asked that hop. What
 * the destination missed is the destination's, at whatever TTL it was then.
 *
 * A probe to the end of the path that nothing came back for is in doubt: the path may have grown by a router
 * that says nothing. Who answers next at its TTL decides.
 */
export class Ledger {
  readonly destination = new HopHistory();
  readonly #routers: (HopHistory | undefined)[] = [];
  #doubts: RoundAttempt[] = [];

  /** What routers answered at this TTL; null where none was asked. */
  router(ttl: number): HopHistory | null {
    return this.#routers[ttl] ?? null;
  }

  /** Probes in doubt that ended at this TTL. */
  doubtsAt(ttl: number): number {
    return this.#doubts.filter((attempt) => attempt.ttl === ttl).length;
  }

  /** A round is over, on a path that ends at this TTL, infinite when that is not known. `maxHops` leads anywhere. */
  settle(round: Round, end: number, maxHops: number): void {
    this.#resolve(round, end);
    const toDestination = round.far ?? round.last;
    if (toDestination !== null) this.#settleDestination(toDestination, maxHops);
    for (const attempt of round.attempts) {
      const { ttl, answer } = attempt;
      if (answer !== null) {
        const isOfRouter =
          answer.kind === 'passed' || (answer.kind === 'unreachable' && ttl <= end && attempt !== round.far);
        if (isOfRouter) this.#add(this.#routerAt(ttl), attempt);
      } else if (ttl < end && attempt !== toDestination) this.#add(this.#routerAt(ttl), attempt);
    }
    // What seemed to be a silent router while the end was looked for.
    for (let ttl = end; ttl < this.#routers.length; ttl++) {
      if (this.#routers[ttl]?.received === 0) this.#routers[ttl] = undefined;
    }
  }

  /** An answer to a probe of a round that is over. */
  late(attempt: RoundAttempt): void {
    const { answer, owner, round, sentAt } = attempt;
    if (answer === null) return;
    const isOfDestination = answer.kind === 'destination';
    if (this.#doubts.includes(attempt)) {
      this.#doubts = this.#doubts.filter((doubt) => doubt !== attempt);
      if (!isOfDestination) return;
      this.destination.addMissed(round.number, sentAt);
      this.destination.addLate(round.number, answer);
      return;
    }
    if (owner === null) return;
    if (isOfDestination === (owner === this.destination)) owner.addLate(round.number, answer);
    else if (isOfDestination) owner.takeBack(round.number);
  }

  #settleDestination(attempt: RoundAttempt, maxHops: number): void {
    const { answer, ttl, round } = attempt;
    if (answer === null && ttl < maxHops) this.#doubts = [...this.#doubts, attempt].slice(-MOST_DOUBTS);
    else if (answer === null || answer.kind === 'destination') this.#add(this.destination, attempt);
    else if (attempt === round.far || answer.kind === 'unreachable') {
      this.destination.add(round.number, attempt.sentAt, null);
    }
  }

  #add(owner: HopHistory, attempt: RoundAttempt): void {
    owner.add(attempt.round.number, attempt.sentAt, attempt.answer);
    if (attempt.answer === null) attempt.owner = owner;
  }

  #resolve(round: Round, end: number): void {
    if (this.#doubts.length === 0) return;
    const ended = Math.min(round.nearest('destination'), round.nearest('unreachable'));
    this.#doubts = this.#doubts.filter((doubt) => {
      const { ttl, sentAt } = doubt;
      const isNear = ttl <= round.passed;
      const isOld =
        ttl < end && end !== Number.POSITIVE_INFINITY && round.number - doubt.round.number >= PATIENCE;
      if (isNear || isOld) return false;
      if (ttl < ended) return true;
      this.destination.addMissed(doubt.round.number, sentAt);
      doubt.owner = this.destination;
      return false;
    });
  }

  #routerAt(ttl: number): HopHistory {
    const known = this.#routers[ttl];
    if (known !== undefined) return known;
    const router = new HopHistory();
    this.#routers[ttl] = router;
    return router;
  }
}
