import { observe } from './changes/observe.js';
import type { PathRecord } from './path-record.js';
import type { Observe, StoredTrace, Subject, TraceStore } from './store/trace-store.js';

/** What the server's log takes; Fastify's logger is one. */
export interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface Kept {
  readonly trace: StoredTrace;
  /** Whether it is durable. If not, `trace.id` is above every stored one, and no other will know it. */
  readonly stored: boolean;
}

/** One trace's way into the store. */
export interface Entry {
  keep(record: PathRecord): Promise<Kept>;
  /** Forgets it, unless it was kept. */
  drop(): Promise<void>;
}

/**
 * Writes traces to the store in such a way that a store that fails (disk full, read-only) never breaks a
 * trace: the failure is logged and said by `problem`, and the next trace tries again.
 */
export class TraceKeeper {
  readonly #store: TraceStore;
  readonly #log: Log;
  readonly #listeners = new Set<() => void>();
  #problem: string | null = null;
  #failures = 0;

  constructor(store: TraceStore, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** null while the last write succeeded and lasts, else one sentence. */
  get problem(): string | null {
    return this.#problem ?? this.#store.problem ?? null;
  }

  get failures(): number {
    return this.#failures;
  }

  /** Calls `tell` after each trace that was stored. Returns what ends that. */
  onStored(tell: () => void): () => void {
    this.#listeners.add(tell);
    return () => this.#listeners.delete(tell);
  }

  async begin(subject: Subject, startedAt: number): Promise<Entry> {
    let id = await this.#attempt('begin', () => this.#store.begin(subject, startedAt));
    return {
      keep: async (record) => {
        // A store that failed at the start may have recovered by now.
        id ??= await this.#attempt('begin', () => this.#store.begin(subject, startedAt));
        const begun = id;
        if (begun !== null) {
          const trace = await this.#attempt('append', () => this.#store.append(begun, record, this.#observe));
          if (trace !== null) {
            id = null;
            for (const tell of this.#listeners) tell();
            return { trace, stored: this.problem === null };
          }
        }
        return { trace: { ...record, id: Number.MAX_SAFE_INTEGER, pathId: '' }, stored: false };
      },
      drop: async () => {
        const begun = id;
        id = null;
        if (begun !== null) await this.#attempt('discard', () => this.#store.discard(begun));
      },
    };
  }

  /** A trace is worth more than what is found in it: a fault in the analysis does not lose it. */
  readonly #observe: Observe = (trace, baseline, conditions) => {
    try {
      return observe(trace, baseline, conditions);
    } catch (error) {
      this.#log.error(
        { err: error, trace: trace.id },
        'a trace could not be analysed; it is stored all the same',
      );
      return { changes: [], conditions };
    }
  };

  async #attempt<T>(verb: string, work: () => Promise<T>): Promise<T | null> {
    try {
      const result = await work();
      this.#problem = null;
      return result;
    } catch (error) {
      this.#failures += 1;
      this.#problem = `Traces are not being stored: ${error instanceof Error ? error.message : String(error)}`;
      this.#log.error({ err: error, verb }, 'the store failed; traces go on without it');
      return null;
    }
  }
}
