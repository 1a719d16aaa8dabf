import { Resolver } from 'node:dns/promises';
import { BoundedCache } from '../bounded-cache.js';
import type { Clock } from '../clock.js';
import { hostnameOf } from './hostname.js';

export interface ReverseOptions {
  readonly clock: Clock;
  /** `address` or `address:port`; empty for the system's own. */
  readonly nameServers: readonly string[];
  /** Milliseconds after which a look-up counts as failed. */
  readonly timeoutMs: number;
}

/** Look-ups under way at once, and waiting: a trace asks for some dozens. Beyond that the answer is null. */
const MOST_RUNNING = 16;
const MOST_WAITING = 1024;
const CACHED = 20_000;

/** How long an answer holds, in milliseconds: a name, no name, and a server that did not answer. */
const NAME_HOLDS = 3_600_000;
const NO_NAME_HOLDS = 600_000;
const FAILURE_HOLDS = 30_000;

interface Cached {
  readonly name: string | null;
  readonly until: number;
}

/** Host names of addresses, by PTR records. Never fails: what cannot be told is null. */
export class ReverseLookup {
  readonly #resolver: Resolver;
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #cache = new BoundedCache<string, Cached>(CACHED / 2);
  readonly #asked = new Map<string, Promise<string | null>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #closed = false;

  constructor({ clock, nameServers, timeoutMs }: ReverseOptions) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    // Two tries within the time: c-ares doubles the time-out for the second.
    this.#resolver = new Resolver({ timeout: Math.max(1, Math.floor(timeoutMs / 3)), tries: 2 });
    if (nameServers.length > 0) this.#resolver.setServers([...nameServers]);
  }

  /** `address` is known to be one and has no zone. */
  hostname(address: string): Promise<string | null> {
    const cached = this.#cache.get(address);
    if (cached !== undefined && cached.until > this.#clock.now()) return Promise.resolve(cached.name);
    const asked = this.#asked.get(address);
    if (asked !== undefined) return asked;
    if (this.#closed || this.#waiting.length >= MOST_WAITING) return Promise.resolve(null);
    const answer = this.#ask(address).finally(() => this.#asked.delete(address));
    this.#asked.set(address, answer);
    return answer;
  }

  close(): void {
    this.#closed = true;
    this.#resolver.cancel();
    for (const go of this.#waiting.splice(0)) go();
  }

  async #ask(address: string): Promise<string | null> {
    if (this.#running >= MOST_RUNNING) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#closed) return null;
    this.#running += 1;
    try {
      const names = await this.#inTime(this.#resolver.reverse(address));
      const name = names.map(hostnameOf).find((name) => name !== null) ?? null;
      this.#keep(address, name, name === null ? NO_NAME_HOLDS : NAME_HOLDS);
      return name;
    } catch (error) {
      this.#keep(address, null, isNoName(error) ? NO_NAME_HOLDS : FAILURE_HOLDS);
      return null;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  #keep(address: string, name: string | null, holds: number): void {
    this.#cache.set(address, { name, until: this.#clock.now() + holds });
  }

  /** The resolver keeps to its own time-out only roughly, and tries each server in turn. */
  #inTime<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.at(this.#clock.now() + this.#timeoutMs, () => reject(new Error('time-out')));
      answer.then(resolve, reject).finally(cancel);
    });
  }
}

/** The server said that there is no name, as opposed to saying nothing. */
function isNoName(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return code === 'ENOTFOUND' || code === 'ENODATA';
}
