import type { RoutingLoop } from '../hop.js';
import type { Answer, Attempt } from './attempt.js';
import { Ledger } from './ledger.js';
import { patience } from './patience.js';
import type { Plan, Step } from './plan.js';
import { Round, type RoundAttempt } from './round.js';
import { findRoutingLoop } from './routing-loop.js';

export interface WatchLimits {
  readonly firstTtl: number;
  readonly maxHops: number;
  /** How many there are to be; may be infinite. */
  readonly rounds: number;
  readonly intervalMs: number;
  readonly paceMs: number;
  readonly waitMs: number;
}

/** TTLs asked in the first round before anything has answered. */
const WINDOW = 16;
/** TTLs asked beyond the last router that answered, while the end is not known. */
const AHEAD = 5;
/** The way back, from which the distance is guessed, may be a little shorter. */
const DISTANCE_ERROR = 2;
/** Probes to the end that go missing before one is sent that gets there if the path has grown. */
const DOUBTS = 2;
/** Rounds in which only that one arrives, before the path is taken to have grown: a lossy link looks so once. */
const GROWN = 3;
/** What such a round counts when the answer itself tells of a way that is no longer than before. */
const HARDLY = 0.3;
/** Rounds without a far probe after one that arrived alone: where the host limits errors, it used up the limit. */
const REST = 5;
/** Rounds for which a TTL is not taken for the end again, after a router behind it has answered. */
const DISTRUST = 10;
/** An answer that comes later than this is no use. */
const LATEST_MS = 10_000;
/** Rounds after which an RTT says nothing any more of how long to wait. */
const MEMORY = 100;
/** Share of the time to the next round for which answers are waited for in any case: nobody is in a hurry. */
const UNHURRIED = 0.5;
/** Packets that may be made good at once after a late wake-up. */
const LATE = 4;
const NEVER = Number.POSITIVE_INFINITY;
const DONE: Step = { kind: 'done' };

/**
 * The policy of a watch: round after round one probe per TTL. Pure, and of constant size.
 *
 * While the end of the path is not known, one probe of each round goes to the last TTL, which reaches the
 * destination wherever it is, and TTLs are asked a few ahead of what has answered. Once it is known, rounds go
 * up to it. It moves with the answers: the destination's at a smaller TTL bring it nearer, a router's at its
 * own TTL sends the rest of the round looking for it again, and when nothing comes back a few times a far
 * probe tells whether the path has grown by somebody silent.
 */
export class WatchPlan implements Plan {
  readonly keepMs: number;
  readonly ledger = new Ledger();
  readonly #limits: WatchLimits;
  /** Rounds that are not closed, oldest first. */
  readonly #open: Round[] = [];
  #current: Round | null = null;
  #closed: Round | null = null;
  #sendAt = Number.NEGATIVE_INFINITY;
  #end = NEVER;
  #endsAtDestination = false;
  #loop: RoutingLoop | null = null;
  /** What is known while the end is not: how far it seems to be, who answered, how much further to look. */
  #hint = 0;
  #passed: number;
  #stretch = 0;
  /** Rounds that do without a far probe. */
  #rest = 0;
  /** Rounds in which only the far probe arrived, since the one to the end did last. */
  #overshot = 0;
  /** The last round in which a router behind this TTL answered though the destination did at it. */
  readonly #impostors: number[] = [];
  /** Largest RTT of the rounds since a multiple of MEMORY, and of those before. */
  #largestRtt: number | null = null;
  #largestBefore: number | null = null;
  #failed = 0;

  constructor(limits: WatchLimits) {
    this.#limits = limits;
    this.#passed = limits.firstTtl - 1;
    this.keepMs = Math.max(LATEST_MS, limits.waitMs);
  }

  /** The last round that is complete. */
  get closed(): Round | null {
    return this.#closed;
  }

  /** TTL that ends the path, infinite while it is not known. */
  get end(): number {
    return this.#end;
  }

  /** The destination answers at `end`; if not, a router says there that there is no way on. */
  get endsAtDestination(): boolean {
    return this.#endsAtDestination && this.#end !== NEVER;
  }

