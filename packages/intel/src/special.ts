import { formatIPv4 } from './address/format-address.js';
import { type Address, parseAddress } from './address/parse-address.js';
import { parsePrefix } from './address/prefix.js';
import { PrefixTable } from './address/prefix-table.js';
import type { Special } from './description.js';

type Row = readonly [prefix: string, kind: string, name: string, rfc: string, reach?: 'global'];

/**
 * The IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190; as of October 2025) and, from
 * the registries of multicast addresses, the two multicast blocks. `global` is the registry's column "Globally
 * Reachable"; where that says N/A it does not count as reachable.
 */
const registry: readonly Row[] = [
  ['0.0.0.0/8', 'this-network', '"This network"', 'RFC 791'],
  ['0.0.0.0/32', 'this-network', '"This host on this network"', 'RFC 1122'],
  ['10.0.0.0/8', 'private', 'Private-Use', 'RFC 1918'],
  ['100.64.0.0/10', 'shared', 'Shared Address Space', 'RFC 6598'],
  ['127.0.0.0/8', 'loopback', 'Loopback', 'RFC 1122'],
  ['169.254.0.0/16', 'link-local', 'Link Local', 'RFC 3927'],
  ['172.16.0.0/12', 'private', 'Private-Use', 'RFC 1918'],
  ['192.0.0.0/24', 'protocol', 'IETF Protocol Assignments', 'RFC 6890'],
  ['192.0.0.0/29', 'protocol', 'IPv4 Service Continuity Prefix', 'RFC 7335'],
  ['192.0.0.8/32', 'dummy', 'IPv4 dummy address', 'RFC 7600'],
  ['192.0.0.9/32', 'anycast', 'Port Control Protocol Anycast', 'RFC 7723', 'global'],
  ['192.0.0.10/32', 'anycast', 'Traversal Using Relays around NAT Anycast', 'RFC 8155', 'global'],
  ['192.0.0.170/32', 'nat64', 'NAT64/DNS64 Discovery', 'RFC 8880'],
  ['192.0.0.171/32', 'nat64', 'NAT64/DNS64 Discovery', 'RFC 8880'],
  ['192.0.2.0/24', 'documentation', 'Documentation (TEST-NET-1)', 'RFC 5737'],
  ['192.31.196.0/24', 'as112', 'AS112-v4', 'RFC 7535', 'global'],
  ['192.52.193.0/24', 'amt', 'AMT', 'RFC 7450', 'global'],
  ['192.88.99.0/24', '6to4', 'Deprecated (6to4 Relay Anycast)', 'RFC 7526'],
  ['192.88.99.2/32', 'anycast', '6a44-relay anycast address', 'RFC 6751'],
  ['192.168.0.0/16', 'private', 'Private-Use', 'RFC 1918'],
  ['192.175.48.0/24', 'as112', 'Direct Delegation AS112 Service', 'RFC 7534', 'global'],
  ['198.18.0.0/15', 'benchmarking', 'Benchmarking', 'RFC 2544'],
  ['198.51.100.0/24', 'documentation', 'Documentation (TEST-NET-2)', 'RFC 5737'],
  ['203.0.113.0/24', 'documentation', 'Documentation (TEST-NET-3)', 'RFC 5737'],
  ['224.0.0.0/4', 'multicast', 'Multicast', 'RFC 5771'],
  ['240.0.0.0/4', 'reserved', 'Reserved', 'RFC 1112'],
  ['255.255.255.255/32', 'broadcast', 'Limited Broadcast', 'RFC 919'],

  ['::1/128', 'loopback', 'Loopback Address', 'RFC 4291'],
  ['::/128', 'unspecified', 'Unspecified Address', 'RFC 4291'],
  ['::ffff:0:0/96', 'v4-mapped', 'IPv4-mapped Address', 'RFC 4291'],
  ['64:ff9b::/96', 'nat64', 'IPv4-IPv6 Translat.', 'RFC 6052', 'global'],
  ['64:ff9b:1::/48', 'nat64', 'IPv4-IPv6 Translat.', 'RFC 8215'],
  ['100::/64', 'discard', 'Discard-Only Address Block', 'RFC 6666'],
  ['100:0:0:1::/64', 'dummy', 'Dummy IPv6 Prefix', 'RFC 9780'],
  ['2001::/23', 'protocol', 'IETF Protocol Assignments', 'RFC 2928'],
  ['2001::/32', 'teredo', 'TEREDO', 'RFC 4380'],
  ['2001:1::1/128', 'anycast', 'Port Control Protocol Anycast', 'RFC 7723', 'global'],
  ['2001:1::2/128', 'anycast', 'Traversal Using Relays around NAT Anycast', 'RFC 8155', 'global'],
  ['2001:1::3/128', 'anycast', 'DNS-SD Service Registration Protocol Anycast', 'RFC 9665', 'global'],
  ['2001:2::/48', 'benchmarking', 'Benchmarking', 'RFC 5180'],
  ['2001:3::/32', 'amt', 'AMT', 'RFC 7450', 'global'],
  ['2001:4:112::/48', 'as112', 'AS112-v6', 'RFC 7535', 'global'],
  ['2001:10::/28', 'orchid', 'Deprecated (previously ORCHID)', 'RFC 4843'],
  ['2001:20::/28', 'orchid', 'ORCHIDv2', 'RFC 7343', 'global'],
  ['2001:30::/28', 'drone-id', 'Drone Remote ID Protocol Entity Tags (DETs) Prefix', 'RFC 9374', 'global'],
  ['2001:db8::/32', 'documentation', 'Documentation', 'RFC 3849'],
  ['2002::/16', '6to4', '6to4', 'RFC 3056'],
  ['2620:4f:8000::/48', 'as112', 'Direct Delegation AS112 Service', 'RFC 7534', 'global'],
  ['3fff::/20', 'documentation', 'Documentation', 'RFC 9637'],
  ['5f00::/16', 'srv6', 'Segment Routing (SRv6) SIDs', 'RFC 9602'],
  ['fc00::/7', 'unique-local', 'Unique-Local', 'RFC 4193'],
  ['fe80::/10', 'link-local', 'Link-Local Unicast', 'RFC 4291'],
  ['ff00::/8', 'multicast', 'Multicast', 'RFC 4291'],
];

