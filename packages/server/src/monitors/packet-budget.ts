/** What a run is taken to cost until it is known: some 20 hops of 3 probes. */
const EXPECTED = 64;

/** A second's worth may be saved up, and what a run cost more than was there is paid back before the next. */
export class PacketBudget {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  /** `now` in milliseconds, as everywhere below. */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = now;
  }

  /** Milliseconds until a run may begin; 0 for now. */
  wait(now: number): number {
    this.#refill(now);
    return this.#left > 0 ? 0 : Math.ceil(((1 - this.#left) / this.#perSecond) * 1000);
  }

  begin(now: number): void {
    this.#refill(now);
    this.#left -= EXPECTED;
  }

  /** Settles the account of a run that has sent so many packets. */
  end(packets: number): void {
    this.#left += EXPECTED - packets;
  }

  #refill(now: number): void {
    const earned = (Math.max(0, now - this.#at) / 1000) * this.#perSecond;
    this.#left = Math.min(this.#perSecond, this.#left + earned);
    this.#at = Math.max(now, this.#at);
  }
}
