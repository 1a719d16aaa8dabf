import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Clock } from '@locator/probe';
import { openMemoryStore } from './memory-store.js';
import type { Store } from './store.js';
import { StoreError } from './store-error.js';
import type { Observe, Page, PathRecord, Retention, StoredTrace, Subject } from './trace-store.js';

/** Numbers of traces in memory: above every one on a disk. */
const FIRST_ID = 2 ** 40;

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

interface Standby {
  /** Opens the store on the disk; rejects with what stands in the way. */
  readonly open: () => Promise<Store>;
  readonly clock: Clock;
  /** The sentence for people about it. */
  readonly say: (error: unknown) => string;
}

/**
 * The store that `open` opens. Where that fails, traces are kept in memory and everything else fails as the opening
 * did, while it is tried again on the clock, later and later. Once it succeeds, the traces of the meantime are
 * stored as if they were made now, and all goes on on the disk.
 */
export async function openStandbyStore(standby: Standby): Promise<Store> {
  try {
    return await standby.open();
  } catch (error) {
    return new StandbyStore(standby, await openMemoryStore({ firstId: FIRST_ID }), error);
  }
}

class StandbyStore implements Store {
  readonly events = following(() => this.#opened().events);
  readonly monitors = following(() => this.#opened().monitors);
  readonly webhooks = following(() => this.#opened().webhooks);
  readonly #standby: Standby;
  readonly #memory: Store;
  /** Traces in memory that are still to be stored, oldest first. */
  readonly #waiting: { readonly id: number; readonly observe: Observe | undefined }[] = [];
  #disk: Store | null = null;
  #error: unknown;
  #cancel = () => {};
  #closed = false;

  constructor(standby: Standby, memory: Store, error: unknown) {
    this.#standby = standby;
    this.#memory = memory;
    this.#error = error;
    this.#tryIn(FIRST_RETRY_MS);
  }

  get problem(): string | null {
    return this.#disk === null ? this.#standby.say(this.#error) : (this.#disk.problem ?? null);
  }

  get #traces(): Store {
    return this.#disk ?? this.#memory;
  }

  #opened(): Store {
    if (this.#disk !== null) return this.#disk;
    throw this.#error instanceof StoreError ? this.#error : new StoreError('STORE_UNREACHABLE');
  }

  #tryIn(ms: number): void {
    const { clock } = this.#standby;
    this.#cancel = clock.at(clock.now() + ms, () => this.#try(Math.min(2 * ms, LONGEST_RETRY_MS)));
  }

  async #try(nextMs: number): Promise<void> {
    let disk: Store | null = null;
    try {
      disk = await this.#standby.open();
      await this.#moveTo(disk);
    } catch (error) {
      this.#error = error;
      await disk?.close();
      if (!this.#closed) this.#tryIn(nextMs);
    }
  }

  async #moveTo(disk: Store): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined && !this.#closed; next = this.#waiting[0]) {
      const trace = await this.#memory.trace(next.id);
      // Memory forgets the oldest when there are too many.
      if (trace !== null) {
        const { id, pathId, ...record } = trace;
        await disk.append(await disk.begin(record, record.startedAt), record, next.observe);
      }
      this.#waiting.shift();
      await yieldToOthers();
    }
    // At once after there is none left, so that none comes between.
    if (this.#closed) await disk.close();
    else this.#disk = disk;
  }

  begin(subject: Subject, startedAt: number): Promise<number> {
    return this.#traces.begin(subject, startedAt);
  }

  async append(id: number, record: PathRecord, observe?: Observe): Promise<StoredTrace> {
    if (this.#disk === null) {
      const trace = await this.#memory.append(id, record, observe);
      if (this.#disk === null) {
        this.#waiting.push({ id, observe });
        return trace;
      }
    }
    // Begun in memory, and the disk has come meanwhile.
    const known = id < FIRST_ID ? id : await this.#opened().begin(record, record.startedAt);
    return this.#opened().append(known, record, observe);
  }

  async appendAll(records: readonly PathRecord[]): Promise<void> {
    await this.#opened().appendAll(records);
  }

  discard(id: number): Promise<void> {
    return this.#traces.discard(id);
  }

  find(target: string, page?: Page) {
    return this.#traces.find(target, page);
  }

  recent(page?: Page) {
    return this.#traces.recent(page);
  }

  latest(subject: Partial<Subject> & { target: string }, notBefore: number) {
    return this.#traces.latest(subject, notBefore);
  }

  earlier(subject: Subject, beforeId: number, limit: number) {
    return this.#traces.earlier(subject, beforeId, limit);
  }

  trace(id: number) {
    return this.#traces.trace(id);
  }

  baseline(trace: StoredTrace) {
    return this.#traces.baseline(trace);
  }

  prune(retention: Retention) {
    return this.#traces.prune(retention);
  }

  counts() {
    return this.#traces.counts();
  }

  async backup(path: string): Promise<void> {
    await this.#opened().backup(path);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#memory.close();
    await this.#disk?.close();
  }
}

/** The methods, all asynchronous, of whatever `now` gives when they are called. */
function following<T extends object>(now: () => T): T {
  return new Proxy({} as T, {
    get:
      (_, name) =>
      async (...args: unknown[]) => {
        const target = now();
        return Reflect.apply(Reflect.get(target, name) as (...args: unknown[]) => unknown, target, args);
      },
  });
}
