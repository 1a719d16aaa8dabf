import { formatIPv4, formatIPv6 } from './address/format-address.js';
import { type Address, parseAddress } from './address/parse-address.js';
import { BoundedCache } from './bounded-cache.js';
import type { Description, Network, Place, Threat } from './description.js';
import { specialAt } from './special.js';

/** What an address is looked up in. */
export interface Knowledge {
  place(address: Address, text: string): Place | null;
  network(address: Address, text: string): Network | null;
  /** Listings of prefixes that cover the address, longest first. */
  threats(address: Address): readonly Threat[];
  threatOf(asn: number): Threat | null;
}

/** Descriptions kept. Some 500 bytes each, less where they share their parts. */
const CACHED = 20_000;

const NO_THREATS: readonly never[] = Object.freeze([]);

/** Describes addresses, and remembers the answers until what they rest on changes. */
export class Enricher {
  readonly #knowledge: Knowledge;
  readonly #cache = new BoundedCache<string, Description>(CACHED / 2);

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  /** Total: text that is no address has nothing known about it. */
  enrich(text: string): Description {
    return this.#cache.get(text) ?? this.#describe(text);
  }

  forget(): void {
    this.#cache.clear();
  }

  #describe(text: string): Description {
    const parsed = typeof text === 'string' ? parseAddress(text) : null;
    if (parsed === null) return unknown(text);
    const special = specialAt(parsed);
    const inside = special?.embedded ?? null;
    const address = inside === null ? parsed : parseAddress(inside)!;

    let place: Place | null = null;
    let network: Network | null = null;
    // An embedded address is looked up when it may be looked up itself.
    const closed = inside === null ? special : specialAt(address);
    if (closed === null || closed.globallyReachable) {
      const plain = address.family === 4 ? formatIPv4(address.words[3]!) : formatIPv6(address.words);
      place = this.#knowledge.place(address, plain);
      network = this.#knowledge.network(address, plain);
    }
    const threats = this.#threats(parsed, inside === null ? null : address, network);
    const description = Object.freeze({ address: text, special, place, network, threats });
    this.#cache.set(text, description);
    return description;
  }

  #threats(address: Address, inside: Address | null, network: Network | null): readonly Threat[] {
    const own = this.#knowledge.threats(address);
    const embedded = inside === null ? NO_THREATS : this.#knowledge.threats(inside);
    const system = network === null ? null : this.#knowledge.threatOf(network.asn);
    if (embedded.length === 0 && system === null) return own;
    return Object.freeze([...embedded, ...own, ...(system === null ? [] : [system])]);
  }
}

function unknown(address: string): Description {
  return Object.freeze({ address, special: null, place: null, network: null, threats: NO_THREATS });
}
