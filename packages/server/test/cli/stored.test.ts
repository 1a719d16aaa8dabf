import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { run } from '../../src/cli/run.js';
import { openSqliteStore } from '../../src/store/sqlite-store.js';
import { aTrace, type TraceSpec } from '../a-trace.js';
import { anIo } from './an-io.js';

async function dataDirWith(dataDir: string, ...specs: TraceSpec[]): Promise<string> {
  const store = await openSqliteStore({ dataDir });
  for (const spec of specs) {
    const record = aTrace(spec);
    await store.append(await store.begin(record, record.startedAt), record);
  }
  await store.close();
  return dataDir;
}

t.test('history lists what is stored', async (t) => {
  const startedAt = Date.UTC(2025, 4, 5, 10);
  const dataDir = await dataDirWith(
    t.testdir(),
    { target: 'www.youtube.com', startedAt },
    { target: 'other.example', startedAt, end: 'silence', reached: false },
  );
  const flags = ['--data-dir', dataDir];

  const all = anIo();
  t.equal(await run(['history', ...flags], all), 0);
  t.match(
    all.said.out,
    /^www\.youtube\.com\n {2}2025-05-05T10:00:00\.000Z .* icmp .* 5 hops {2}answered .* ms /m,
  );
  t.match(all.said.out, /^other\.example\n.* silence /m);

  const some = anIo();
  t.equal(await run(['history', 'https://YouTube.com/', '--json', ...flags], some), 0);
  t.match(JSON.parse(some.said.out), {
    'www.youtube.com': [{ timestamp: '20250505', result: { length: 5 } }],
  });

  const none = anIo();
  t.equal(await run(['history', 'a.example', ...flags], none), 1);
  t.equal(none.said.err, 'No trace of a.example is stored.\n');
  t.equal(none.said.out, '');

  const malformed = anIo();
  t.equal(await run(['history', 'a..b', ...flags], malformed), 2);
});

t.test('a data folder that cannot be used is said', async (t) => {
  const dir = t.testdir({ file: 'not a folder' });
  const io = anIo();
  t.equal(await run(['history', '--data-dir', join(dir, 'file')], io), 2);
  t.match(io.said.err, /^The data folder .*file cannot be used \(.*\): .*\.\n$/);
});

t.test('analyze judges the newest stored trace against those before it', async (t) => {
  const usual = ['192.0.2.1', '198.51.100.1', '203.0.113.80'];
  const dataDir = await dataDirWith(
    t.testdir(),
    ...[1, 2, 3, 4, 5, 6].map((day) => ({ target: 'a.example', hops: usual, startedAt: day })),
    { target: 'a.example', hops: ['192.0.2.1', '198.51.100.77', '203.0.113.80'], startedAt: 7 },
  );
  await writeFile(join(dataDir, 'risky_ips.local.json'), '{ "198.51.100.77": "tested" }');
  const io = anIo();
  t.equal(await run(['analyze', 'A.example', '--data-dir', dataDir], io), 0, io.said.err);
  t.match(
    io.said.out,
    /^a\.example: risk \d+ of 100 \(trace of 1970-.*, against 6 earlier traces since 1970-/,
  );
  t.match(io.said.out, /^ {2}PathDeviation \(\w+\): .*198\.51\.100\.77/m);

  const json = anIo();
  t.equal(await run(['analyze', 'a.example', '--json', '--data-dir', dataDir], json), 0);
  t.match(JSON.parse(json.said.out), { anomalies: Array, baseline: { traces: 6 }, riskScore: Number });
});
