import type { Description, Threat } from '@locator/intel';
import type { PathRecord } from '../path-record.js';

/** An address of the path that is on a block list. */
export interface Listing {
  readonly address: string;
  /** First TTL it answered at; null for a destination that did not answer. */
  readonly ttl: number | null;
  readonly role: 'destination' | 'transit';
  /** Whether the address itself is listed, or all of the network it is in. */
  readonly kind: 'prefix' | 'as';
  readonly threat: Threat;
}

/** Each address with each of its listings once, in path order; the silent destination last. */
export function listingsOf(trace: PathRecord): Listing[] {
  const answered = trace.hops.filter(({ hop }) => hop.destination).map(({ hop }) => hop.address);
  const destinations = new Set([trace.address, ...answered]);
  const listings = new Map<string, Listing>();
  const note = (about: Description | null | undefined, ttl: number | null) => {
    for (const threat of about?.threats ?? []) {
      const { address } = about!;
      const key = `${address} ${threat.list} ${threat.prefix}`;
      if (listings.has(key)) continue;
      const role = destinations.has(address) ? 'destination' : 'transit';
      listings.set(key, { address, ttl, role, kind: isAs(threat) ? 'as' : 'prefix', threat });
    }
  };
  for (const { hop, about } of trace.hops) note(about, hop.ttl);
  note(trace.about, null);
  return [...listings.values()];
}

function isAs({ prefix }: Threat): boolean {
  return /^AS\d+$/i.test(prefix);
}
