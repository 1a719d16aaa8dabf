import type { HopHistory } from '../statistics/hop-history.js';
import type { Answer, Attempt } from './attempt.js';

/** One probe of a round. */
export interface RoundAttempt extends Attempt {
  readonly round: Round;
  sentAt: number;
  answer: Answer | null;
  givenUp: boolean;
  /** Where it counts as missing. */
  owner: HopHistory | null;
}

/** One probe per TTL, and what they say of the path. */
export class Round {
  /** From 1. */
  readonly number: number;
  readonly startedAt: number;
  readonly attempts: RoundAttempt[] = [];
  /** The TTL that is asked next. */
  nextTtl: number;
  /** The far probe was asked for, whether or not the system sent it. */
  askedFar = false;
  /** The probe that gets to the destination however far it is. */
  far: RoundAttempt | null = null;
  /** The probe to where the path ended when it was sent. */
  last: RoundAttempt | null = null;
  /** Probes the system refused to send. */
  unsent = 0;
  /** No more is asked, and everything answered or given up. */
  closed = false;
  #passed: number;

  constructor(number: number, startedAt: number, firstTtl: number) {
    this.number = number;
    this.startedAt = startedAt;
    this.nextTtl = firstTtl;
    this.#passed = firstTtl - 1;
  }

  askNext(now: number): RoundAttempt {
    return this.#ask(this.nextTtl++, now);
  }

  askFar(ttl: number, now: number): RoundAttempt {
    this.askedFar = true;
    this.far = this.#ask(ttl, now);
    return this.far;
  }

  /** It was not sent. */
  remove(attempt: RoundAttempt): void {
    this.attempts.splice(this.attempts.indexOf(attempt), 1);
    if (this.far === attempt) this.far = null;
    if (this.last === attempt) this.last = null;
    this.unsent += 1;
  }

  answered(attempt: RoundAttempt, answer: Answer): void {
    attempt.answer = answer;
    if (answer.kind === 'passed' && attempt !== this.far) this.#passed = Math.max(this.#passed, attempt.ttl);
  }

  get isSettled(): boolean {
    for (const { answer, givenUp } of this.attempts) if (answer === null && !givenUp) return false;
    return true;
  }

  /** The largest TTL that a router answered for, the far probe aside. */
  get passed(): number {
    return this.#passed;
  }

  /** The destination answered its far probe. */
  get arrived(): boolean {
    return this.far?.answer?.kind === 'destination';
  }

  /**
   * The smallest TTL beyond the routers that answered which got an answer of this kind; infinite when none did.
   * The far probe's counts where no TTL is left between.
   */
  nearest(kind: 'destination' | 'unreachable', isTrusted: (ttl: number) => boolean = () => true): number {
    let nearest = Number.POSITIVE_INFINITY;
    for (const attempt of this.attempts) {
      const { ttl, answer } = attempt;
      if (answer?.kind !== kind || ttl <= this.#passed || ttl >= nearest || !isTrusted(ttl)) continue;
      if (attempt !== this.far || ttl === this.#passed + 1) nearest = ttl;
    }
    return nearest;
  }

  /** Who let packets of each TTL from `firstTtl` on die, null for nobody, as far as everything is settled. */
  routers(firstTtl: number): readonly (string | null)[] {
    const routers: (string | null)[] = [];
    for (const attempt of this.attempts) {
      if (attempt === this.far) continue;
      const { ttl, answer, givenUp } = attempt;
      if (answer === null && !givenUp) break;
      routers[ttl - firstTtl] = answer?.kind === 'passed' ? answer.by : null;
    }
    return Array.from(routers, (router) => router ?? null);
  }

  #ask(ttl: number, now: number): RoundAttempt {
    const attempt = { ttl, sentAt: now, answer: null, givenUp: false, owner: null, round: this };
    this.attempts.push(attempt);
    return attempt;
  }
}
