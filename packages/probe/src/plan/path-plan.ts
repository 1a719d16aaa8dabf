import type { RoutingLoop, TraceEnd } from '../hop.js';
import type { Answer, Attempt } from './attempt.js';
import { patience } from './patience.js';
import type { Plan, Step } from './plan.js';
import { findRoutingLoop } from './routing-loop.js';

export interface PathLimits {
  readonly firstTtl: number;
  readonly maxHops: number;
  readonly probes: number;
  readonly paceMs: number;
  readonly waitMs: number;
}

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
/** Beyond the largest TTL there is. */
const NOWHERE = 256;

type Open = { -readonly [K in keyof Attempt]: Attempt[K] };

/**
 * The policy of a trace: which TTL to ask next, when, and when a TTL has told all it will. Pure: time and
 * answers come in through the methods, probes go out as steps.
 *
 * The first probe goes to the last TTL: it reaches any destination there is, and tells early how far that is.
 * Then TTLs are asked in rounds, all in parallel, a few ahead of what has answered; near ones first, for a
 * destination that limits its answers must not spend them on probes from beyond it. Those measure it too, so
 * its samples are the first ones sent that could reach it.
 */
export class PathPlan implements Plan {
  readonly keepMs = Number.POSITIVE_INFINITY;
  readonly #limits: PathLimits;
  readonly #sent: Open[] = [];
  readonly #byTtl: Open[][] = [];
  /** Of those sent so many at the start are answered or given up. */
  #over = 0;
  /** By TTL: how often it was asked, and when last. */
  readonly #counts: number[];
  readonly #last: number[];
  #sendAt = Number.NEGATIVE_INFINITY;
  #stretch = 0;
  #failed = 0;
  #largestRtt: number | null = null;
  /** Largest TTL a router answered for. */
  #passed = 0;
  /** TTLs the destination answered for, and the smallest of them behind which no router answers. */
  readonly #arrived: number[] = [];
  #reach = NOWHERE;
  /** What its answers had left of their TTL. */
  readonly #hopLimits = new Set<number | null>();
  /** Smallest TTL turned away. */
  #blocked = NOWHERE;
  #distance: number | null = null;
  #settled: number;
  #loop: RoutingLoop | null = null;

  constructor(limits: PathLimits) {
    this.#limits = limits;
    this.#counts = Array(limits.maxHops + 1).fill(0);
    this.#last = Array(limits.maxHops + 1).fill(0);
    this.#settled = limits.firstTtl - 1;
  }

  /** The TTL that ends the path, as far as is known; beyond the largest TTL while nothing ended it. */
  get end(): number {
    return this.#blocked > this.#passed ? Math.min(this.#reach, this.#blocked) : this.#reach;
  }

  /** Every TTL up to this one is settled: final, but for late answers. */
  get settled(): number {
    return this.#settled;
  }

  /** Packets go round here. */
  get loop(): RoutingLoop | null {
    return this.#loop;
  }

  /** Probes the system refused to send. */
  get failed(): number {
    return this.#failed;
  }

  get sent(): readonly Attempt[] {
    return this.#sent;
  }

