import t from 'tap';
import { formatIPv6 } from '../../src/address/format-address.js';
import { parsePrefix, unmapped } from '../../src/address/prefix.js';
import { randomFrom, seedOf } from '../seed.js';

t.test('reads prefixes and single addresses, and clears host bits', async (t) => {
  t.equal(parsePrefix('192.0.2.0/24')?.text, '192.0.2.0/24');
  t.equal(parsePrefix('192.0.2.77/24')?.text, '192.0.2.0/24');
  t.equal(parsePrefix('192.0.2.77')?.text, '192.0.2.77/32');
  t.equal(parsePrefix('10.0.0.0/0')?.text, '0.0.0.0/0');
  t.equal(parsePrefix('2001:DB8:0:0::/32')?.text, '2001:db8::/32');
  t.equal(parsePrefix('2001:db8::1')?.text, '2001:db8::1/128');
  t.equal(parsePrefix('2001:db8::/0')?.text, '::/0');
  t.equal(parsePrefix('::ffff:10.0.0.1')?.text, '::ffff:a00:1/128');
});

t.test('refuses what netmask alone would take', async (t) => {
  const wrong = [
    '010.0.0.1',
    '10',
    '10.1',
    '192.0.2/24',
    '192.0.2.0/-1',
    '192.0.2.0/8abc',
    '192.0.2.0/33',
    '192.0.2.0/024',
    '192.0.2.0/',
    '192.0.2.0/ 24',
    '192.0.2.0/24 ',
    '192.0.2.0/255.255.255.0',
    '0x0a.0.0.0/8',
    '192.0.2.0/24/8',
    '/24',
    '',
    '2001:db8::/129',
    '2001:db8::/-1',
    '2001:db8::/32x',
    '2001:db8::%eth0/64',
    '::/1e1',
    '192.0.2.0/2４',
  ];
  for (const text of wrong) t.equal(parsePrefix(text), null, JSON.stringify(text));
});

t.test('an IPv4-mapped prefix means an IPv4 prefix', async (t) => {
  t.equal(unmapped(parsePrefix('::ffff:10.0.0.0/104')!).text, '10.0.0.0/8');
  t.equal(unmapped(parsePrefix('::ffff:10.0.0.1')!).text, '10.0.0.1/32');
  t.equal(unmapped(parsePrefix('::ffff:0:0/95')!).text, '::fffe:0:0/95');
  t.equal(unmapped(parsePrefix('2001:db8::/32')!).text, '2001:db8::/32');
});

t.test('masks like arithmetic on the bits does', async (t) => {
  const random = randomFrom(seedOf(t));
  const word = () => Math.floor(random() * 2 ** 32);
  const wrong: string[] = [];
  for (let round = 0; round < 5_000; round++) {
    const words = [word(), word(), word(), word()];
    const length = Math.floor(random() * 129);
    const prefix = parsePrefix(`${formatIPv6(Uint32Array.from(words))}/${length}`)!;
    const bits = words.reduce((sum, each) => (sum << 32n) | BigInt(each), 0n);
    const first = (bits >> BigInt(128 - length)) << BigInt(128 - length);
    const read = prefix.words.reduce((sum, each) => (sum << 32n) | BigInt(each), 0n);
    if (read !== first || prefix.text !== `${formatIPv6(prefix.words)}/${length}`) wrong.push(prefix.text);
  }
  t.same(wrong, []);
});