  /** The last TTL worth telling of. */
  get last(): number {
    if (this.#end !== NEVER) return this.#end;
    return this.#loop === null ? Math.min(this.#passed + AHEAD, this.#limits.maxHops) : this.#loop.to + 1;
  }

  /** Packets go round here. */
  get loop(): RoutingLoop | null {
    return this.#loop;
  }

  get failed(): number {
    return this.#failed;
  }

  next(now: number, heard = now): Step {
    const { rounds, intervalMs, paceMs } = this.#limits;
    const deadline = this.#giveUp(heard);
    this.#closeSettled();
    if (this.#closed?.number === rounds) return DONE;
    let probe = this.#choose();
    if (probe === null) {
      const { number = 0, startedAt = Number.NEGATIVE_INFINITY } = this.#current ?? {};
      const due = number < rounds ? startedAt + intervalMs : NEVER;
      if (due > now) return { kind: 'wait', until: Math.min(due, deadline) };
      this.#start(number + 1, now);
      probe = this.#choose()!;
    }
    if (this.#sendAt > now) return { kind: 'wait', until: Math.min(this.#sendAt, deadline) };
    // A late wake-up is made good by sending faster, but not by a burst of everything missed.
    this.#sendAt = Math.max(this.#sendAt, now - LATE * paceMs) + paceMs;
    return { kind: 'send', attempt: this.#ask(this.#current!, probe, now) };
  }

  delayed(attempt: Attempt, now: number): void {
    (attempt as RoundAttempt).sentAt = now;
  }

  answered(attempt: Attempt, answer: Answer): void {
    const asked = attempt as RoundAttempt;
    const { round } = asked;
    if (asked.answer !== null) return;
    if (answer.rttMs !== null) this.#largestRtt = Math.max(this.#largestRtt ?? 0, answer.rttMs);
    round.answered(asked, answer);
    if (round.closed) {
      this.ledger.late(asked);
      return;
    }
    if (asked === round.far) {
      if (answer.distance !== null) this.#hint = answer.distance + DISTANCE_ERROR;
      return;
    }
    if (round !== this.#current || answer.kind !== 'passed') return;
    if (asked.ttl >= this.#end) this.#end = NEVER;
    if (this.#end === NEVER) this.#loop ??= this.#findLoop(round);
  }

  /** The system did not send it: this round does without. */
  refused(attempt: Attempt): void {
    const { round } = attempt as RoundAttempt;
    round.remove(attempt as RoundAttempt);
    this.#failed += 1;
  }

  #start(number: number, now: number): void {
    if (number % MEMORY === 0) [this.#largestBefore, this.#largestRtt] = [this.#largestRtt, null];
    this.#sendAt = Math.max(this.#sendAt, now);
    this.#current = new Round(number, now, this.#limits.firstTtl);
    this.#open.push(this.#current);
  }

  #ask(round: Round, probe: 'far' | 'next', now: number): Attempt {
    if (probe === 'far') return round.askFar(this.#limits.maxHops, now);
    const attempt = round.askNext(now);
    if (attempt.ttl === this.#end) round.last = attempt;
    return attempt;
  }

  /** What to ask in the current round; null for nothing more. */
  #choose(): 'far' | 'next' | null {
    const round = this.#current;
    if (round === null || round.closed) return null;
    const isInDoubt = this.#end < this.#limits.maxHops && this.ledger.doubtsAt(this.#end) >= DOUBTS;
    const isLost = this.#end === NEVER && this.#rest === 0;
    if ((isLost || isInDoubt) && !round.askedFar) return 'far';
    return round.nextTtl <= this.#horizon(round) ? 'next' : null;
  }

  /** The largest TTL worth asking in this round. */
  #horizon(round: Round): number {
    if (this.#end !== NEVER) return this.#end;
    const { firstTtl, maxHops } = this.#limits;
    const first = round.number === 1 ? firstTtl - 1 + WINDOW : 0;
    const open = Math.max(first, Math.max(this.#passed, round.passed) + AHEAD, this.#hint) + this.#stretch;
    const turn = this.#loop === null ? NEVER : this.#loop.to + 1;
    return Math.min(open, turn, this.#reachOf(round), round.nearest('unreachable'), maxHops - 1);
  }

  /** Where the destination is, as this round tells; infinite when it does not. */
  #reachOf(round: Round): number {
    return round.nearest(
      'destination',
      (ttl) => round.number - (this.#impostors[ttl] ?? -DISTRUST) >= DISTRUST,
    );
  }

  /** Gives up on what has been waited for long enough; when the next such moment comes. */
  #giveUp(heard: number): number {
    let deadline = NEVER;
    const largestRtt = Math.max(this.#largestRtt ?? 0, this.#largestBefore ?? 0) || null;
    const { intervalMs } = this.#limits;
    const least = Math.min(this.#limits.waitMs, UNHURRIED * intervalMs);
    // What has come late once is waited for from then on.
    const waitMs = Math.min(Math.max(this.#limits.waitMs, 2 * (largestRtt ?? 0)), this.keepMs);
    for (const round of this.#open) {
      for (const attempt of round.attempts) {
        if (attempt.answer !== null || attempt.givenUp) continue;
        const answeredBeyond = this.#end !== NEVER || attempt.ttl <= Math.max(this.#passed, round.passed);
        const until = attempt.sentAt + Math.max(least, patience({ largestRtt, answeredBeyond, waitMs }));
        if (until <= heard) attempt.givenUp = true;
        else deadline = Math.min(deadline, until);
      }
    }
    return deadline;
  }

  /** Closes rounds in their order, each when nothing of it is waited for and nothing more is to be asked. */
  #closeSettled(): void {
    for (let round = this.#open[0]; round?.isSettled; round = this.#open[0]) {
      if (round === this.#current && this.#choose() !== null) return;
      this.#open.shift();
      this.#close(round);
    }
  }

  #close(round: Round): void {
    round.closed = true;
    this.#closed = round;
    for (const { ttl, answer } of round.attempts) {
      if (answer?.kind === 'destination' && ttl < round.passed) this.#impostors[ttl] = round.number;
    }
    this.#moveEnd(round);
    this.#passed = round.passed;
    this.#searchOn(round);
    this.ledger.settle(round, this.#end, this.#limits.maxHops);
  }

  /** Where to look in the next round for an end that this one has not found. */
  #searchOn(round: Round): void {
    const isResting = this.#rest > 0;
    if (this.#end !== NEVER || !(round.arrived || isResting)) [this.#stretch, this.#rest] = [0, 0];
    else if (isResting) this.#rest -= 1;
    else {
      this.#stretch += AHEAD;
      if (this.#hint > 0 && round.nextTtl > this.#hint) this.#rest = REST;
    }
  }

  #moveEnd(round: Round): void {
    const reach = this.#reachOf(round);
    const end = Math.min(reach, round.nearest('unreachable'));
    if (round.arrived && round.last !== null && round.last.answer === null) {
      this.#overshot += (round.far?.answer?.distance ?? NEVER) <= this.#end ? HARDLY : 1;
    }
    if (end !== NEVER || round.passed >= this.#end || this.#overshot >= GROWN) {
      this.#overshot = 0;
      this.#end = end;
      this.#endsAtDestination = reach === end;
    }
    if (this.#end !== NEVER || round.arrived || this.#hasLeft(round)) this.#loop = null;
    else this.#loop ??= this.#findLoop(round);
  }

  #findLoop(round: Round): RoutingLoop | null {
    const { firstTtl } = this.#limits;
    return findRoutingLoop(round.routers(firstTtl), firstTtl);
  }

  /** Packets do not come back to the loop's first router any more. */
  #hasLeft(round: Round): boolean {
    if (this.#loop === null) return false;
    const { firstTtl } = this.#limits;
    const { from, to } = this.#loop;
    const routers = round.routers(firstTtl);
    const [first, again] = [routers[from - firstTtl] ?? null, routers[to + 1 - firstTtl] ?? null];
    return first !== null && again !== null && first !== again;
  }
}
