import type { ProbeError } from './errors.js';
import type { Stop } from './stop.js';

interface Turn {
  readonly stop: Stop;
  readonly grant: () => void;
  readonly refuse: (error: ProbeError) => void;
}

/**
 * Who waits for a turn, first come, first served. Whoever gets one has its first packets set aside, so that few run at a
 * time and each runs fast.
 */
export class Turns {
  readonly #waiting = new Set<Turn>();
  readonly #shareMs: number;
  readonly #burstMs: number;
  /** Until then what may be sent is for those that were given a turn, though they may not have asked for it yet. */
  #grantedUntil = Number.NEGATIVE_INFINITY;

  /** Milliseconds: what each takes to send its first packets, and how far back unused sending time is made good. */
  constructor(shareMs: number, burstMs: number) {
    this.#shareMs = shareMs;
    this.#burstMs = burstMs;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** Resolves when it is granted or the wait is stopped; rejects when it is refused. */
  wait(stop: Stop): Promise<void> {
    return new Promise((grant, refuse) => {
      if (stop.isStopped) return grant();
      const turn = { stop, grant, refuse };
      stop.listen(() => {
        this.#leave(turn);
        grant();
      });
      this.#waiting.add(turn);
    });
  }

  /** When there is room for the next, as far as turns go; infinite when nobody waits. */
  get earliest(): number {
    return this.#waiting.size > 0 ? this.#grantedUntil : Number.POSITIVE_INFINITY;
  }

  /** Gives turns as long as nothing is asked for that has to wait: `sendAt` is when the next packet may go. */
  admit(now: number, sendAt: number): void {
    if (sendAt > now) return;
    this.#grantedUntil = Math.max(this.#grantedUntil, now - this.#burstMs);
    for (const turn of this.#waiting) {
      if (this.#grantedUntil > now) return;
      this.#grantedUntil += this.#shareMs;
      this.#leave(turn);
      turn.grant();
    }
  }

  refuseAll(error: ProbeError): void {
    for (const turn of this.#waiting) {
      this.#leave(turn);
      turn.refuse(error);
    }
  }

  #leave(turn: Turn): void {
    this.#waiting.delete(turn);
    turn.stop.listen(null);
  }
}
