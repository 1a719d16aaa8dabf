import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import t from 'tap';
import type { Condition } from '../../src/store/event-store.js';
import { RECORD_DICTIONARY } from '../../src/store/record-dictionary.js';
import { APPLICATION_ID, MIGRATIONS } from '../../src/store/schema.js';
import { openSqliteStore } from '../../src/store/sqlite-store.js';
import { aTrace } from '../a-trace.js';
import { add, subject } from './contract.js';

/** A closed file with some traces in it. */
async function aFile(dir: string, traces = 40): Promise<string> {
  const path = join(dir, 'traces.db');
  const store = await openSqliteStore(path);
  for (let n = 0; n < traces; n++) await add(store, { target: `${n}.example`, startedAt: n });
  await store.close();
  return path;
}

t.test('the folder is made, the file is ours, and what was stored is there again', async (t) => {
  const dataDir = join(t.testdir(), 'new', 'data');
  const store = await openSqliteStore({ dataDir });
  const trace = await add(store, { target: 'a.example' });
  await store.close();

  const db = new Database(join(dataDir, 'locator.db'));
  t.equal(db.pragma('application_id', { simple: true }), APPLICATION_ID);
  t.equal(db.pragma('user_version', { simple: true }), MIGRATIONS.length);
  t.equal(db.pragma('journal_mode', { simple: true }), 'wal');
  db.close();

  const again = await openSqliteStore({ dataDir });
  t.same(await again.latest({ target: 'a.example' }, 0), trace);
  await again.close();
});

t.test('a trace that was begun and never appended is interrupted after the next open', async (t) => {
  const path = join(t.testdir(), 'traces.db');
  const first = await openSqliteStore(path);
  const id = await first.begin(subject('a.example'), 1000);
  await first.begin(subject('b.example'), 2000);
  t.equal((await first.counts()).interrupted, 0, 'not while it is under way');
  await first.close();

  const second = await openSqliteStore(path);
  t.same(await second.counts(), { traces: 0, targets: 0, interrupted: 2 });
  t.same(await second.recent(), []);
  await t.rejects(second.append(id, await add(second, {})), { code: 'TRACE_UNKNOWN' });
  await second.prune({ before: 2000 });
  t.equal((await second.counts()).interrupted, 1, 'and forgotten like traces of its age');
  await second.close();
});

t.test('two at a time: what the other has under way is not interrupted', async (t) => {
  const path = join(t.testdir(), 'traces.db');
  const server = await openSqliteStore(path);
  const id = await server.begin(subject('a.example'), 1000);

  const commandLine = await openSqliteStore(path);
  await add(commandLine, { target: 'b.example' });
  t.equal((await commandLine.counts()).interrupted, 0);
  await commandLine.close();

  const record = await server.latest({ target: 'b.example' }, 0);
  t.not(record, null, 'each sees what the other stored');
  await server.append(id, record!);
  t.equal((await server.counts()).traces, 2);
  await server.close();
});

t.test('a file that is damaged is refused, in one sentence', async (t) => {
  const cases: Record<string, (path: string) => void> = {
    'cut in half': (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
    'cut within its header': (path) => truncateSync(path, 60),
    'overwritten with text': (path) =>
      writeFileSync(path, 'these are not the bytes you are looking for'.repeat(99)),
    'overwritten in the middle': (path) => {
      const file = openSync(path, 'r+');
      const { size } = statSync(path);
      writeSync(file, Buffer.alloc(size / 2, 0xa5), 0, size / 2, size / 4);
      closeSync(file);
    },
  };
  for (const [name, damage] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      const path = await aFile(t.testdir());
      damage(path);
      const before = readFileSync(path);
      const error = await openSqliteStore(path).then(
        () => null,
        (error) => error,
      );
      t.match(error, { name: 'StoreError', code: 'STORE_CORRUPT' });
      t.match(error?.message, /^The file of traces is damaged .+: .+\.$/);
      t.ok(readFileSync(path).equals(before), 'and not touched');
    });
  }
});

t.test('a record that cannot be read is said to be damaged, and the others still come', async (t) => {
  const path = await aFile(t.testdir(), 2);
  const db = new Database(path);
  db.exec('UPDATE trace SET record = zeroblob(40) WHERE id = 1');
  db.close();
  const store = await openSqliteStore(path);
  await t.rejects(store.find('0.example'), { code: 'STORE_CORRUPT', message: /trace 1 cannot be read/ });
  t.equal((await store.find('1.example')).length, 1);
  await store.close();
});

