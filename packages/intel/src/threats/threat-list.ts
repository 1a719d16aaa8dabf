import type { Prefix } from '../address/prefix.js';
import type { Threat } from '../description.js';

export interface PrefixListing {
  readonly prefix: Prefix;
  readonly threat: Threat;
}

export interface AsListing {
  readonly asn: number;
  readonly threat: Threat;
}

/** One block list, as read. A listing that occurs twice is in it once. */
export interface ThreatList {
  readonly prefixes: readonly PrefixListing[];
  readonly systems: readonly AsListing[];
  /** Lines, or members, that should be listings: readable or not, repeated or not. */
  readonly lines: number;
  /** The first of those that could not be read, cut short, and how many there were. */
  readonly unreadable: { readonly count: number; readonly first: string | null };
  /** How many lines the list itself says it has; null when it does not say, as when its end is missing. */
  readonly records: number | null;
  /** When the list was made, ISO 8601. */
  readonly timestamp: string | null;
  /** Whose it is, in its own words. */
  readonly copyright: string | null;
}

/** The phrase that stands for "on this list" in `risky_ips.json` and as a threat's reason. */
export function listedOn(list: string): string {
  return `${list} listed`;
}

/** Collects the listings of one list, each once. */
export class ListBuilder {
  readonly #prefixes = new Map<string, PrefixListing>();
  readonly #systems = new Map<number, AsListing>();
  #lines = 0;
  #unreadable = 0;
  #first: string | null = null;

  prefix(prefix: Prefix, threat: Omit<Threat, 'prefix'>): void {
    this.#lines += 1;
    if (this.#prefixes.has(prefix.text)) return;
    this.#prefixes.set(prefix.text, { prefix, threat: Object.freeze({ ...threat, prefix: prefix.text }) });
  }

  system(asn: number, threat: Omit<Threat, 'prefix'>): void {
    this.#lines += 1;
    if (this.#systems.has(asn)) return;
    this.#systems.set(asn, { asn, threat: Object.freeze({ ...threat, prefix: `AS${asn}` }) });
  }

  unreadable(line: string): void {
    this.#lines += 1;
    this.#unreadable += 1;
    this.#first ??= line.length > 60 ? `${line.slice(0, 60)}…` : line;
  }

  list(about: Pick<ThreatList, 'records' | 'timestamp' | 'copyright'>): ThreatList {
    return {
      prefixes: [...this.#prefixes.values()],
      systems: [...this.#systems.values()],
      lines: this.#lines,
      unreadable: { count: this.#unreadable, first: this.#first },
      ...about,
    };
  }
}
