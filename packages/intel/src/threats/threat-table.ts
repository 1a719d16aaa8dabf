import type { Address } from '../address/parse-address.js';
import { PrefixTable } from '../address/prefix-table.js';
import type { Threat } from '../description.js';
import type { PrefixListing, ThreatList } from './threat-list.js';

/** All lists as one, for look-ups. */
export class ThreatTable {
  readonly #prefixes: PrefixTable<Threat>;
  readonly #systems = new Map<number, Threat>();

  /** Where two of `lists` have the same prefix of the same list, the first one's word holds. */
  constructor(lists: Iterable<Pick<ThreatList, 'prefixes' | 'systems'>>) {
    const listings = new Map<string, PrefixListing>();
    for (const { prefixes, systems } of lists) {
      for (const listing of prefixes) {
        const key = `${listing.prefix.text} ${listing.threat.list}`;
        if (!listings.has(key)) listings.set(key, listing);
      }
      for (const { asn, threat } of systems) {
        if (!this.#systems.has(asn)) this.#systems.set(asn, threat);
      }
    }
    this.#prefixes = new PrefixTable(
      Array.from(listings.values(), ({ prefix, threat }) => [prefix, threat] as const),
    );
  }

  /** Every listing that covers the address, longest prefix first; by text, for those who have no numbers. */
  match(address: string): readonly Threat[] {
    return this.#prefixes.match(address);
  }

  matchAddress({ family, words }: Address): readonly Threat[] {
    return family === 4 ? this.#prefixes.match4(words[3]!) : this.#prefixes.match6(words);
  }

  matchSystem(asn: number): Threat | null {
    return this.#systems.get(asn) ?? null;
  }
}