t.test('another program’s file and a later layout are left alone', async (t) => {
  const path = join(t.testdir(), 'traces.db');
  const db = new Database(path);
  db.exec('CREATE TABLE theirs (x)');
  await t.rejects(openSqliteStore(path), { code: 'STORE_FOREIGN' });
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
  await t.rejects(openSqliteStore(path), { code: 'STORE_NEWER' });
  t.same(db.prepare('SELECT name FROM sqlite_master').pluck().all(), ['theirs']);
  db.close();
});

t.test('a path that can be no file', async (t) => {
  const dir = t.testdir({ file: 'text' });
  await t.rejects(openSqliteStore(dir), { code: 'STORE_UNREACHABLE' });
  await t.rejects(openSqliteStore(join(dir, 'file', 'traces.db')), { code: 'STORE_UNREACHABLE' });
});

t.test('a file that another process keeps locked', async (t) => {
  const path = await aFile(t.testdir());
  const store = await openSqliteStore(path, { busyTimeoutMs: 10 });
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  await t.rejects(store.begin(subject('a.example'), 1), { code: 'STORE_BUSY' });
  t.equal((await store.counts()).traces, 40, 'reading goes on');
  other.exec('ROLLBACK');
  t.ok(await store.begin(subject('a.example'), 1), 'and writing, once it is free');
  other.close();
  await store.close();
});

t.test('a large file is checked only where the targets are', async (t) => {
  const path = await aFile(t.testdir());
  const db = new Database(path);
  const page = db.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'trace_by_time'").pluck().get();
  db.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(8192, 0xa5), 0, 8192, (Number(page) - 1) * 8192);
  closeSync(file);

  await t.rejects(openSqliteStore(path), { code: 'STORE_CORRUPT' });
  const store = await openSqliteStore(path, { checkBytes: 0 });
  t.equal((await store.counts()).targets, 40);
  await t.rejects(
    store.prune({ before: 5 }),
    { code: 'STORE_CORRUPT' },
    'damage elsewhere is said when it is met',
  );
  await store.close();
});

t.test('a copy is whole, is checked, and is made while others write', async (t) => {
  const dir = t.testdir();
  const path = await aFile(dir);
  const store = await openSqliteStore(path);
  const writer = await openSqliteStore(path);
  const copy = join(dir, 'copy.db');
  const copying = store.backup(copy);
  await add(writer, { target: 'later.example' });
  await copying;
  await add(writer, { target: 'latest.example' });
  t.same(
    readdirSync(dir).filter((name) => name.startsWith('copy')),
    ['copy.db'],
    'one file',
  );
  const copied = await openSqliteStore(copy);
  t.ok([40, 41].includes((await copied.counts()).traces));
  t.equal((await copied.find('7.example')).length, 1);
  await copied.close();
  await t.rejects(store.backup(join(dir, 'none', 'copy.db')), { code: 'STORE_UNREACHABLE' });
  await store.close();
  await writer.close();
  await t.rejects(store.backup(copy), { code: 'STORE_CLOSED' });
});

t.test('a file of the first layout is brought up to date, its records are read and followed', async (t) => {
  const path = join(t.testdir(), 'traces.db');
  const db = new Database(path);
  db.exec(MIGRATIONS[0]!);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma('user_version = 1');
  const dictionary = Buffer.from(RECORD_DICTIONARY);
  db.exec("INSERT INTO target VALUES (1, 'a.example', 'example.a.', 8, 8)");
  for (let id = 1; id <= 8; id++) {
    const record = aTrace({ target: 'a.example', startedAt: id });
    const bytes = Buffer.concat([Buffer.of(1), deflateRawSync(JSON.stringify(record), { dictionary })]);
    const values = [id, 'icmp', 4, id, record.address, bytes];
    db.prepare("INSERT INTO trace VALUES (?, 1, ?, ?, ?, ?, 1, 'p', ?)").run(values);
  }
  db.exec("INSERT INTO begun VALUES (8, 'a.example', 'icmp', 4, 8, 0); DELETE FROM begun");
  db.close();

  const store = await openSqliteStore(path);
  const latest = await store.latest({ target: 'a.example' }, 0);
  t.equal(latest?.id, 8);
  t.equal((await store.baseline(latest!)).traces, 7, 'a baseline is made out of what is there');
  const next = await add(store, { target: 'a.example', startedAt: 9 });
  t.equal((await store.baseline(next)).traces, 8);
  await store.close();
});

