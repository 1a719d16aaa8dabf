import { BlockList } from 'node:net';
import { Netmask } from 'netmask';
import t from 'tap';
import { parsePrefix } from '../../src/address/prefix.js';
import { PrefixTable } from '../../src/address/prefix-table.js';
import { randomAddress, randomPrefixes, within } from '../random-prefixes.js';
import { randomFrom, seedOf } from '../seed.js';

const table = (...prefixes: string[]) =>
  new PrefixTable(prefixes.map((text) => [parsePrefix(text)!, text] as const));

t.test('an empty table covers nothing', async (t) => {
  const empty = table();
  for (const address of ['0.0.0.0', '255.255.255.255', '::', 'ffff::', 'no address', ''])
    t.same(empty.match(address), []);
});

t.test('all nested prefixes, longest first', async (t) => {
  const nested = table(
    '10.0.0.0/8',
    '10.1.0.0/16',
    '10.1.2.0/24',
    '10.1.2.3',
    '10.1.2.0/24',
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/32',
  );
  t.same(nested.match('10.1.2.3'), [
    '10.1.2.3',
    '10.1.2.0/24',
    '10.1.2.0/24',
    '10.1.0.0/16',
    '10.0.0.0/8',
    '0.0.0.0/0',
  ]);
  t.same(nested.match('10.1.2.4'), ['10.1.2.0/24', '10.1.2.0/24', '10.1.0.0/16', '10.0.0.0/8', '0.0.0.0/0']);
  t.same(nested.match('10.255.255.255'), ['10.0.0.0/8', '0.0.0.0/0']);
  t.same(nested.match('255.255.255.255'), ['0.0.0.0/0']);
  t.same(nested.match('2001:db8::1'), ['2001:db8::/32', '::/0']);
  t.same(nested.match('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), ['::/0']);
});

t.test('blocks that touch, and the edges of the space', async (t) => {
  const edges = table(
    '0.0.0.0/32',
    '255.255.255.255/32',
    '192.0.2.0/25',
    '192.0.2.128/25',
    '::/128',
    'ffff::/16',
  );
  t.same(edges.match('0.0.0.0'), ['0.0.0.0/32']);
  t.same(edges.match('0.0.0.1'), []);
  t.same(edges.match('255.255.255.254'), []);
  t.same(edges.match('255.255.255.255'), ['255.255.255.255/32']);
  t.same(edges.match('192.0.2.127'), ['192.0.2.0/25']);
  t.same(edges.match('192.0.2.128'), ['192.0.2.128/25']);
  t.same(edges.match('192.0.3.0'), []);
  t.same(edges.match('::'), ['::/128']);
  t.same(edges.match('ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'), ['ffff::/16']);
});

/** How many addresses are compared with net.BlockList, and how many of them with netmask, which is slow. */
const ADDRESSES = 500_000;
const SCANNED = { 4: 1_000, 6: 5_000 } as const;

for (const [family, count] of [
  [4, 1700],
  [6, 90],
] as const) {
  t.test(`IPv${family}: agrees with net.BlockList and with a scan of netmasks`, async (t) => {
    const random = randomFrom(seedOf(t));
    const prefixes = randomPrefixes(random, family, count);
    const table = new PrefixTable(prefixes.map((prefix) => [prefix, prefix.text] as const));
    const list = new BlockList();
    for (const { text, length } of prefixes) list.addSubnet(text.split('/')[0]!, length, `ipv${family}`);
    const masks = prefixes.map(({ text }) => new Netmask(text));

    let covered = 0;
    const wrong: string[] = [];
    const check = (address: string, scan: boolean) => {
      const found = table.match(address);
      if (found.length > 0) covered += 1;
      if (found.length > 0 !== list.check(address, `ipv${family}`))
        wrong.push(`${address}: BlockList differs`);
      if (!scan) return;
      const expected = prefixes
        .filter((_, index) => masks[index]!.contains(address))
        .sort((a, b) => b.length - a.length)
        .map(({ text }) => text);
      if (String(found) !== String(expected)) wrong.push(`${address}: ${found} instead of ${expected}`);
    };
    for (let round = 0; round < ADDRESSES; round++) {
      const near = prefixes[Math.floor(random() * prefixes.length)]!;
      check(round % 2 === 0 ? within(random, near) : randomAddress(random, family), round < SCANNED[family]);
    }
    t.same(wrong.slice(0, 5), []);
    t.ok(covered > ADDRESSES / 20 && covered < ADDRESSES, `${covered} of ${ADDRESSES} were covered`);
  });
}
