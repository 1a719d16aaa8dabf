import t from 'tap';
import { parseAddress } from '../../src/address/parse-address.js';
import { parsePrefix } from '../../src/address/prefix.js';
import { type AsnColumns, AsnTable } from '../../src/asn/asn-table.js';
import { decodeColumns, encodeColumns } from '../../src/asn/compact-form.js';
import { parseAsnCsv } from '../../src/asn/parse-asn-csv.js';
import { textOf } from '../random-prefixes.js';
import { randomFrom, seedOf } from '../seed.js';

/** Generators are for the pauses; here the end is what counts. */
function ended<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const csv4 = [
  '1.0.0.0,1.0.0.255,64500,"Example, Inc."',
  '1.0.1.0,1.0.4.255,64501,"LLC ""QUOTED"""',
  '1.0.16.0,1.0.16.0,64502,Ünïcode AG',
  '128.0.0.0,255.255.255.255,4294967295,Last',
].join('\n');
const csv6 = [
  '2400:1::,2400:1:ffff:ffff:ffff:ffff:ffff:ffff,64500,"Example, Inc."',
  '2400:2::1,2400:2::6,64503,Odd',
].join('\n');

const table = new AsnTable(ended(parseAsnCsv(Buffer.from(csv4), Buffer.from(`${csv6}\r\n`))));
const find = (address: string) => table.find(parseAddress(address)!);

t.test('finds who announces an address, with the prefix', async (t) => {
  t.equal(table.ranges, 6);
  t.same(find('1.0.0.77'), { asn: 64500, name: 'Example, Inc.', prefix: '1.0.0.0/24' });
  t.same(find('1.0.16.0'), { asn: 64502, name: 'Ünïcode AG', prefix: '1.0.16.0/32' });
  t.same(find('2400:1::1'), { asn: 64500, name: 'Example, Inc.', prefix: '2400:1::/32' });
  t.same(find('200.0.0.1'), { asn: 4294967295, name: 'Last', prefix: '128.0.0.0/1' });
  t.equal(find('255.255.255.255')?.asn, 4294967295);
});

t.test('a range that is no prefix: the largest prefix inside it that holds the address', async (t) => {
  t.equal(find('1.0.1.9')?.prefix, '1.0.1.0/24');
  t.equal(find('1.0.3.255')?.prefix, '1.0.2.0/23');
  t.equal(find('1.0.4.0')?.prefix, '1.0.4.0/24');
  t.equal(find('1.0.1.9')?.name, 'LLC "QUOTED"');
  t.equal(find('2400:2::1')?.prefix, '2400:2::1/128');
  t.equal(find('2400:2::3')?.prefix, '2400:2::2/127');
  t.equal(find('2400:2::4')?.prefix, '2400:2::4/127');
  t.equal(find('2400:2::6')?.prefix, '2400:2::6/128');
});

t.test('nothing outside the ranges', async (t) => {
  for (const address of [
    '0.255.255.255',
    '0.0.0.0',
    '1.0.5.0',
    '1.0.15.255',
    '1.0.16.1',
    '127.255.255.255',
  ]) {
    t.equal(find(address), null, address);
  }
  for (const address of ['::', '2400:0:ffff::', '2400:2::', '2400:2::7', 'ffff::'])
    t.equal(find(address), null, address);
});

t.test('agrees with a scan over random ranges', async (t) => {
  const random = randomFrom(seedOf(t));
  for (const family of [4, 6] as const) {
    const bits = family === 4 ? 24n : 120n;
    const cuts = Array.from({ length: 600 }, () => BigInt(Math.floor(random() * 2 ** 24)) << (bits - 24n));
    const edges = [...new Set(cuts)].sort((a, b) => (a < b ? -1 : 1));
    const ranges: { start: bigint; end: bigint; asn: number }[] = [];
    for (let i = 0; i + 1 < edges.length; i++) {
      if (random() < 0.7)
        ranges.push({ start: edges[i]!, end: edges[i + 1]! - 1n, asn: 1 + Math.floor(random() * 50) });
    }
    const csv = ranges
      .map(({ start, end, asn }) => `${textOf(start, family)},${textOf(end, family)},${asn},N${asn}`)
      .join('\n');
    const other = family === 4 ? csv6 : csv4;
    const [four, six] = family === 4 ? [csv, other] : [other, csv];
    const table = new AsnTable(ended(parseAsnCsv(Buffer.from(four), Buffer.from(six))));
    const wrong: string[] = [];
    for (let round = 0; round < 5000; round++) {
      const near = ranges[Math.floor(random() * ranges.length)]!;
      const at = [
        near.start,
        near.end,
        near.start - 1n,
        near.end + 1n,
        near.start + (near.end - near.start) / 3n,
      ][round % 5]!;
      if (at < 0n) continue;
      const found = table.find(parseAddress(textOf(at, family))!);
      const expected = ranges.find(({ start, end }) => start <= at && at <= end);
      if (found?.asn !== expected?.asn) wrong.push(textOf(at, family));
      if (found == null || expected === undefined) continue;
      const { words, length } = parsePrefix(found.prefix)!;
      const first = words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
      const size = 1n << BigInt((family === 4 ? 32 : 128) - length);
      const inside =
        expected.start <= first && first <= at && at < first + size && first + size - 1n <= expected.end;
      const wider = first & ~(2n * size - 1n);
      const widest = length === 0 || wider < expected.start || wider + 2n * size - 1n > expected.end;
      if (!inside || !widest) wrong.push(`${textOf(at, family)} in ${found.prefix}`);
    }
    t.same(wrong.slice(0, 5), []);
  }
});

