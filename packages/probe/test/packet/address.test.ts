import assert from 'node:assert/strict';
import { isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import t from 'tap';
import { addressFamily, formatAddress, parseAddress, sameAddress } from '../../src/packet/address.js';
import { holds, seedOf } from '../seed.js';
import { hex } from './hex.js';

t.test('reads and writes the canonical forms', async (t) => {
  const canonical: readonly [string, Uint8Array][] = [
    ['0.0.0.0', hex`00 00 00 00`],
    ['192.0.2.1', hex`c0 00 02 01`],
    ['255.255.255.255', hex`ff ff ff ff`],
    ['::', hex`00000000000000000000000000000000`],
    ['::1', hex`00000000000000000000000000000001`],
    ['1::', hex`00010000000000000000000000000000`],
    ['2001:db8::1', hex`20010db8000000000000000000000001`],
    // RFC 5952 section 4.2.2: one zero group is written out.
    ['2001:db8:0:1:1:1:1:1', hex`20010db8000000010001000100010001`],
    // Section 4.2.3: the longest run, the first of equals.
    ['2001:0:0:1::1', hex`20010000000000010000000000000001`],
    ['2001:db8::1:0:0:1', hex`20010db8000000000001000000000001`],
    ['1:2:3:4:5:6::', hex`00010002000300040005000600000000`],
    ['::3:4:5:6:7:8', hex`00000000000300040005000600070008`],
    ['1:2:3:4:5:6:7:8', hex`00010002000300040005000600070008`],
    ['a00:a0:a:ab:abc:abcd:f0f:ff', hex`0a0000a0000a00ab0abcabcd0f0f00ff`],
    // Section 5.
    ['::ffff:192.0.2.1', hex`00000000000000000000ffffc0000201`],
    ['::ffff:0.0.0.0', hex`00000000000000000000ffff00000000`],
    ['64:ff9b::c000:201', hex`0064ff9b0000000000000000c0000201`],
    ['::fffe:c000:201', hex`00000000000000000000fffec0000201`],
    ['1::ffff:c000:201', hex`00010000000000000000ffffc0000201`],
  ];
  for (const [text, bytes] of canonical) {
    t.same(parseAddress(text), bytes, text);
    t.equal(formatAddress(bytes), text);
  }
});

t.test('reads the other forms of RFC 4291 section 2.2', async (t) => {
  const forms: readonly [string, string][] = [
    ['2001:DB8:0:0:8:800:200C:417A', '2001:db8::8:800:200c:417a'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['0:0:0:0:0:0:13.1.68.3', '::d01:4403'],
    ['::13.1.68.3', '::d01:4403'],
    ['0:0:0:0:0:FFFF:129.144.52.38', '::ffff:129.144.52.38'],
    ['::ffff:c000:0201', '::ffff:192.0.2.1'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['1::1.2.3.4', '1::102:304'],
    ['0001:0002:0003:0004:0005:0006:0007:0008', '1:2:3:4:5:6:7:8'],
    ['1:2:3::5:6:7:8', '1:2:3:0:5:6:7:8'],
    ['ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ];
  for (const [text, canonical] of forms) t.equal(formatAddress(parseAddress(text)!), canonical, text);
});

t.test('refuses everything else', async (t) => {
  const refused = [
    ...['', ' ', '.', '1', '1.2.3', '1.2.3.4.5', '1.2.3.', '.1.2.3', '1..2.3', '256.0.0.1', '1.2.3.1000'],
    ...[
      '01.2.3.4',
      '1.2.3.00',
      '0x7f.0.0.1',
      '1e1.0.0.0',
      '+1.2.3.4',
      '-1.2.3.4',
      ' 1.2.3.4',
      '1.2.3.4\n',
      '١.2.3.4',
    ],
    ...[
      ':',
      ':::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4:5:6:7:8::',
      '::1:2:3:4:5:6:7:8',
      '1::2::3',
    ],
    ...[
      '1:',
      ':1',
      '1:2:3:4:5:6:7:',
      ':1:2:3:4:5:6:7',
      '12345::',
      'g::',
      '::1.2.3',
      '::1.2.3.4.5',
      '::01.2.3.4',
    ],
    ...['1.2.3.4::', '::1.2.3.4:5', '1:2:3:4:5:6:7:1.2.3.4', '1:2:3:4:5:6:7::1.2.3.4'],
    ...[
      'fe80::1%eth0',
      'fe80::1%',
      '[::1]',
      '::1/128',
      '1.2.3.4/32',
      '::1 ',
      '0x1::',
      '::-1',
      '::ffff:256.0.0.1',
    ],
    '0'.repeat(1_000_000),
    ':'.repeat(1_000_000),
  ];
  for (const text of refused) t.equal(parseAddress(text), null, text.slice(0, 60));
});

t.test('addresses by length', async (t) => {
  t.equal(addressFamily(new Uint8Array(4)), 4);
  t.equal(addressFamily(new Uint8Array(16)), 6);
  for (const length of [0, 3, 5, 15, 17]) {
    t.throws(() => addressFamily(new Uint8Array(length)), RangeError);
    t.throws(() => formatAddress(new Uint8Array(length)), RangeError);
  }
});

t.test('sameAddress compares bytes', async (t) => {
  t.ok(sameAddress(hex`c0 00 02 01`, hex`c0 00 02 01`));
  t.notOk(sameAddress(hex`c0 00 02 01`, hex`c0 00 02 02`));
  t.notOk(sameAddress(hex`c0 00 02 01`, hex`00000000000000000000ffffc0000201`));
  t.ok(
    sameAddress(
      hex`20010db8000000000000000000000001`,
      Buffer.from('20010db8000000000000000000000001', 'hex'),
    ),
  );
});

t.test('properties', async (t) => {
  const seed = seedOf(t);
  const v4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
  // Many zero groups, so that runs of every length and place come up.
  const group = fc.oneof(
    fc.constant(0),
    fc.constant(0),
    fc.constant(0xffff),
    fc.integer({ min: 0, max: 0xffff }),
  );
  const v6 = fc
    .array(group, { minLength: 8, maxLength: 8 })
    .map((groups) => new Uint8Array(groups.flatMap((value) => [value >>> 8, value & 0xff])));

  holds(t, 'what is written is read again', seed, 1000, fc.oneof(v4, v6), (bytes) =>
    assert.deepEqual(parseAddress(formatAddress(bytes)), bytes),
  );
  // The URL standard's serialiser is RFC 5952 but for mapped addresses, which it writes as the others.
  const unmapped = v6.filter((bytes) => !formatAddress(bytes).includes('.'));
  holds(t, 'IPv6 is written as URLs have it', seed, 1000, unmapped, (bytes) =>
    assert.equal(new URL(`http://[${formatAddress(bytes)}]/`).hostname, `[${formatAddress(bytes)}]`),
  );
  const piece = fc.constantFrom(
    '0',
    '1',
    'ffff',
    '12345',
    ':',
    '::',
    '.',
    '255',
    '256',
    '1.2.3.4',
    'g',
    '%',
    '',
  );
  const text = fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(''));
  holds(t, 'the same texts are addresses as in Node', seed, 5000, text, (text) => {
    const parsed = parseAddress(text);
    assert.equal(parsed?.length === 4, isIPv4(text));
    assert.equal(parsed?.length === 16, isIPv6(text) && !text.includes('%'));
  });
});