t.test('a baseline that cannot be read is made anew', async (t) => {
  const path = join(t.testdir(), 'traces.db');
  const store = await openSqliteStore(path);
  for (let n = 0; n < 5; n++) await add(store, { target: 'a.example', startedAt: n });
  const db = new Database(path);
  db.exec('UPDATE baseline SET bytes = zeroblob(9)');
  db.close();
  const latest = await store.latest({ target: 'a.example' }, 0);
  t.equal((await store.baseline(latest!)).traces, 4);
  t.equal((await store.baseline(await add(store, { target: 'a.example', startedAt: 9 }))).traces, 5);
  await store.close();
});

t.test('baselines of a file of the third layout are kept, with what went on', async (t) => {
  const path = join(t.testdir(), 'traces.db');
  const store = await openSqliteStore(path);
  const conditions = [aCondition];
  const going = () => ({ changes: [], conditions });
  for (let n = 0; n < 120; n++) await add(store, { target: 'a.example', startedAt: n }, going);
  await add(store, { target: 'b.example', startedAt: 0 });
  await store.close();
  toThirdLayout(path);

  const again = await openSqliteStore(path);
  const latest = await again.latest({ target: 'a.example' }, 0);
  t.match(await again.baseline(latest!), { traces: 119, since: 0 }, 'more than would be read again');
  let known: readonly Condition[] = [];
  const next = await add(again, { target: 'a.example', startedAt: 120 }, (_, baseline, before) => {
    t.match(baseline, { traces: 120, since: 0 });
    known = before;
    return { changes: [], conditions: before };
  });
  t.same(known, conditions);
  t.match(await again.baseline(next), { traces: 120, since: 0 });
  const other = await again.latest({ target: 'b.example' }, 0);
  t.equal((await again.baseline(other!)).traces, 0);
  await again.close();
});

t.test('a baseline that was never followed by another in the third layout is made anew', async (t) => {
  const path = await aFile(t.testdir(), 1);
  toThirdLayout(path);
  const db = new Database(path);
  db.exec('UPDATE subject SET next = NULL');
  db.close();
  const store = await openSqliteStore(path);
  t.equal((await store.baseline(await add(store, { target: '0.example', startedAt: 9 }))).traces, 1);
  await store.close();
});

t.test('baselines go with their subject', async (t) => {
  const path = await aFile(t.testdir(), 3);
  const store = await openSqliteStore(path);
  await store.prune({ before: 2 });
  await store.close();
  const db = new Database(path);
  t.equal(db.prepare('SELECT count(*) FROM subject').pluck().get(), 1);
  t.equal(db.prepare('SELECT count(*) FROM baseline').pluck().get(), 2);
  db.close();
});

const aCondition: Condition = {
  key: 'PacketLoss',
  type: 'PacketLoss',
  severity: 'low',
  hop: 3,
  detail: 'Packet loss detected: 5% from hop 3 on',
  since: 1,
  absent: 0,
};

/** Makes a closed file one of before baselines had rows of their own. */
function toThirdLayout(path: string): void {
  const db = new Database(path);
  db.exec(`
    CREATE TABLE old (
      target_id INTEGER NOT NULL REFERENCES target (id), protocol TEXT NOT NULL, family INTEGER NOT NULL,
      last_id INTEGER NOT NULL, conditions TEXT NOT NULL, baseline BLOB NOT NULL, next BLOB,
      PRIMARY KEY (target_id, protocol, family)) STRICT;
    INSERT INTO old
      SELECT target_id, protocol, family, newest.last_id, newest.conditions, older.bytes, newest.bytes
      FROM subject JOIN baseline AS newest JOIN baseline AS older
      ON newest.id / 2 = subject.id AND older.id / 2 = subject.id AND newest.last_id > older.last_id;
    DROP TABLE baseline;
    DROP TABLE subject;
    ALTER TABLE old RENAME TO subject`);
  db.pragma('user_version = 3');
  db.close();
}
