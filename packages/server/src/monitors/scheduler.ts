import type { Clock } from '@locator/probe';
import type { Monitor, MonitorStore, Run } from '../store/monitor-store.js';
import type { Log } from '../trace-keeper.js';
import { PacketBudget } from './packet-budget.js';
import { jitter, nextTime } from './schedule.js';

/** Longest single alarm: a timer of Node's goes off at once beyond 2^31 ms, and a set clock is noticed. */
const LONGEST_ALARM_MS = 3_600_000;

export interface Outcome {
  readonly run: Run;
  /** Probes that were sent. */
  readonly packets: number;
}

interface SchedulerTools {
  readonly monitors: MonitorStore;
  readonly clock: Clock;
  /** Traces it; null where there was no place for it. */
  readonly run: (monitor: Monitor) => Promise<Outcome | null>;
  readonly mostAtOnce: number;
  readonly packetsPerSecond: number;
  readonly log: Log;
  /** 0 to 1; Math.random unless given. */
  readonly random?: () => number;
}

interface Entry {
  readonly monitor: Monitor;
  /** The time the schedule names next, wall-clock milliseconds; null for never. */
  next: number | null;
  /** Waits for its turn, or is being traced. */
  busy: boolean;
  cancel(): void;
}

/**
 * Runs monitors when their time comes: so many at once and so many packets a second. Times that passed while
 * the process did not run, slept, or had no capacity are gone; they are not made up for.
 */
export class Scheduler {
  readonly #tools: SchedulerTools;
  readonly #budget: PacketBudget;
  readonly #entries = new Map<number, Entry>();
  #queue: Entry[] = [];
  #running = 0;
  #cancelPump: (() => void) | null = null;
  #stopped = false;

  constructor(tools: SchedulerTools) {
    this.#tools = tools;
    this.#budget = new PacketBudget(tools.packetsPerSecond, tools.clock.now());
  }

  add(monitor: Monitor): void {
    if (this.#stopped || this.#entries.has(monitor.id)) return;
    const entry: Entry = { monitor, next: null, busy: false, cancel: () => {} };
    this.#entries.set(monitor.id, entry);
    this.#plan(entry, this.#tools.clock.wall());
  }

  /** A run that has begun goes on to its end. */
  remove(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.cancel();
    this.#entries.delete(id);
    this.#queue = this.#queue.filter((waiting) => waiting !== entry);
  }

  nextAt(id: number): number | null {
    return this.#entries.get(id)?.next ?? null;
  }

  /** Begins no run any more. */
  stop(): void {
    this.#stopped = true;
    this.#cancelPump?.();
    for (const id of [...this.#entries.keys()]) this.remove(id);
  }

  #plan(entry: Entry, after: number): void {
    const { random = Math.random } = this.#tools;
    entry.next = nextTime(entry.monitor, after);
    if (entry.next !== null) this.#wait(entry, entry.next + jitter(entry.monitor.schedule, random()));
  }

  #wait(entry: Entry, time: number): void {
    const { clock } = this.#tools;
    const wait = Math.min(LONGEST_ALARM_MS, Math.max(0, time - clock.wall()));
    entry.cancel = clock.at(clock.now() + wait, () => {
      if (clock.wall() < time) return this.#wait(entry, time);
      this.#come(entry);
      this.#plan(entry, Math.max(entry.next!, clock.wall()));
    });
  }

  /** Its time has come. */
  #come(entry: Entry): void {
    if (entry.busy) {
      this.#skip(entry);
    } else {
      entry.busy = true;
      this.#queue.push(entry);
      this.#pump();
    }
  }

  #pump(): void {
    const { clock, mostAtOnce } = this.#tools;
    this.#cancelPump?.();
    this.#cancelPump = null;
    while (!this.#stopped && this.#queue.length > 0 && this.#running < mostAtOnce) {
      const wait = this.#budget.wait(clock.now());
      if (wait > 0) {
        this.#cancelPump = clock.at(clock.now() + wait, () => this.#pump());
        return;
      }
      this.#begin(this.#queue.shift()!);
    }
  }

  async #begin(entry: Entry): Promise<void> {
    const { clock, run, monitors, log } = this.#tools;
    const { id } = entry.monitor;
    this.#running += 1;
    this.#budget.begin(clock.now());
    let packets = 0;
    try {
      const outcome = await run(entry.monitor);
      packets = outcome?.packets ?? 0;
      if (outcome === null) this.#skip(entry);
      else await monitors.ran(id, outcome.run);
    } catch (error) {
      log.error({ err: error, monitor: id }, 'the run of a monitor could not be noted');
    }
    this.#budget.end(packets);
    this.#running -= 1;
    entry.busy = false;
    this.#pump();
  }

  #skip({ monitor: { id } }: Entry): void {
    const { monitors, log } = this.#tools;
    monitors.skipped(id).catch((error: unknown) => {
      log.error({ err: error, monitor: id }, 'a skipped run of a monitor could not be noted');
    });
  }
}