const table = new PrefixTable(
  registry.map(([text, kind, name, rfc, reach]) => {
    const prefix = parsePrefix(text)!;
    const special: Special = Object.freeze({
      kind,
      name,
      prefix: text,
      rfc,
      globallyReachable: reach === 'global',
      embedded: null,
    });
    return [prefix, special] as const;
  }),
);

/** The narrowest special-purpose block that holds `address`, or null: also for text that is no address. */
export function specialOf(address: string): Special | null {
  const parsed = parseAddress(address);
  return parsed === null ? null : specialAt(parsed);
}

/** The same for a parsed address. */
export function specialAt(address: Address): Special | null {
  const { family, words } = address;
  const special = (family === 4 ? table.match4(words[3]!) : table.match6(words))[0] ?? null;
  const inside = special === null ? null : embeddedIPv4(address, special.prefix);
  if (special === null || inside === null) return special;
  // RFC 6052 section 3.1: the well-known prefix must not carry IPv4 addresses that are not global.
  const behind = table.match4(inside)[0];
  const globallyReachable = special.globallyReachable && behind?.globallyReachable !== false;
  return Object.freeze({ ...special, globallyReachable, embedded: formatIPv4(inside) });
}

/** The 32 bits of the IPv4 address that `address`, in the block `prefix`, was made from; null for none. */
function embeddedIPv4({ words }: Address, prefix: string): number | null {
  switch (prefix) {
    case '::ffff:0:0/96': // RFC 4291 section 2.5.5.2
    case '64:ff9b::/96': // RFC 6052 section 2.2
      return words[3]!;
    case '2002::/16': // RFC 3056 section 2: the site's router, behind the 16 bits of the prefix
      return ((words[0]! << 16) | (words[1]! >>> 16)) >>> 0;
    case '2001::/32': // RFC 4380 section 4: the client as its NAT shows it, every bit inverted
      return ~words[3]! >>> 0;
    default:
      // In 64:ff9b:1::/48 the operator chooses where the IPv4 bits stand (RFC 8215): nothing to unwrap.
      return null;
  }
}
