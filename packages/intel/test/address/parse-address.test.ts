import { isIP, SocketAddress } from 'node:net';
import t from 'tap';
import { formatIPv4, formatIPv6 } from '../../src/address/format-address.js';
import { parseAddress } from '../../src/address/parse-address.js';
import { randomFrom, seedOf } from '../seed.js';

const odd = [
  '',
  ':',
  '::',
  ':::',
  '::1',
  '1::',
  '1:',
  ':1',
  '1::2::3',
  '::1.2.3.4',
  '1.2.3.4::',
  '::1.2.3',
  '::1.2.3.4.5',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::',
  '::2:3:4:5:6:7:8',
  '1::3:4:5:6:7:8',
  '1:2:3:4::5:6:7:8',
  '1:2:3:4:5:6:1.2.3.4',
  '1:2:3:4:5:6:7:1.2.3.4',
  '1:2:3:4:5::1.2.3.4',
  '12345::',
  '::g',
  'fe80::1%eth0',
  'fe80::1%',
  '%eth0',
  '::%1',
  'fe80::1%a%b',
  '1.2.3.4%1',
  '::ffff:1.2.3.4',
  '::FFFF:1.2.3.4',
  '1.2.3',
  '1.2.3.4.',
  '.1.2.3.4',
  '1..2.3',
  '01.2.3.4',
  '1.2.3.04',
  '256.1.1.1',
  '0.0.0.0',
  '255.255.255.255',
  '1.2.3.4 ',
  ' 1.2.3.4',
  '1.2.3.4\n',
  '１.2.3.4',
  '0x1.2.3.4',
  '::1.2.3.256',
  '::01.2.3.4',
  '::1::',
  '1:::2',
  '::1:1.2.3.4',
  '::1.2.3.4:1',
  '0:0:0:0:0:0:0:0',
  '00000::',
  '::00001',
  '::0001',
  '-1::',
  '+1.2.3.4',
];

t.test('takes exactly what net.isIP takes', async (t) => {
  for (const text of odd) {
    t.equal(parseAddress(text)?.family ?? 0, isIP(text), JSON.stringify(text));
  }
});

t.test('takes exactly what net.isIP takes, on random and mutated text', async (t) => {
  const random = randomFrom(seedOf(t));
  const pick = (alphabet: string) => alphabet[Math.floor(random() * alphabet.length)]!;
  let addresses = 0;
  for (let round = 0; round < 300_000; round++) {
    let text = odd[Math.floor(random() * odd.length)]!;
    for (let edits = Math.floor(random() * 4); edits >= 0; edits--) {
      const at = Math.floor(random() * (text.length + 1));
      text =
        text.slice(0, at) +
        (random() < 0.7 ? pick('0123456789af:.:.::') : '') +
        text.slice(at + Math.floor(random() * 2));
    }
    const family = isIP(text);
    if (family !== 0) addresses += 1;
    if ((parseAddress(text)?.family ?? 0) !== family) t.fail(JSON.stringify(text));
  }
  t.ok(addresses > 10_000, `${addresses} of them were addresses`);
});

t.test('reads the bits and writes them back in canonical form', async (t) => {
  const random = randomFrom(seedOf(t));
  const word = () =>
    random() < 0.4 ? 0 : random() < 0.3 ? Math.floor(random() * 65536) : Math.floor(random() * 2 ** 32);
  for (let round = 0; round < 20_000; round++) {
    const words = Uint32Array.of(word(), word(), word(), word());
    const text = formatIPv6(words);
    if (String(parseAddress(text)?.words) !== String(words)) t.fail(text);
    // Node writes RFC 5952 too, but with a dotted tail in the blocks that embed IPv4.
    const node = new SocketAddress({ address: text, family: 'ipv6' }).address;
    if (!node.includes('.') && text !== node) t.fail(`${text} is written ${node} by node`);
    const v4 = formatIPv4(words[0]!);
    if (parseAddress(v4)?.words[3] !== words[0]) t.fail(v4);
  }
  t.same(parseAddress('::ffff:192.0.2.1')?.words, Uint32Array.of(0, 0, 0xffff, 0xc0000201));
  t.same(parseAddress('fe80::1%eth0')?.words, Uint32Array.of(0xfe800000, 0, 0, 1));
  t.equal(formatIPv6(Uint32Array.of(0x20010db8, 0, 1, 1)), '2001:db8::1:0:1', 'the first of two equal runs');
  t.equal(formatIPv6(Uint32Array.of(0, 0, 0, 0)), '::');
});