t.test('a range that starts inside the one before cuts it short', async (t) => {
  const overlap = '1.0.0.0,1.0.1.255,1,A\n1.0.1.0,1.0.2.255,2,B';
  const table = new AsnTable(ended(parseAsnCsv(Buffer.from(overlap), Buffer.from(csv6))));
  t.equal(table.find(parseAddress('1.0.0.255')!)?.asn, 1);
  t.equal(table.find(parseAddress('1.0.1.0')!)?.asn, 2);
  const six = '2400:1::,2400:3::,1,A\n2400:2::,2400:4::,2,B';
  const table6 = new AsnTable(ended(parseAsnCsv(Buffer.from(csv4), Buffer.from(six))));
  t.equal(table6.find(parseAddress('2400:1:ffff:ffff:ffff:ffff:ffff:ffff')!)?.asn, 1);
  t.equal(table6.find(parseAddress('2400:2::')!)?.asn, 2);
});

t.test('refuses files with too many unreadable rows', async (t) => {
  const broken = { code: 'DATABASE_BROKEN' };
  const read = (text: string) => () => ended(parseAsnCsv(Buffer.from(text), Buffer.from(csv6)));
  t.throws(read(''), broken);
  t.throws(read('<html>'), broken);
  t.throws(read('1.0.0.0,1.0.0.255,zero,X'), broken);
  t.throws(read('1.0.0.255,1.0.0.0,1,backwards'), broken);
  t.throws(read('1.0.1.0,1.0.1.255,1,A\n1.0.0.0,1.0.0.255,2,out of order'), broken);
  t.throws(read('1.0.0.0,1.0.0.255,4294967296,X'), broken);
});

t.test('the compact form gives the same columns back', async (t) => {
  const bytes = encodeColumns(table.columns, 'version 1');
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  t.same(decodeColumns(copy, 'version 1'), table.columns);
  t.equal(decodeColumns(copy, 'version 2'), null, 'made from other data');
});

t.test('a compact form with any byte changed, added or missing is not used', async (t) => {
  const bytes = encodeColumns(table.columns, 'version 1');
  const used: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1 << (at & 7);
    if (decodeColumns(changed, 'version 1') !== null) used.push(at);
    if (decodeColumns(Buffer.from(bytes.subarray(0, at)), 'version 1') !== null) used.push(at);
  }
  t.same(used, []);
  t.equal(decodeColumns(Buffer.concat([bytes, Buffer.alloc(4)]), 'version 1'), null);
});

t.test('columns that contradict themselves are refused', async (t) => {
  const one = (value: number) => Uint32Array.of(value);
  const sound: AsnColumns = {
    starts4: one(1),
    ends4: one(2),
    owners4: one(0),
    starts6: new Uint32Array(4),
    ends6: new Uint32Array(4),
    owners6: one(0),
    asns: one(64500),
    nameEnds: one(1),
    names: Buffer.from('X'),
  };
  t.ok(new AsnTable(sound));
  const broken: Partial<AsnColumns>[] = [
    { owners4: one(1) },
    { owners6: one(1) },
    { ends4: one(0) },
    { nameEnds: one(9) },
    { ends4: new Uint32Array(0) },
    { starts6: Uint32Array.of(0, 0, 0, 1) },
    { starts4: Uint32Array.of(5, 5), ends4: Uint32Array.of(6, 6), owners4: Uint32Array.of(0, 0) },
  ];
  for (const columns of broken)
    t.throws(() => new AsnTable({ ...sound, ...columns }), { code: 'DATABASE_BROKEN' });
});
