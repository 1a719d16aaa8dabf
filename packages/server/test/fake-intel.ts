import type { Description, Intel, Source } from '@locator/intel';

export interface FakeIntelOptions {
  readonly known?: readonly Description[];
  readonly hostname?: (address: string) => Promise<string | null>;
  readonly sources?: readonly Source[];
  readonly update?: Intel['update'];
}

/** Knows the addresses that a test names and nothing else. */
export function fakeIntel({ known = [], hostname, sources = [], update }: FakeIntelOptions = {}): Intel {
  const byAddress = new Map(known.map((about) => [about.address, about]));
  const nothing = (address: string): Description => ({
    address,
    special: null,
    place: null,
    network: null,
    threats: [],
  });
  const enrich = (address: string) => byAddress.get(address) ?? nothing(address);
  const noReport = { startedAt: new Date(0).toISOString(), lists: [], added: 0, removed: 0 };
  return {
    enrich,
    enrichAll: (addresses) => Array.from(addresses, enrich),
    hostname: hostname ?? (async () => null),
    sources: () => sources,
    update: update ?? (async () => noReport),
    lastUpdate: async () => null,
    reload: async () => false,
    close: async () => {},
  };
}
