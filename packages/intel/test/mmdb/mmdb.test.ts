import { Reader } from 'maxmind';
import t from 'tap';
import type { IntelError } from '../../src/errors.js';
import { Mmdb } from '../../src/mmdb/mmdb.js';
import { VerifiedFiles } from '../../src/mmdb/verified-files.js';
import { randomFrom, seedOf } from '../seed.js';
import { asnDatabase, cityDatabase } from './sample-databases.js';
import { encodeNode, pointerTo, Raw, type Value, writeMmdb } from './write-mmdb.js';

const open = (bytes: Buffer, type = /./) =>
  Mmdb.open({ bytes, settled: null }, type, new VerifiedFiles(null));

const why = (bytes: Buffer, type?: RegExp) =>
  open(bytes, type).then(
    () => 'opened',
    (error: IntelError) => `${error.code} ${error.message}`,
  );

for (const recordSize of [24, 28, 32] as const) {
  for (const ipVersion of [4, 6] as const) {
    t.test(`IPv${ipVersion}, records of ${recordSize} bits`, async (t) => {
      const mmdb = await open(cityDatabase({ recordSize, ipVersion }));
      t.match(mmdb.find('1.2.3.255', 4), { length: 24, record: { country: { iso_code: 'JP' } } });
      t.match(mmdb.find('1.2.5.0', 4), {
        length: 23,
        record: { location: { latitude: 51.5, longitude: -0.25 } },
      });
      t.equal(mmdb.find('1.2.6.0', 4), null);
      t.equal(mmdb.find('1.2.2.255', 4), null);
      const six = mmdb.find('2400:1::1', 6);
      if (ipVersion === 6) t.match(six, { length: 32, record: { city: { names: { en: 'Tokyo' } } } });
      else t.equal(six, null, 'IPv6 is not looked up in an IPv4 tree');
      t.equal(mmdb.builtAt.toISOString(), '2023-11-14T22:13:20.000Z');
    });
  }
}

t.test('refuses a database of another type', async (t) => {
  t.match(await why(asnDatabase(), /City/), /^DATABASE_UNEXPECTED .*GeoLite2-ASN/);
});

