import type { PathRecord } from '../path-record.js';
import { pathId } from './path-id.js';
import { MOST_TARGETS } from './queries.js';
import { StoreError } from './store-error.js';
import { isAddress, isWithin, targetName } from './target-name.js';
import type { Page, StoredTrace, Subject, TargetTraces, TraceStore } from './trace-store.js';

interface Entry {
  /** As `targetName` gives it. */
  readonly name: string;
  readonly address: string;
  readonly trace: StoredTrace;
}

export interface MemoryStoreOptions {
  /** The oldest are forgotten beyond this many (default 2,000). */
  readonly maxTraces?: number;
}

/**
 * A store that keeps traces for as long as the process lives: for tests, and for when the disk cannot be
 * used. Acknowledged means as durable as that.
 */
export async function openMemoryStore(options: MemoryStoreOptions = {}): Promise<TraceStore> {
  return new MemoryStore(options.maxTraces ?? 2000);
}

class MemoryStore implements TraceStore {
  readonly #maxTraces: number;
  readonly #begun = new Map<number, string>();
  /** Oldest first, by start. */
  #entries: Entry[] = [];
  #lastId = 0;
  #open = true;

  constructor(maxTraces: number) {
    this.#maxTraces = maxTraces;
  }

  async begin({ target }: Subject, _startedAt: number): Promise<number> {
    this.#requireOpen();
    this.#begun.set(++this.#lastId, targetName(target));
    return this.#lastId;
  }

  async append(id: number, record: PathRecord): Promise<StoredTrace> {
    this.#requireOpen();
    const name = this.#begun.get(id);
    if (name === undefined) throw new StoreError('TRACE_UNKNOWN', String(id));
    this.#begun.delete(id);
    const trace = { ...record, id, pathId: pathId(record.hops) };
    const later = this.#entries.findLastIndex((entry) => isBefore(entry.trace, trace)) + 1;
    this.#entries.splice(later, 0, { name, address: targetName(record.address), trace });
    if (this.#entries.length > this.#maxTraces) this.#entries.shift();
    return trace;
  }

  async discard(id: number): Promise<void> {
    this.#requireOpen();
    this.#begun.delete(id);
  }

  async find(target: string, page: Page = {}): Promise<readonly TargetTraces[]> {
    const name = targetName(target);
    return this.#grouped(page, (entry) =>
      isAddress(name) ? entry.address === name : isWithin(entry.name, name),
    );
  }

  async recent(page: Page = {}): Promise<readonly TargetTraces[]> {
    return this.#grouped(page, () => true);
  }

  async latest(
    { target, protocol, family }: Partial<Subject> & { target: string },
    notBefore: number,
  ): Promise<StoredTrace | null> {
    this.#requireOpen();
    const name = targetName(target);
    const found = this.#entries.findLast(
      ({ name: stored, trace }) =>
        stored === name &&
        trace.startedAt >= notBefore &&
        trace.end !== 'aborted' &&
        (protocol === undefined || trace.protocol === protocol) &&
        (family === undefined || trace.family === family),
    );
    return found?.trace ?? null;
  }

  async earlier(
    { target, protocol, family }: Subject,
    beforeId: number,
    limit: number,
  ): Promise<readonly StoredTrace[]> {
    this.#requireOpen();
    const name = targetName(target);
    return this.#entries
      .filter(
        ({ name: stored, trace }) =>
          stored === name && trace.protocol === protocol && trace.family === family && trace.id < beforeId,
      )
      .map(({ trace }) => trace)
      .sort((a, b) => b.id - a.id)
      .slice(0, limit);
  }

  async prune(before: number): Promise<number> {
    this.#requireOpen();
    const kept = this.#entries.filter(({ trace }) => trace.startedAt >= before);
    const removed = this.#entries.length - kept.length;
    this.#entries = kept;
    return removed;
  }

  async counts(): Promise<{ traces: number; targets: number; interrupted: number }> {
    this.#requireOpen();
    const targets = new Set(this.#entries.map(({ name }) => name));
    return { traces: this.#entries.length, targets: targets.size, interrupted: 0 };
  }

  async close(): Promise<void> {
    this.#open = false;
    this.#entries = [];
    this.#begun.clear();
  }

  /** Targets in the order of their newest trace, each with its traces of the page. */
  #grouped(
    { limit = 20, before = Infinity, after = -Infinity }: Page,
    wanted: (entry: Entry) => boolean,
  ): readonly TargetTraces[] {
    this.#requireOpen();
    const groups = new Map<string, StoredTrace[]>();
    for (const entry of this.#entries.toReversed()) {
      const traces = groups.get(entry.name) ?? [];
      groups.set(entry.name, traces);
      if (!wanted(entry)) continue;
      const { startedAt } = entry.trace;
      if (startedAt < before && startedAt > after && traces.length < limit) traces.push(entry.trace);
    }
    return [...groups]
      .filter(([, traces]) => traces.length > 0)
      .slice(0, MOST_TARGETS)
      .map(([target, traces]) => ({ target, traces }));
  }

  #requireOpen(): void {
    if (!this.#open) throw new StoreError('STORE_CLOSED');
  }
}

function isBefore(a: StoredTrace, b: StoredTrace): boolean {
  return a.startedAt === b.startedAt ? a.id < b.id : a.startedAt < b.startedAt;
}
