import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { openSqliteStore } from '../../src/store/sqlite-store.js';

// Only for a machine with much else to do.
t.setTimeout(120_000);

const processes = 6;

t.test('processes that open one new file at the same moment all succeed', async (t) => {
  const path = join(t.testdir(), 'traces.db');
  const script = fileURLToPath(new URL('opener.ts', import.meta.url));
  const open = () => promisify(execFile)(process.execPath, [...process.execArgv, script, path]);
  await Promise.all(Array.from({ length: processes }, open));

  const store = await openSqliteStore(path);
  t.same(await store.counts(), { traces: processes, targets: 1, interrupted: 0 });
  await store.close();
});
