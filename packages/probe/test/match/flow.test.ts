import t from 'tap';
import { Flow } from '../../src/match/flow.js';
import { probeKey } from '../../src/match/probe-key.js';
import { parseAddress } from '../../src/packet/address.js';
import { checksum } from '../../src/packet/checksum.js';

const source = parseAddress('192.0.2.1')!;
const destination = parseAddress('198.51.100.7')!;
const terms = { echoId: null, sourcePort: null, quotesHeader: true };
const uint16 = (bytes: Uint8Array, at: number) => (bytes[at]! << 8) | bytes[at + 1]!;
const numbers =
  (...values: number[]) =>
  () =>
    values.shift()!;

t.test('echo: id and checksum stay, the sequence number counts', async (t) => {
  const random = numbers(0xbeef, 0x1234, 0xfffe);
  const flow = new Flow({
    family: 4,
    transport: 'icmp',
    source,
    destination,
    port: 0,
    size: 40,
    terms,
    random,
  });
  const packets = [0, 1, 2, 3].map((n) => flow.packet(n));
  for (const [n, { bytes, key }] of packets.entries()) {
    t.equal(bytes.length, 40);
    t.equal(uint16(bytes, 2), 0x1235, 'checksum');
    t.equal(uint16(bytes, 4), 0xbeef, 'identifier');
    t.equal(uint16(bytes, 6), (0xfffe + n) & 0xffff, 'sequence number, around the end');
    t.equal(checksum(bytes), 0, 'and the checksum is right');
    t.equal(key, probeKey('icmp', destination, 0xbeef, 0x1235, (0xfffe + n) & 0xffff));
  }
});

t.test('UDP: ports stay, the checksum counts', async (t) => {
  const random = numbers(7, 0xfffd);
  const bound = { ...terms, sourcePort: 50_000 };
  const flow = new Flow({
    family: 4,
    transport: 'udp',
    source,
    destination,
    port: 33434,
    size: 40,
    terms: bound,
    random,
  });
  const checksums = [0, 1, 2].map((n) => {
    const { bytes } = flow.packet(n);
    t.equal(uint16(bytes, 0), 50_000);
    t.equal(uint16(bytes, 2), 33434);
    return uint16(bytes, 6);
  });
  t.same(checksums, [0xfffe, 1, 2], 'never 0 and never 0xffff');
});

t.test('a socket with an echo id of its own has its way', async (t) => {
  const fixed = { ...terms, echoId: 4321 };
  const flow = new Flow({
    family: 4,
    transport: 'icmp',
    source,
    destination,
    port: 0,
    size: 12,
    terms: fixed,
    random: numbers(1, 2, 3),
  });
  t.equal(uint16(flow.packet(0).bytes, 4), 4321);
});

t.test('keys differ with every field', async (t) => {
  const other = parseAddress('198.51.100.8')!;
  const keys = [
    probeKey('icmp', destination, 1, 2, 3),
    probeKey('udp', destination, 1, 2, 3),
    probeKey('icmp', other, 1, 2, 3),
    probeKey('icmp', destination, 2, 2, 3),
    probeKey('icmp', destination, 1, 3, 3),
    probeKey('icmp', destination, 1, 2, 4),
    probeKey('udp', destination, 0xffff, 0xffff, 0xffff),
  ];
  t.equal(new Set(keys).size, keys.length);
  for (const key of keys) t.ok(Number.isSafeInteger(key) && key >= 0, `${key}`);
});

t.test('packets of another size, and mute ones, are of the same flow', async (t) => {
  for (const transport of ['icmp', 'udp'] as const) {
    const options = { family: 4 as const, transport, source, destination, port: 33434, size: 40, terms };
    const flow = new Flow({ ...options, random: numbers(7, 0x1234, 5) });
    const [small, large] = [flow.packet(0), flow.packet(1, { size: 1260, mute: true })];
    t.equal(large.bytes.length, 1260);
    t.same(large.bytes.subarray(0, 4), small.bytes.subarray(0, 4));
    t.not(large.key, small.key);
    t.same(flow.packet(1, { size: 1260 }).key, large.key, 'and matched alike');
  }
});
