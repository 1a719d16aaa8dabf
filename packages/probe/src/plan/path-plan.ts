import type { TraceEnd } from '../hop.js';
import type { Answer, Attempt } from './attempt.js';
import { patience } from './patience.js';

export interface PathLimits {
  readonly firstTtl: number;
  readonly maxHops: number;
  readonly probes: number;
  readonly paceMs: number;
  readonly waitMs: number;
}

/** What to do now: send one probe of this TTL, ask again at `until`, or nothing any more. */
export type Step =
  | { readonly kind: 'send'; readonly attempt: Attempt }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'done' };

/** TTLs asked before anything has answered: most paths are shorter, and one round trip then shows them all. */
const WINDOW = 16;
/** TTLs asked beyond the last router that answered; not below GAP, or silence would be found out in two turns. */
const AHEAD = 5;
/** Silent TTLs in a row that end a path whose destination answers nothing either. */
const GAP = 5;
/** Probes per TTL before they go out one a second: routers limit ICMP errors, Linux to 6 and then 1 per second. */
const BURST = 5;
const BURST_OVER_MS = 1000;
/** The way back, from which the distance is guessed, may be a little shorter. */
const DISTANCE_ERROR = 2;
/** Packets that may be made good at once after a late wake-up. */
const LATE = 4;
const DONE: Step = { kind: 'done' };

type Open = { -readonly [K in keyof Attempt]: Attempt[K] };

/**
 * The policy of a trace: which TTL to ask next, when, and when a TTL has told all it will. Pure: time and
 * answers come in through the methods, probes go out as steps.
 *
 * The first probe goes to the last TTL: it reaches any destination there is, and tells early how far that is.
 * Then TTLs are asked in rounds, all in parallel, a few ahead of what has answered. Probes beyond the
 * destination measure it too, so the destination's samples are the first ones sent that could reach it.
 */
export class PathPlan {
  readonly #limits: PathLimits;
  readonly #sent: Open[] = [];
  readonly #counts: number[] = [];
  readonly #last: number[] = [];
  #sendAt = Number.NEGATIVE_INFINITY;
  #stretch = 0;
  #failed = 0;
  #largestRtt: number | null = null;
  /** Largest TTL a router answered for, smallest the destination answered for, smallest turned away. */
  #passed = 0;
  #reach = Number.POSITIVE_INFINITY;
  #blocked = Number.POSITIVE_INFINITY;
  #distance: number | null = null;
  #settled: number;

  constructor(limits: PathLimits) {
    this.#limits = limits;
    this.#settled = limits.firstTtl - 1;
  }

  /** The TTL that ends the path, as far as is known; infinite while nothing ended it. */
  get end(): number {
    return this.#blocked > this.#passed ? Math.min(this.#reach, this.#blocked) : this.#reach;
  }

  /** Every TTL up to this one is settled: final, but for late answers. */
  get settled(): number {
    return this.#settled;
  }

  /** Probes the system refused to send. */
  get failed(): number {
    return this.#failed;
  }

  get sent(): readonly Attempt[] {
    return this.#sent;
  }