  next(now: number, heard = now): Step {
    const deadline = this.#giveUp(heard);
    if (this.#settle()) return DONE;
    const ttl = this.#choose();
    if (ttl === null) {
      this.#sendAt = Number.NEGATIVE_INFINITY;
      return { kind: 'wait', until: deadline };
    }
    const at = Math.max(this.#spacedAt(ttl), this.#sendAt);
    if (at > now) return { kind: 'wait', until: Math.min(at, deadline) };
    // A late wake-up is made good by sending faster, but not by a burst of everything missed.
    const since = at === Number.NEGATIVE_INFINITY ? now : Math.max(at, now - LATE * this.#limits.paceMs);
    this.#sendAt = since + this.#limits.paceMs;
    return { kind: 'send', attempt: this.#open(ttl, now) };
  }

  delayed(attempt: Attempt, now: number): void {
    (attempt as Open).sentAt = now;
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
      this.#arrived.push(open.ttl);
      // A host that limits its errors may not answer again: what it said of its distance has to do.
      if (answer.distanceIsExact && answer.distance !== null) this.#arrived.push(answer.distance);
      this.#hopLimits.add(answer.replyHopLimit);
      this.#distance ??= answer.distance;
    }
    // Who answers for the destination before a router that answers does so only in its name.
    if (this.#arrived.length > 0) this.#reach = this.#nearestArrival();
  }

  /** The system did not send it: as if it had never been asked for, up to a point. */
  refused(attempt: Attempt): void {
    const sameTtl = this.#byTtl[attempt.ttl]!;
    sameTtl.splice(sameTtl.indexOf(attempt as Open), 1);
    this.#sent.splice(this.#sent.indexOf(attempt as Open), 1);
    this.#over = 0;
    this.#failed += 1;
    this.#counts[attempt.ttl]! -= this.#failed > this.#limits.probes ? 0 : 1;
  }

  /** The attempts that measure this TTL, in the order sent. At the path's end later TTLs' probes measure it too. */
  attempts(ttl: number): readonly Attempt[] {
    if (ttl !== this.end) return this.#byTtl[ttl] ?? [];
    const attempts: Attempt[] = [];
    for (let index = 0; index < this.#sent.length && attempts.length < this.#limits.probes; index++) {
      const attempt = this.#sent[index]!;
      if (attempt.ttl >= ttl) attempts.push(attempt);
    }
    return attempts;
  }

  /** How it ended, once `next` has said done; how it stands before. */
  outcome(): Exclude<TraceEnd, 'aborted'> {
    if (this.#reach === this.end && this.#reach !== NOWHERE) return 'destination';
    if (this.end !== NOWHERE) return 'unreachable';
    if (this.#loop !== null) return 'loop';
    return this.#settled >= this.#limits.maxHops ? 'max-hops' : 'silence';
  }

  #nearestArrival(): number {
    let nearest = NOWHERE;
    for (let index = 0; index < this.#arrived.length; index++) {
      const ttl = this.#arrived[index]!;
      if (ttl > this.#passed && ttl < nearest) nearest = ttl;
    }
    return nearest;
  }

  #open(ttl: number, now: number): Attempt {
    const attempt: Open = { ttl, sentAt: now, answer: null, givenUp: false };
    this.#sent.push(attempt);
    this.#byTtl[ttl] ??= [];
    this.#byTtl[ttl].push(attempt);
    this.#counts[ttl]! += 1;
    this.#last[ttl] = now;
    return attempt;
  }

  /**
   * The TTL asked least so far; null when all are asked. Of equals the nearest, but in the last round the farthest:
   * its answer takes longest, and is what a trace ends with.
   */
  #choose(): number | null {
    const { firstTtl, maxHops, probes } = this.#limits;
    if (this.#sent.length + this.#failed === 0) return maxHops;
    const horizon = this.#horizon();
    let ttl = 0;
    let fewest = probes;
    for (let candidate = firstTtl; candidate <= horizon && fewest > 0; candidate++) {
      const count = this.#asked(candidate);
      const isLast = count > 0 && count === probes - 1;
      if (count > fewest || (count === fewest && !isLast)) continue;
      ttl = candidate;
      fewest = count;
    }
    return ttl === 0 ? null : ttl;
  }

  /** When this TTL may be asked once more. */
  #spacedAt(ttl: number): number {
    return this.#asked(ttl) < BURST ? Number.NEGATIVE_INFINITY : this.#last[ttl]! + BURST_OVER_MS;
  }

  /** The largest TTL worth asking now. */
  #horizon(): number {
    const { firstTtl, maxHops } = this.#limits;
    const distance = this.#distance;
    // As long as no router answers from where the destination should be, it is there or a little further.
    const open =
      distance !== null && distance > this.#passed
        ? distance + DISTANCE_ERROR
        : Math.max(firstTtl - 1 + WINDOW, this.#passed + AHEAD);
    return Math.min(open + this.#stretch, this.end, maxHops);
  }

  /** How often this TTL has been asked; at the path's end later TTLs' probes ask it too. */
  #asked(ttl: number): number {
    if (ttl !== this.end) return this.#counts[ttl]!;
    let count = 0;
    for (let later = ttl; later < this.#counts.length; later++) count += this.#counts[later]!;
    return count;
  }

  /** Gives up on what has been waited for long enough; when the next such moment comes. */
  #giveUp(heard: number): number {
    const isEndKnown = this.end <= this.#limits.maxHops;
    const near = this.#patience(true);
    const far = isEndKnown ? near : this.#patience(false);
    let deadline = Number.POSITIVE_INFINITY;
    for (let index = this.#over; index < this.#sent.length; index++) {
      const attempt = this.#sent[index]!;
      if (isPending(attempt)) {
        const until = attempt.sentAt + (attempt.ttl <= this.#passed ? near : far);
        if (until <= heard) attempt.givenUp = true;
        else deadline = Math.min(deadline, until);
        // What was sent later is waited for at least as much longer.
        if (attempt.sentAt + near >= deadline) break;
      }
      if (index === this.#over && !isPending(attempt)) this.#over += 1;
    }
    return deadline;
  }

  /** Milliseconds; whether somebody as far away as that has answered. */
  #patience(answeredBeyond: boolean): number {
    return patience({ largestRtt: this.#largestRtt, answeredBeyond, waitMs: this.#limits.waitMs });
  }

  /** Moves `settled` on; true when the whole path is settled. */
  #settle(): boolean {
    const last = Math.min(this.end, this.#limits.maxHops);
    while (this.#settled < last && this.#isSettled(this.#settled + 1)) {
      if (this.#isLostInSilence()) return true;
      this.#settled += 1;
      if (this.#goesRound()) return true;
    }
    if (this.#settled >= last || this.#isLostInSilence()) return true;
    // Everything within the horizon is settled and the end not in sight: look further.
    if (this.#settled >= this.#horizon()) this.#stretch += AHEAD;
    return false;
  }

  #isSettled(ttl: number): boolean {
    if (this.#asked(ttl) < this.#limits.probes) return false;
    const awaited = ttl === this.#reach && this.#isDisputed() ? this.#sent : this.attempts(ttl);
    return !awaited.some(isPending);
  }

  /** Whether somebody nearer may have answered in the destination's name: its own answers then come later. */
  #isDisputed(): boolean {
    return this.#hopLimits.size > 1 || isPending(this.#sent[0]!);
  }

  /** Whether what is settled is a loop; where the destination answers, it only looks like one. */
  #goesRound(): boolean {
    const { firstTtl } = this.#limits;
    if (this.end !== NOWHERE) return false;
    const addresses: (string | null)[] = [];
    for (let ttl = firstTtl; ttl <= this.#settled; ttl++) addresses.push(this.#firstBy(ttl));
    this.#loop = findRoutingLoop(addresses, firstTtl);
    return this.#loop !== null;
  }

  #firstBy(ttl: number): string | null {
    return this.#byTtl[ttl]?.find(({ answer }) => answer !== null)?.answer?.by ?? null;
  }

  /** Enough silent TTLs in a row, and the far probe found no destination either. */
  #isLostInSilence(): boolean {
    const heard = Math.max(this.#passed, this.#limits.firstTtl - 1);
    return this.end === NOWHERE && this.#settled - heard >= GAP;
  }
}

function isPending({ answer, givenUp }: Attempt): boolean {
  return answer === null && !givenUp;
}
