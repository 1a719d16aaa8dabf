import type { Description, Intel } from '@locator/intel';

/** What goes along with an address. */
export interface Named {
  readonly description: Description;
  readonly hostname: string | null;
}

/** More addresses than a path has in days; beyond them all are forgotten. */
const MOST = 4096;

/**
 * Knows addresses that are asked for again and again: an address's name is looked up when it is asked for first,
 * and is there from some later time on; nobody waits for it.
 */
export function addressBook(
  intel: Pick<Intel, 'enrich' | 'hostname'>,
  { names }: { readonly names: boolean },
): (address: string) => Named {
  const hostnames = new Map<string, string | null>();
  return (address) => {
    if (names && !hostnames.has(address)) {
      if (hostnames.size >= MOST) hostnames.clear();
      hostnames.set(address, null);
      // A name server's failure is no name.
      intel.hostname(address).then(
        (name) => hostnames.set(address, name),
        () => {},
      );
    }
    return { description: intel.enrich(address), hostname: hostnames.get(address) ?? null };
  };
}