t.test('refuses what is no database', async (t) => {
  t.match(await why(Buffer.alloc(0)), /^DATABASE_BROKEN .*does not end like/);
  t.match(await why(Buffer.from('<html>not found</html>')), /does not end like/);
  t.match(await why(Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1')), /^DATABASE_BROKEN/);
  t.match(await why(Buffer.alloc(300_000, 0xab)), /does not end like/);
});

t.test('refuses metadata that makes no sense', async (t) => {
  const cases: [Record<string, Value>, RegExp][] = [
    [{ record_size: 26 }, /record size/i],
    [{ record_size: 'x' }, /record size/i],
    [{ node_count: 0 }, /makes no sense/],
    [{ node_count: 'many' }, /DATABASE_BROKEN/],
    [{ node_count: 4_000_000_000 }, /shorter than its search tree/],
    [{ node_count: 12 }, /DATABASE_BROKEN/],
    [{ ip_version: 5 }, /makes no sense/],
    [{ binary_format_major_version: 3 }, /makes no sense/],
    [{ build_epoch: 'now' }, /makes no sense/],
    [{ database_type: 7 }, /makes no sense/],
  ];
  for (const [metadata, reason] of cases)
    t.match(await why(cityDatabase({ metadata })), reason, JSON.stringify(metadata));
});

t.test('refuses records that cannot be decoded', async (t) => {
  const record = (value: Value) => why(writeMmdb('City', [['1.2.3.0/24', value]], { pointers: false }));
  const key = (...bytes: number[]) => record(new Raw(0xe1, ...bytes, 0x41, 0x61));
  t.match(await record(new Raw(0x63, 1, 2, 3)), /type 3 with 3 bytes/, 'a double of 3 bytes');
  t.match(await record(new Raw(0xc5, 1, 2, 3, 4, 5)), /type 6 with 5 bytes/);
  t.match(await record(new Raw(0x00, 0x05)), /unknown type 12/, 'a cache container');
  t.match(await record(new Raw(0x00, 0x06)), /unknown type 13/, 'an end marker');
  t.match(await record(new Raw(0x00, 0x00)), /unknown type 7/, 'a map by its extended number');
  t.match(await record(new Raw(0x5f, 0xff, 0xff, 0xff)), /reaches out/, 'text of 16 MB');
  t.match(await record(new Raw(0x1f, 0x04, 0xff, 0xff, 0xff)), /beyond measure/, 'an array of 16 million');
  t.match(await record(new Raw(0x30, 0xff, 0xff, 0xff)), /reaches out/, 'a pointer to nowhere');
  t.match(await record(new Raw(0x20, 0x02, 0x20, 0x00)), /a pointer to a pointer/);
  t.match(await record(new Raw(0xe1, 0x41, 0x61, 0x20, 0x00)), /contains itself/, 'a record in itself');
  t.match(await key(0xa1, 5), /key that is not text/);
  t.match(await key(0x20, 0x00), /key that is not text/);
  t.match(await key(0x49, ...Buffer.from('__proto__')), /__proto__/);
  t.match(await record({ a: 'fine', deep: [[['ok']]], yes: true }), /^opened/);
});

t.test('refuses records that expand exponentially, soon', async (t) => {
  // Each level is an array of 28 pointers to the one before: 28^15 values when decoded.
  const levels: Buffer[] = [Buffer.from([0x41, 0x61])];
  let at = 2;
  let last = 0;
  for (let level = 0; level < 15; level++) {
    const array = Buffer.concat([Buffer.from([28, 4]), ...Array.from({ length: 28 }, () => pointerTo(last))]);
    last = at;
    at += array.length;
    levels.push(array);
  }
  const bomb = writeMmdb('City', [['1.2.3.0/24', new Raw(...Buffer.concat(levels))]]);
  // The record of 1.2.3.0/24 is the innermost text; the outermost array is what the tree is made to point to.
  const nodes = 120;
  const outer = encodeNode(nodes, nodes + 16 + last, 28);
  outer.copy(bomb, (nodes - 1) * 7);
  t.match(await why(bomb), /beyond measure/);
});

t.test('refuses search trees that are cyclic, too deep, or point nowhere', async (t) => {
  const sound = cityDatabase();
  const withNode = (left: number, right: number) => {
    const bytes = Buffer.from(sound);
    encodeNode(left, right, 28).copy(bytes, 0);
    return why(bytes);
  };
  t.equal(await why(sound), 'opened');
  t.match(await withNode(0, 0), /cycle/);
  t.match(await withNode(1, 0x0fffffff), /outside the data section/);
  // The record that means "nothing".
  const { nodeCount } = new Reader(sound).metadata;
  t.match(await withNode(1, nodeCount + 3), /outside the data section/, 'a record in the separator');
  t.match(await withNode(nodeCount, nodeCount), /opened/, 'an empty tree');
});

t.test('survives every truncation and thousands of mutations; what opens can be searched', async (t) => {
  const random = randomFrom(seedOf(t));
  let opened = 0;
  let refused = 0;
  const attempt = async (bytes: Buffer) => {
    try {
      const mmdb = await open(bytes);
      opened += 1;
      for (const address of ['1.2.3.4', '1.2.4.4', '255.255.255.255', '0.0.0.0']) mmdb.find(address, 4);
      for (const address of ['2400:1::', '::', 'ffff::']) mmdb.find(address, 6);
    } catch (error) {
      refused += 1;
      if ((error as IntelError).code !== 'DATABASE_BROKEN') throw error;
    }
  };
  for (const sound of [
    cityDatabase(),
    asnDatabase({ recordSize: 24 }),
    cityDatabase({ recordSize: 32, ipVersion: 4 }),
  ]) {
    for (let size = 0; size < sound.length; size += 3) await attempt(sound.subarray(0, size));
    for (let round = 0; round < 1500; round++) {
      const bytes = Buffer.from(sound);
      for (let edits = Math.floor(random() * 4); edits >= 0; edits--) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      await attempt(bytes);
    }
  }
  t.ok(opened > 0 && refused > 1000, `${opened} opened, ${refused} refused`);
});
