import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import t from 'tap';
import { randomFrom, seedOf } from '../../../probe/test/seed.js';
import { openSqliteStore } from '../../src/store/sqlite-store.js';

const rounds = Number(process.env.LOCATOR_KILLS ?? 10);
const script = fileURLToPath(new URL('appender.ts', import.meta.url));
const random = randomFrom(seedOf(t));
t.comment(`LOCATOR_KILLS=${rounds}`);
t.setTimeout(60_000 + rounds * 5_000);

t.test('a process killed at any moment loses nothing it has acknowledged', async (t) => {
  const path = join(t.testdir(), 'traces.db');
  const acknowledged: number[] = [];
  let events = 0;

  for (let round = 1; round <= rounds; round++) {
    // This loader starts in a third of the time that the tests' own takes, ten times over.
    const appender = spawn(process.execPath, ['--import', 'tsx', script, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    appender.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    await once(appender.stdout, 'data');
    await sleep(random() * 120);
    appender.kill('SIGKILL');
    await once(appender, 'close');

    // A line that the kill cut short may be of any number: only whole lines were acknowledged.
    const ids = printed.split('\n').slice(1, -1).map(Number);
    acknowledged.push(...ids);

    const store = await openSqliteStore(path);
    const counts = await store.counts();
    const found = await store.find('a.example', { limit: 1_000_000 });
    const newest = found[0]?.traces[0];
    const baseline = newest === undefined ? null : await store.baseline(newest);
    await store.close();
    const stored = new Set(found[0]?.traces.map(({ id }) => id));
    t.same(
      acknowledged.filter((id) => !stored.has(id)),
      [],
      `round ${round}: all of ${acknowledged.length} acknowledged are there`,
    );
    t.ok(stored.size <= acknowledged.length + round, 'at most one per round was stored and not yet said');
    t.equal(counts.traces, stored.size, 'the counts agree');
    t.equal(baseline?.traces ?? -1, stored.size - 1, 'the baseline has all traces but the newest, and once');
    // Of two or three under way, one may just have been appended, one not yet begun.
    t.ok(counts.interrupted >= round, `${counts.interrupted} unfinished are marked interrupted`);
    t.ok(counts.interrupted <= round * 3);

    const db = new Database(path);
    t.equal(db.pragma('integrity_check', { simple: true }), 'ok', 'and the file is sound');
    t.equal(db.prepare('SELECT count(*) FROM begun WHERE interrupted = 0').pluck().get(), 0);
    const orphans = 'SELECT count(*) FROM event WHERE trace_id NOT IN (SELECT id FROM trace)';
    t.equal(db.prepare(orphans).pluck().get(), 0, 'no event without its trace');
    events = Number(db.prepare('SELECT count(*) FROM event').pluck().get());
    db.close();
  }
  t.ok(events > 0, `${events} events`);
  t.ok(acknowledged.length > 0, `${acknowledged.length} traces in ${rounds} rounds`);
});
