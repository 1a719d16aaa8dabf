import type { Finding } from './judgement.js';
import type { Listing } from './listing.js';

/** A listed destination weighs more than a router on the way, a listed network less than the address itself. */
const severities = {
  destination: { prefix: 'critical', as: 'medium' },
  transit: { prefix: 'high', as: 'low' },
} as const;

/** `since` is when the path was traced: lists say themselves since when they have an entry. */
export function maliciousIps(listings: readonly Listing[], since: number): Finding[] {
  return listings.map(({ address, ttl, role, kind, threat }) => ({
    type: 'MaliciousIP',
    detail: sentence(address, kind, threat),
    hop: ttl,
    severity: severities[role][kind],
    confidence: 1,
    since,
    evidence: { address, role, kind, ...threat },
  }));
}

/** One sentence per address and list, however many of its entries cover the address. */
export function alerts(listings: readonly Listing[]): string[] {
  return [...new Set(listings.map(({ address, kind, threat }) => sentence(address, kind, threat)))];
}

function sentence(address: string, kind: Listing['kind'], { list, prefix }: Listing['threat']): string {
  const network = kind === 'as' ? `its network ${prefix} is ` : '';
  return `IP ${address} flagged as malicious: ${network}listed on ${list}`;
}
