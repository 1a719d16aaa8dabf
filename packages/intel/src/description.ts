/** What is known about one address. All of it is read-only: records are shared between callers. */
export interface Description {
  readonly address: string;
  /**
   * Set for special-purpose space (private, shared, documentation, …), which is never looked up in a database
   * unless it is globally reachable. Where an IPv4 address is embedded, `place`, `network` and `threats` are its.
   */
  readonly special: Special | null;
  readonly place: Place | null;
  readonly network: Network | null;
  /** Every listing that covers the address, longest prefix first. */
  readonly threats: readonly Threat[];
}

/** An IANA special-purpose block. */
export interface Special {
  /** One word for programs: `private`, `shared`, `loopback`, `link-local`, `documentation`, `multicast`, … */
  readonly kind: string;
  /** The registry's name of the block, `Private-Use`. */
  readonly name: string;
  readonly prefix: string;
  /** `RFC 1918`. */
  readonly rfc: string;
  /** The registry's column: packets may be sent there across the Internet. */
  readonly globallyReachable: boolean;
  /** The IPv4 address inside a v4-mapped, NAT64, 6to4 or Teredo one. */
  readonly embedded: string | null;
}

export interface Place {
  readonly city: string | null;
  readonly subdivisions: readonly string[];
  /** English name; other languages by `countryCode` through `Intl.DisplayNames`. */
  readonly country: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly countryCode: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly radiusKm: number | null;
  /** IANA time zone. */
  readonly timezone: string | null;
  /** Name of the database, as in `Source.name`. */
  readonly source: string;
}

export interface Network {
  readonly asn: number;
  readonly name: string;
  /** The announced prefix where the database knows it. */
  readonly prefix: string | null;
  readonly source: string;
}

export interface Threat {
  /** `Spamhaus DROP`, `Spamhaus ASN-DROP`, `risky_ips.local.json`, … */
  readonly list: string;
  /** The listed prefix, or `AS64500`. */
  readonly prefix: string;
  readonly reason: string;
  /** Spamhaus' number of the listing. */
  readonly sblId: string | null;
  /** ISO date of the list that says so. */
  readonly listedAt: string | null;
}

/** A database or list in use, or one that should be and is not. */
export interface Source {
  readonly name: string;
  readonly kind: 'place' | 'network' | 'threats';
  /** ISO 8601 date of the data; null when unknown. */
  readonly updatedAt: string | null;
  readonly entries: number | null;
  /** Credit that must be shown wherever the data is. */
  readonly attribution: string;
  readonly url: string | null;
  /** `not-fetched`: lists that no update was made for yet, which is nothing wrong; said once for all of them. */
  readonly state: 'in-use' | 'missing' | 'not-fetched';
  /** One sentence, also where something is in use but newer data was refused; null when nothing is wrong. */
  readonly problem: string | null;
}
