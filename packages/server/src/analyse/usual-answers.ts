import type { HopDigest, TraceDigest } from './digest.js';

/** Probes, and how many of them were not answered. */
export interface Tally {
  readonly sent: number;
  readonly missing: number;
}

/** Misses for no reason at all; what is usual is never taken for less. */
const STRAY = 0.003;
/** A router of which little is known is taken for one like the others at its place: as after so many probes. */
const ALIKE = 6;
/** What is known of silence before any trace: one tenth of one. */
const SILENT = 0.1;

/** How the hops at one TTL answered in some earlier traces. */
export class UsualAnswers {
  readonly #routers = new Map<string, Counted>();
  #traces = 0;
  #silences = 0;
  /** Of all that did answer. */
  readonly all: Tally;

  constructor(traces: readonly TraceDigest[], ttl: number) {
    const all: Counted = { sent: 0, missing: 0 };
    // Mostly it is the same router in all of them.
    let router: string | null = null;
    let own = all;
    for (const { hops, firstTtl } of traces) {
      const hop = hops[ttl - firstTtl];
      if (hop === undefined || hop.sent === 0) continue;
      this.#traces += 1;
      if (hop.received === 0) {
        this.#silences += 1;
        continue;
      }
      count(all, hop);
      if (hop.address === null) continue;
      if (hop.address !== router) {
        router = hop.address;
        own = this.#of(router);
      }
      count(own, hop);
    }
    this.all = all;
  }

  #of(address: string): Counted {
    const known = this.#routers.get(address);
    if (known !== undefined) return known;
    const none = { sent: 0, missing: 0 };
    this.#routers.set(address, none);
    return none;
  }

  /** Share that whoever answers there misses, or the router with that address. */
  shareOf(address: string | null = null): number {
    const { sent, missing } = this.all;
    const share = Math.max(STRAY, missing / Math.max(1, sent));
    const own = address === null ? undefined : this.#routers.get(address);
    return own === undefined ? share : Math.max(STRAY, (own.missing + ALIKE * share) / (own.sent + ALIKE));
  }

  /** Share of traces in which nobody answered there, while somebody behind did. */
  get silence(): number {
    return (this.#silences + SILENT) / (this.#traces + 1);
  }
}

/** A tally that is being made. */
type Counted = { -readonly [field in keyof Tally]: Tally[field] };

function count(tally: Counted, { sent, received }: HopDigest): void {
  tally.sent += sent;
  tally.missing += sent - received;
}

export function tallyOf({ sent, received }: HopDigest): Tally {
  return { sent, missing: sent - received };
}

export function sum(a: Tally, b: Tally): Tally {
  return { sent: a.sent + b.sent, missing: a.missing + b.missing };
}