  next(now: number): Step {
    const deadline = this.#giveUp(now);
    if (this.#settle()) return DONE;
    const probe = this.#choose();
    if (probe === null) {
      this.#sendAt = Number.NEGATIVE_INFINITY;
      return { kind: 'wait', until: deadline };
    }
    const at = Math.max(probe.at, this.#sendAt);
    if (at > now) return { kind: 'wait', until: Math.min(at, deadline) };
    // A late wake-up is made good by sending faster, but not by a burst of everything missed.
    const since = at === Number.NEGATIVE_INFINITY ? now : Math.max(at, now - LATE * this.#limits.paceMs);
    this.#sendAt = since + this.#limits.paceMs;
    return { kind: 'send', attempt: this.#open(probe.ttl, now) };
  }

  /** An answer to an attempt that `next` handed out. The first one counts, however late. */
  answered(attempt: Attempt, answer: Answer): void {
    const open = attempt as Open;
    if (open.answer !== null) return;
    open.answer = answer;
    if (answer.rttMs !== null) this.#largestRtt = Math.max(this.#largestRtt ?? 0, answer.rttMs);
    if (answer.kind === 'passed') this.#passed = Math.max(this.#passed, open.ttl);
    if (answer.kind === 'unreachable') this.#blocked = Math.min(this.#blocked, open.ttl);
    if (answer.kind === 'destination') {
      this.#reach = Math.min(this.#reach, open.ttl);
      this.#distance ??= answer.distance;
    }
  }

  /** The system did not send it: as if it had never been asked for, up to a point. */
  refused(attempt: Attempt): void {
    this.#sent.splice(this.#sent.indexOf(attempt as Open), 1);
    this.#failed += 1;
    this.#counts[attempt.ttl]! -= this.#failed > this.#limits.probes ? 0 : 1;
  }

  /** The attempts that measure this TTL, in the order sent. At the path's end later TTLs' probes measure it too. */
  attempts(ttl: number): readonly Attempt[] {
    if (ttl !== this.end) return this.#sent.filter((attempt) => attempt.ttl === ttl);
    return this.#sent.filter((attempt) => attempt.ttl >= ttl).slice(0, this.#limits.probes);
  }

  /** How it ended, once `next` has said done; how it stands before. */
  outcome(): Exclude<TraceEnd, 'aborted'> {
    if (this.#reach === this.end && this.#reach !== Number.POSITIVE_INFINITY) return 'destination';
    if (this.end !== Number.POSITIVE_INFINITY) return 'unreachable';
    return this.#settled >= this.#limits.maxHops ? 'max-hops' : 'silence';
  }

  #open(ttl: number, now: number): Attempt {
    const attempt: Open = { ttl, sentAt: now, answer: null, givenUp: false };
    this.#sent.push(attempt);
    this.#counts[ttl] = (this.#counts[ttl] ?? 0) + 1;
    this.#last[ttl] = now;
    return attempt;
  }

  /** The TTL asked least so far, the nearest of equals, and when its next probe may go; null when all are asked. */
  #choose(): { ttl: number; at: number } | null {
    const { firstTtl, maxHops, probes } = this.#limits;
    if (this.#sent.length + this.#failed === 0) return { ttl: maxHops, at: Number.NEGATIVE_INFINITY };
    const end = this.end;
    const horizon = this.#horizon();
    let ttl = 0;
    let fewest = probes;
    for (let candidate = firstTtl; candidate <= horizon && fewest > 0; candidate++) {
      const count = candidate === end ? this.#countFrom(end) : (this.#counts[candidate] ?? 0);
      if (count < fewest) [ttl, fewest] = [candidate, count];
    }
    if (ttl === 0) return null;
    return { ttl, at: fewest < BURST ? Number.NEGATIVE_INFINITY : this.#last[ttl]! + BURST_OVER_MS };
  }

  /** The largest TTL worth asking now. */
  #horizon(): number {
    const { firstTtl, maxHops } = this.#limits;
    const hint = this.#distance === null ? 0 : this.#distance + DISTANCE_ERROR;
    const open = Math.max(firstTtl - 1 + WINDOW, this.#passed + AHEAD, hint) + this.#stretch;
    return Math.min(open, this.end, maxHops);
  }

  #countFrom(ttl: number): number {
    let count = 0;
    for (let later = ttl; later < this.#counts.length; later++) count += this.#counts[later] ?? 0;
    return count;
  }

  /** Gives up on what has been waited for long enough; when the next such moment comes. */
  #giveUp(now: number): number {
    let deadline = Number.POSITIVE_INFINITY;
    const beyond = Math.max(this.#passed, Math.min(this.end, this.#limits.maxHops + 1));
    for (const attempt of this.#sent) {
      if (attempt.answer !== null || attempt.givenUp) continue;
      const answeredBeyond = attempt.ttl <= this.#passed || beyond !== this.#limits.maxHops + 1;
      const wait = patience({ largestRtt: this.#largestRtt, answeredBeyond, waitMs: this.#limits.waitMs });
      if (attempt.sentAt + wait <= now) attempt.givenUp = true;
      else deadline = Math.min(deadline, attempt.sentAt + wait);
    }
    return deadline;
  }

  /** Moves `settled` on; true when the whole path is settled. */
  #settle(): boolean {
    const last = Math.min(this.end, this.#limits.maxHops);
    while (this.#settled < last && this.#isSettled(this.#settled + 1)) {
      if (this.#isLostInSilence()) return true;
      this.#settled += 1;
    }
    if (this.#settled >= last || this.#isLostInSilence()) return true;
    // Everything within the horizon is settled and the end not in sight: look further.
    if (this.#settled >= this.#horizon()) this.#stretch += AHEAD;
    return false;
  }

  #isSettled(ttl: number): boolean {
    const asked = ttl === this.end ? this.#countFrom(ttl) : (this.#counts[ttl] ?? 0);
    return (
      asked >= this.#limits.probes &&
      this.attempts(ttl).every(({ answer, givenUp }) => answer !== null || givenUp)
    );
  }

  /** Enough silent TTLs in a row, and the far probe found no destination either. */
  #isLostInSilence(): boolean {
    const heard = Math.max(this.#passed, this.#limits.firstTtl - 1);
    return this.end === Number.POSITIVE_INFINITY && this.#settled - heard >= GAP;
  }
}
