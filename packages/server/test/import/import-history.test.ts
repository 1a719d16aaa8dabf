import { join } from 'node:path';
import t from 'tap';
import { run } from '../../src/cli/run.js';
import { importHistory } from '../../src/import/import-history.js';
import { readOldFileName } from '../../src/import/old-file-name.js';
import { openMemoryStore } from '../../src/store/memory-store.js';
import { anIo } from '../cli/an-io.js';

const hop = (ip: string, latency: number | null, rest: object = {}) => ({
  ip,
  latency,
  jitter: latency === null ? 'None' : latency / 10,
  packet_loss: latency === null ? '100%' : '0%',
  bandwidth_mbps: latency === null ? 'None' : 100 / (latency + 1),
  location: 'Unknown',
  asn: 'Unknown',
  isp: 'Unknown',
  ...rest,
});

const geo = { lat: 35.7, lon: 139.7, radius_km: 20, timezone: 'Asia/Tokyo' };
const tokyo = { location: 'Tokyo, Japan', asn: 2516, isp: 'KDDI CORPORATION', geo };
const first = [hop('192.168.1.1', 0.5), hop('*', null), hop('203.0.113.80', 12.25, tokyo)];
const second = [
  hop('192.168.1.1', 0.6),
  hop('198.51.100.1', 9, { packet_loss: '33.3%', asn: 'AS64500', isp: 'unknown', location: 'None, France' }),
];

const history = {
  'www.example.com': {
    '20250505-101500-www.example.com.json': JSON.stringify(first),
    '20250506-101500-www.example.com.json': JSON.stringify(second),
    '20250507-101500-www.example.com.json': '[{"ip": ',
    '20250508-101500-www.example.com.json': '[]',
    'notes.txt': 'mine',
  },
  '203.0.113.80': { '20250505-120000-a_example_net.json': JSON.stringify(first) },
  '203.0.113.80-tcp-443': { '20250505-120000-a_example_net.json': JSON.stringify(first) },
};

t.test('what the old tool stored, in the form of ours', async (t) => {
  const folder = t.testdir(history);
  const store = await openMemoryStore();
  const report = await importHistory(store, folder, { utc: true });
  t.match(report, { imported: 3, present: 0 });
  t.same(Object.fromEntries(report.refused.map(({ file, why }) => [file, why])), {
    'www.example.com/20250507-101500-www.example.com.json': 'It holds no JSON.',
    'www.example.com/20250508-101500-www.example.com.json': 'It holds no array of hops.',
    'www.example.com/notes.txt': 'Its name is not of the form TIME-TARGET.json.',
    '203.0.113.80-tcp-443/20250505-120000-a_example_net.json':
      'It was traced over TCP, which is not offered here.',
  });

  const [found] = await store.find('www.example.com');
  const [newer, older] = found!.traces;
  t.match(older, {
    target: 'www.example.com',
    address: '203.0.113.80',
    startedAt: Date.UTC(2025, 4, 5, 10, 15),
    reached: true,
    protocol: 'icmp',
    hops: [
      { hop: { address: '192.168.1.1', rtt: { median: 0.5, samples: 1, stamps: 'user' } } },
      { hop: { address: null, loss: { verdict: 'silent' } }, about: null },
      {
        hop: { address: '203.0.113.80', destination: true },
        about: {
          network: { asn: 2516, name: 'KDDI CORPORATION' },
          place: { city: 'Tokyo', country: 'Japan', lat: 35.7, radiusKm: 20, timezone: 'Asia/Tokyo' },
        },
      },
    ],
  });
  for (const { hop } of older!.hops) {
    t.equal(hop.jitter, null, 'what it made up is left out');
    t.equal(hop.capacity.kind, 'unmeasured');
  }
  t.match(newer!.hops[1], {
    hop: { loss: { sent: 3, received: 2, verdict: 'unknown' } },
    about: { network: { asn: 64500, name: '' }, place: { city: null, country: 'France' } },
  });
  t.match(await store.find('a.example.net'), [{ traces: [{ address: '203.0.113.80' }] }]);

  const again = await importHistory(store, folder, { utc: true });
  t.match(again, { imported: 0, present: 3 });
  t.same(await store.events.newest({}, 1), [], 'old news is none');
  t.equal((await store.baseline((await store.latest({ target: 'www.example.com' }, 0))!)).traces, 1);
});

t.test('a record that holds its hops under "result", and hops without an address', async (t) => {
  const folder = t.testdir({
    'a.example': {
      '20250505-a.example.json': JSON.stringify({ result: [hop('gateway', 1), hop('203.0.113.9', 2)] }),
    },
    'b.example': { '20250505-b.example.json': JSON.stringify([hop('gateway', 1)]) },
    'c.example': { '20250505-c.example.json': '[7]' },
  });
  const store = await openMemoryStore();
  const { imported, refused } = await importHistory(store, folder);
  t.equal(imported, 1);
  t.same(
    refused.map(({ why }) => why),
    ['No hop in it has an address.', 'Hop 1 is no object.'],
  );
  const [trace] = (await store.find('a.example'))[0]!.traces;
  t.match(trace, { address: '203.0.113.9', hops: [{ hostname: 'gateway', hop: { address: null } }, {}] });
  t.equal(new Date(trace!.startedAt).getHours(), 0, 'a day alone is its midnight here');
});

t.test('names of files', async (t) => {
  const at = Date.UTC(2025, 4, 5, 10, 15, 30);
  const read = (folder: string, file: string) => readOldFileName(folder, file, true);
  t.same(read('203.0.113.80', '20250505-101530-www_example_com.json'), {
    target: 'www.example.com',
    address: '203.0.113.80',
    startedAt: at,
  });
  t.same(read('192.0.2.1', '20250505-101530-192_0_2_1.json'), {
    target: '192.0.2.1',
    address: '192.0.2.1',
    startedAt: at,
  });
  t.match(read('a-b.example', '20250505101530-a-b.example.json'), { target: 'a-b.example', startedAt: at });
  t.equal(read('a.example', 'a.example.json'), null);
  t.equal(read('a b', '20250505-101530-%.json'), null);
});

t.test('on the command line, and a backup of it', async (t) => {
  const source = t.testdir({ old: history });
  const io = anIo();
  t.equal(await run(['import', join(source, 'old'), '--utc', '--data-dir', join(source, 'data')], io), 1);
  t.equal(io.said.out, '3 traces imported, 0 were there, 4 files left out.\n');
  t.match(io.said.err, /notes\.txt: Its name is not/);
  const missing = anIo();
  t.equal(await run(['import', join(source, 'none'), '--data-dir', join(source, 'data')], missing), 2);
  t.match(missing.said.err, /cannot be read: ENOENT/);
  const bare = anIo();
  t.equal(await run(['import'], bare), 2);
  t.match(bare.said.err, /^locator import needs a folder\./);

  const file = join(source, 'copy.db');
  const made = anIo();
  t.equal(await run(['backup', file, '--data-dir', join(source, 'data')], made), 0, made.said.err);
  t.match(made.said.out, /copy\.db: 3 traces of 2 targets/);
  const twice = anIo();
  t.equal(await run(['backup', file, '--data-dir', join(source, 'data')], twice), 2);
  t.match(twice.said.err, /exists, and is not overwritten/);
  const nowhere = anIo();
  t.equal(await run(['backup', join(source, 'no', 'x.db'), '--data-dir', join(source, 'data')], nowhere), 2);
  t.match(nowhere.said.err, /^The file of traces cannot be opened: .*directory does not exist\.$/m);
});
