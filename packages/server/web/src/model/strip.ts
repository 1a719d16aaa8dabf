/** What a round brought for one hop, beside an RTT in milliseconds. */
export const MISSED = null;
export const NOT_ASKED = undefined;
export type Outcome = number | typeof MISSED | typeof NOT_ASKED;

/** The newest rounds of one hop; older ones make room, so its size never changes. */
export class Strip {
  /** Milliseconds; NaN where no answer came, -1 where nobody asked. */
  readonly #values: Float32Array;
  #next = 0;

  constructor(length: number) {
    this.#values = new Float32Array(length).fill(-1);
  }

  get length(): number {
    return this.#values.length;
  }

  push(outcome: Outcome): void {
    this.#values[this.#next] = outcome === NOT_ASKED ? -1 : outcome === MISSED ? Number.NaN : outcome;
    this.#next = (this.#next + 1) % this.length;
  }

  /** Oldest first. */
  *[Symbol.iterator](): Generator<Outcome, void> {
    for (let index = 0; index < this.length; index++) {
      const value = this.#values[(this.#next + index) % this.length]!;
      yield value === -1 ? NOT_ASKED : Number.isNaN(value) ? MISSED : value;
    }
  }
}
