import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { specialOf } from '@locator/intel';

/** Says of an address whether it may be traced. */
export type Permission = (address: string) => boolean;

/**
 * `any` permits everything. `public` permits what is neither special-purpose space (private, loopback,
 * documentation, …) nor one of `own`: a public server must not be a way into its own network.
 */
export function permission(
  targets: 'any' | 'public',
  own: () => readonly string[] = ownAddresses,
): Permission {
  if (targets === 'any') return () => true;
  return (address) => specialOf(address) === null && !listed(address, own());
}

/** Compared as numbers, for an address has many spellings. */
function listed(address: string, list: readonly string[]): boolean {
  const block = new BlockList();
  for (const entry of list) block.addAddress(entry, familyOf(entry));
  return block.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}

/** The addresses that this machine's interfaces have now, without zones. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all) =>
    all!.map(({ address }) => address.split('%')[0]!),
  );
}
