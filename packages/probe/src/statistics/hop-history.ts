import type { JitterSummary, Sample } from '../hop.js';
import type { Answer } from '../plan/attempt.js';
import { RunningHop, type RunningRtt } from './running.js';

/** Rounds that are kept one by one. */
export const RECENT = 100;
/** A hop that answers from another address than before more often, per answer, balances. */
const BALANCING = 0.1;

/** One probe and what came of it. Immutable. */
interface Entry {
  readonly round: number;
  readonly sentAt: number;
  readonly answeredBy: string | null;
  /** From another address than the answer before. */
  readonly switched: boolean;
}

/** A part of a history that stays as it is whatever is added later: the entries from `from` up to `to`. */
export interface Recent {
  readonly entries: readonly Entry[];
  readonly from: number;
  readonly to: number;
}

/**
 * What one hop answered over any number of rounds, in bounded memory: sums over all of them, and the last
 * hundred one by one.
 */
export class HopHistory {
  readonly #running = new RunningHop();
  /** Only ever appended to, or replaced: what was handed out stays. Those before `#from` are forgotten. */
  #entries: Entry[] = [];
  #from = 0;
  /** Among the entries that are not forgotten. */
  #answers = 0;
  #switches = 0;
  #sent = 0;
  #received = 0;
  #discarded = 0;
  #last: Answer | null = null;
  #latest: Answer | null = null;
  #address: string | null = null;
  #since = 0;

  /** The next probe in the order they were sent; null when nothing came back. */
  add(round: number, sentAt: number, answer: Answer | null): void {
    this.#forgetBefore(round - RECENT + 1);
    const switched = answer !== null && this.#latest !== null && answer.by !== this.#latest.by;
    this.#entries.push({ round, sentAt, answeredBy: answer?.by ?? null, switched });
    this.#sent += 1;
    this.#last = answer;
    this.#running.add(answer && toSample(round, answer));
    if (switched) this.#switches += 1;
    if (answer === null) return;
    this.#answers += 1;
    this.#note(round, answer);
  }

  /** A probe that nothing came back for, sent before others that were added. */
  addMissed(round: number, sentAt: number): void {
    const at = this.#entries.findLastIndex((entry) => entry.round < round) + 1;
    this.#entries = this.#entries.toSpliced(at, 0, { round, sentAt, answeredBy: null, switched: false });
    if (at < this.#from) this.#from += 1;
    this.#sent += 1;
  }

  /** The answer to a probe that was added without one. */
  addLate(round: number, answer: Answer): void {
    const sample = toSample(round, answer);
    if (sample !== null) this.#running.addLate(sample);
    if (this.#replace(round, (entry) => [{ ...entry, answeredBy: answer.by }])) this.#answers += 1;
    this.#note(round, answer);
  }

  /** A probe that was added without an answer: it has not asked this hop after all. */
  takeBack(round: number): void {
    this.#sent -= 1;
    this.#replace(round, () => []);
  }

  /** Who answers, null when nobody has: the latest address, of a hop that balances the one it had before. */
  get address(): string | null {
    return this.#address;
  }

  /** The round since which it has that address. */
  get since(): number {
    return this.#since;
  }

  /** The last probe's answer; null when nothing came back. */
  get last(): Answer | null {
    return this.#last;
  }

  /** The last answer that came. */
  get latest(): Answer | null {
    return this.#latest;
  }

  get sent(): number {
    return this.#sent;
  }

  get received(): number {
    return this.#received;
  }

  /** Answers without a time, because somebody set the clock. */
  get discarded(): number {
    return this.#discarded;
  }

  get rtt(): RunningRtt | null {
    return this.#running.rtt();
  }

  get jitter(): JitterSummary | null {
    return this.#running.jitter();
  }

  /** The probes of the last RECENT rounds up to this one. */
  recent(round: number): Recent {
    this.#forgetBefore(round - RECENT + 1);
    return { entries: this.#entries, from: this.#from, to: this.#entries.length };
  }

  #note(round: number, answer: Answer): void {
    this.#received += 1;
    if (answer.rttMs === null) this.#discarded += 1;
    this.#latest = answer;
    if (answer.by === this.#address) return;
    // Once in a while it is another path, often it is balancing.
    if (this.#address !== null && this.#switches > Math.max(1, BALANCING * this.#answers)) return;
    this.#address = answer.by;
    this.#since = round;
  }

  #forgetBefore(round: number): void {
    for (; this.#from < this.#entries.length; this.#from++) {
      const entry = this.#entries[this.#from]!;
      if (entry.round >= round) break;
      if (entry.answeredBy !== null) this.#answers -= 1;
      if (entry.switched) this.#switches -= 1;
    }
    if (this.#from < RECENT) return;
    this.#entries = this.#entries.slice(this.#from);
    this.#from = 0;
  }

  /** In a copy, for what was handed out stays; false when it is forgotten already. */
  #replace(round: number, by: (entry: Entry) => readonly Entry[]): boolean {
    const at = this.#entries.findLastIndex((entry) => entry.round === round);
    if (at < this.#from) return false;
    this.#entries = this.#entries.toSpliced(at, 1, ...by(this.#entries[at]!));
    return true;
  }
}

function toSample(attempt: number, { by: address, rttMs, stamp, replyHopLimit }: Answer): Sample | null {
  return rttMs === null ? null : { attempt, address, rttMs, stamp, replyHopLimit };
}
