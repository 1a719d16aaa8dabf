import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { underLock } from '../../src/files/lock-file.js';
import { dropOf, FeedServer, prefixes, serves } from '../refresh/feed-server.js';

t.test('one after the other, and nothing is left', async (t) => {
  const path = join(t.testdir(), 'data', 'update.lock');
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
    return running;
  };
  await Promise.all(Array.from({ length: 5 }, () => underLock(path, null, work)));
  t.equal(most, 1);
  t.notOk(existsSync(path));
  await t.rejects(
    underLock(path, null, async () => {
      throw new Error('work went wrong');
    }),
    { message: 'work went wrong' },
  );
  t.notOk(existsSync(path), 'also after a failure');
});

t.test('the lock of a process that is gone is taken over', async (t) => {
  const folder = t.testdir();
  const path = join(folder, 'update.lock');
  await underLock(path, null, async () => {
    const [, place] = readFileSync(path, 'utf8').split(' ');
    t.ok(place?.startsWith(hostname()));
    t.equal(readFileSync(path, 'utf8').split(' ')[0], String(process.pid));
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(path, `${pid} ${place} 000000000000`);
  });
  t.ok(existsSync(path), 'what is not ours is not removed');
  t.equal(await underLock(path, null, async () => 'done'), 'done');

  // One of another machine: only its silence tells.
  writeFileSync(path, '1 elsewhere/1 000000000000');
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  await t.rejects(
    underLock(path, stop.signal, async () => 'done'),
    { code: 'ABORTED' },
  );
  const longAgo = new Date(Date.now() - 120_000);
  utimesSync(path, longAgo, longAgo);
  t.equal(await underLock(path, null, async () => 'done'), 'done');
  t.same(readdirSync(folder), []);
});

t.test('processes that update at once ask each source once', async (t) => {
  const server = await new FeedServer().listen();
  server.on('/v4', serves(dropOf(prefixes(20))));
  server.on('/v6', serves(dropOf(['2400:1::/32'])));
  server.on('/asn', serves('{"asn":64500,"asname":"X"}\n{"type":"metadata","timestamp":1,"records":1}\n'));
  const child = fileURLToPath(new URL('../refresh/updates.mjs', import.meta.url));
  const args = [t.testdir(), '1', ...['/v4', '/v6', '/asn'].map((path) => server.url(path))];
  const results = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const process = fork(child, args, { stdio: 'inherit', execArgv: [] });
      const said: unknown[] = [];
      process.on('message', (message) => said.push(message));
      const [code] = await once(process, 'exit');
      t.equal(code, 0);
      return said.at(-1);
    }),
  );
  t.same(results.sort(), [
    ...Array.from({ length: 5 }, () => 'too-soon too-soon too-soon'),
    'updated updated updated',
  ]);
  t.same(server.requests.map(({ path }) => path).sort(), ['/asn', '/v4', '/v6']);
  await server.close();
});
