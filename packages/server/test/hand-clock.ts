import type { Clock } from '@locator/probe';

/** Time that stands still until a test moves it. */
export class HandClock implements Clock {
  #now = 0;
  readonly #origin: number;
  #alarms: { readonly time: number; readonly wake: () => void }[] = [];

  constructor(origin: number = Date.UTC(2026, 0, 1)) {
    this.#origin = origin;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#origin + this.#now;
  }

  at(time: number, wake: () => void): () => void {
    const alarm = { time, wake };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  get alarms(): number {
    return this.#alarms.length;
  }

  /** Moves time on and wakes, in order, whoever waited for a time until then. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = this.#alarms.filter(({ time }) => time <= end).sort((a, b) => a.time - b.time);
      if (next === undefined) break;
      this.#alarms = this.#alarms.filter((alarm) => alarm !== next);
      this.#now = Math.max(this.#now, next.time);
      next.wake();
    }
    this.#now = end;
  }
}
