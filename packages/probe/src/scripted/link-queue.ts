/** Bytes of a packet of other people's traffic. */
const CROSS_BYTES = 1500;
/** Traffic of longer ago has left no trace in the queue. */
const REMEMBERED_PACKETS = 1000;

/** One direction of a link with a capacity: first in, first out. Asked in order of time. */
export class LinkQueue {
  readonly #msPerByte: number;
  readonly #longestWait: number;
  readonly #random: () => number;
  /** Mean time between packets of others; Infinity when there are none. */
  readonly #crossGap: number;
  #nextCross: number;
  /** When all that was taken in so far has been sent. */
  #idleFrom = 0;
  #lastArrival = 0;

  constructor(mbps: number, queueMs: number, load: number, random: () => number) {
    this.#msPerByte = 8 / (1000 * mbps);
    this.#longestWait = queueMs;
    this.#random = random;
    this.#crossGap = (CROSS_BYTES * this.#msPerByte) / load;
    this.#nextCross = load > 0 ? 0 : Number.POSITIVE_INFINITY;
  }

  /** When a packet that enters at `time` has been sent; null when it is dropped. */
  pass(time: number, bytes: number): number | null {
    if (this.#nextCross <= time) this.#passOthers(time);
    return this.#enter(time, bytes);
  }

  /** The arrival of a packet that would come at `time`: jitter on a link does not reorder. */
  inOrder(time: number): number {
    this.#lastArrival = Math.max(this.#lastArrival, time);
    return this.#lastArrival;
  }

  #enter(time: number, bytes: number): number | null {
    const start = Math.max(time, this.#idleFrom);
    if (start - time > this.#longestWait) return null;
    this.#idleFrom = start + bytes * this.#msPerByte;
    return this.#idleFrom;
  }

  #passOthers(time: number): void {
    this.#nextCross = Math.max(this.#nextCross, time - REMEMBERED_PACKETS * this.#crossGap);
    while (this.#nextCross <= time) {
      this.#enter(this.#nextCross, CROSS_BYTES);
      this.#nextCross -= this.#crossGap * Math.log(1 - this.#random());
    }
  }
}
