import type { ProbeError } from './errors.js';
import type { Stop } from './stop.js';

interface Turn {
  readonly stop: Stop;
  readonly grant: () => void;
  readonly refuse: (error: ProbeError) => void;
}

/** Who waits for a turn, first come, first served. */
export class Turns {
  readonly #waiting = new Set<Turn>();

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

  /** Grants the next `count` of them, or as many as there are. */
  grant(count: number): void {
    let left = count;
    for (const turn of this.#waiting) {
      if (left-- <= 0) return;
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
