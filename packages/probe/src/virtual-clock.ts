import type { Clock } from './clock.js';
import { TimeQueue } from './scripted/time-queue.js';

interface Timer {
  readonly time: number;
  wake: (() => void) | null;
}

/** Wall-clock time at which a virtual clock starts unless told: 2026-01-01T00:00:00Z. */
const START = Date.UTC(2026, 0, 1);
/**
 * Most steps in one turn of the event loop. A turn costs six times what a step costs; Node lets microtasks and
 * ticks settle between two immediates of a turn just as it does between turns.
 */
const STEPS_PER_TURN = 32;
/** How long, in real time, a promise may wait for the system (files, sockets) when no timer is left. */
const PATIENCE_MS = 2000;

/**
 * Time that passes only when told, and then at once: hours of tracing run in milliseconds, the same each
 * time. Every timer sees exactly its own time, and all promise chains that it sets off settle before the next.
 */
export class VirtualClock implements Clock {
  readonly #timers = new TimeQueue<Timer>();
  readonly #start: number;
  #now = 0;
  #running = false;

  /** `wall`: milliseconds since 1970 at `now() === 0`. */
  constructor(wall: number = START) {
    this.#start = wall;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#start + this.#now;
  }

  at(time: number, wake: () => void): () => void {
    const timer: Timer = { time: Math.max(time, this.#now), wake };
    if (Number.isNaN(timer.time)) throw new RangeError('A timer needs a time');
    this.#timers.add(timer.time, timer);
    return () => {
      timer.wake = null;
    };
  }

  /** Wakes all that is due up to and at `until`; then it is `until`. Rejects with what a timer throws. */
  async run(until: number): Promise<void> {
    await this.#steps(() => this.#nextTime() > until);
    this.#now = Math.max(this.#now, until);
  }

  /** Lets time pass until the promise settles; rejects when no timer is left that could settle it. */
  async runUntil<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    let idleSince: number | null = null;
    await this.#steps(() => {
      if (settled) return true;
      if (this.#nextTime() < Number.POSITIVE_INFINITY) idleSince = null;
      else idleSince ??= performance.now();
      if (idleSince !== null && performance.now() - idleSince > PATIENCE_MS) {
        throw new Error('The promise waits for something that no timer brings');
      }
      return false;
    });
    return promise;
  }

  /** One timer after another, until `isDone` says so before one. */
  #steps(isDone: () => boolean): Promise<void> {
    if (this.#running) throw new Error('The clock is running already');
    this.#running = true;
    return new Promise<void>((resolve, reject) => {
      let queued = 0;
      let perTurn = 1;
      let ended = false;
      const end = (settle: () => void) => {
        ended = true;
        this.#running = false;
        settle();
      };
      const fill = () => {
        queued = perTurn;
        for (let index = 0; index < queued; index++) setImmediate(turn);
        perTurn = Math.min(2 * perTurn, STEPS_PER_TURN);
      };
      const turn = () => {
        queued -= 1;
        if (ended) return;
        try {
          if (isDone()) return end(resolve);
          this.#step();
        } catch (error) {
          return end(() => reject(error));
        }
        if (queued === 0) fill();
      };
      // A whole turn first: what was set going before may still have timers to set.
      setImmediate(fill);
    });
  }

  #nextTime(): number {
    this.#skipCancelled();
    return this.#timers.next;
  }

  #step(): void {
    this.#skipCancelled();
    const timer = this.#timers.take();
    if (timer === undefined) return;
    this.#now = timer.time;
    timer.wake!();
  }

  #skipCancelled(): void {
    for (;;) {
      const timer = this.#timers.first;
      if (timer === undefined || timer.wake !== null) return;
      this.#timers.take();
    }
  }
}
