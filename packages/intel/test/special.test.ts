import { SocketAddress } from 'node:net';
import t from 'tap';
import { parsePrefix } from '../src/address/prefix.js';
import { specialOf } from '../src/special.js';
import { textOf } from './random-prefixes.js';

/** Block, kind, and whether the registry says globally reachable. Written down apart from the table in src. */
const blocks: readonly (readonly [string, string, boolean])[] = [
  ['0.0.0.0/8', 'this-network', false],
  ['0.0.0.0/32', 'this-network', false],
  ['10.0.0.0/8', 'private', false],
  ['100.64.0.0/10', 'shared', false],
  ['127.0.0.0/8', 'loopback', false],
  ['169.254.0.0/16', 'link-local', false],
  ['172.16.0.0/12', 'private', false],
  ['192.0.0.0/24', 'protocol', false],
  ['192.0.0.0/29', 'protocol', false],
  ['192.0.0.8/32', 'dummy', false],
  ['192.0.0.9/32', 'anycast', true],
  ['192.0.0.10/32', 'anycast', true],
  ['192.0.0.170/32', 'nat64', false],
  ['192.0.0.171/32', 'nat64', false],
  ['192.0.2.0/24', 'documentation', false],
  ['192.31.196.0/24', 'as112', true],
  ['192.52.193.0/24', 'amt', true],
  ['192.88.99.0/24', '6to4', false],
  ['192.88.99.2/32', 'anycast', false],
  ['192.168.0.0/16', 'private', false],
  ['192.175.48.0/24', 'as112', true],
  ['198.18.0.0/15', 'benchmarking', false],
  ['198.51.100.0/24', 'documentation', false],
  ['203.0.113.0/24', 'documentation', false],
  ['224.0.0.0/4', 'multicast', false],
  ['240.0.0.0/4', 'reserved', false],
  ['255.255.255.255/32', 'broadcast', false],
  ['::1/128', 'loopback', false],
  ['::/128', 'unspecified', false],
  ['::ffff:0:0/96', 'v4-mapped', false],
  ['64:ff9b::/96', 'nat64', true],
  ['64:ff9b:1::/48', 'nat64', false],
  ['100::/64', 'discard', false],
  ['100:0:0:1::/64', 'dummy', false],
  ['2001::/23', 'protocol', false],
  ['2001::/32', 'teredo', false],
  ['2001:1::1/128', 'anycast', true],
  ['2001:1::2/128', 'anycast', true],
  ['2001:1::3/128', 'anycast', true],
  ['2001:2::/48', 'benchmarking', false],
  ['2001:3::/32', 'amt', true],
  ['2001:4:112::/48', 'as112', true],
  ['2001:10::/28', 'orchid', false],
  ['2001:20::/28', 'orchid', true],
  ['2001:30::/28', 'drone-id', true],
  ['2001:db8::/32', 'documentation', false],
  ['2002::/16', '6to4', false],
  ['2620:4f:8000::/48', 'as112', true],
  ['3fff::/20', 'documentation', false],
  ['5f00::/16', 'srv6', false],
  ['fc00::/7', 'unique-local', false],
  ['fe80::/10', 'link-local', false],
  ['ff00::/8', 'multicast', false],
];

const ranges = blocks.map(([text, kind, global]) => {
  const { family, words, length } = parsePrefix(text)!;
  const bits = family === 4 ? 32n : 128n;
  const first = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
  return {
    text,
    kind,
    global,
    family,
    length,
    bits,
    first,
    last: first + (1n << (bits - BigInt(length))) - 1n,
  };
});

t.test('first, last and neighbouring addresses of every block', async (t) => {
  for (const block of ranges) {
    for (const at of [block.first - 1n, block.first, block.last, block.last + 1n]) {
      if (at < 0n || at >> block.bits !== 0n) continue;
      const address = textOf(at, block.family);
      const expected = ranges
        .filter(({ family, first, last }) => family === block.family && first <= at && at <= last)
        .sort((a, b) => b.length - a.length)[0];
      const special = specialOf(address);
      t.equal(special?.prefix, expected?.text, `${address}, at ${block.text}`);
      t.equal(special?.kind, expected?.kind);
      // NAT64 of an address that is not global itself is no way to anywhere.
      if (expected?.text !== '64:ff9b::/96') t.equal(special?.globallyReachable, expected?.global);
    }
  }
});

t.test('every block has a name and an RFC', async (t) => {
  for (const { first, family } of ranges) {
    const special = specialOf(textOf(first, family))!;
    t.match(special.name, /\w/);
    t.match(special.rfc, /^RFC \d{3,4}$/);
    t.ok(Object.isFrozen(special));
  }
});

t.test('ordinary addresses and text that is no address', async (t) => {
  for (const text of [
    '8.8.8.8',
    '1.1.1.1',
    '223.255.255.255',
    '2600::',
    '2a00:1450:4001:800::200e',
    '2001:4860:4860::8888',
  ]) {
    t.equal(specialOf(text), null, text);
  }
  for (const text of ['', 'localhost', '10.0.0', '10.0.0.0/8', '127.1']) t.equal(specialOf(text), null, text);
});

t.test('IPv4 inside IPv6', async (t) => {
  t.match(specialOf('::ffff:8.8.8.8'), { kind: 'v4-mapped', embedded: '8.8.8.8', globallyReachable: false });
  t.match(specialOf('64:ff9b::808:808'), { kind: 'nat64', embedded: '8.8.8.8', globallyReachable: true });
  t.match(specialOf('64:ff9b::10.0.0.1'), { kind: 'nat64', embedded: '10.0.0.1', globallyReachable: false });
  t.match(specialOf('64:ff9b::192.0.0.9'), { embedded: '192.0.0.9', globallyReachable: true });
  t.match(specialOf('64:ff9b:1::808:808'), { kind: 'nat64', embedded: null });
  t.match(specialOf('2002:808:808::1'), { kind: '6to4', embedded: '8.8.8.8' });
  t.match(specialOf('2002:ffff:ffff::1'), { embedded: '255.255.255.255' });
  // RFC 4380 section 4's layout: server 65.54.227.120, client 192.0.2.45 behind its NAT.
  t.match(specialOf('2001:0:4136:e378:8000:63bf:3fff:fdd2'), { kind: 'teredo', embedded: '192.0.2.45' });
  t.equal(specialOf(new SocketAddress({ address: '::1', family: 'ipv6' }).address)?.embedded, null);
});
