/** Every example runs as its first line says, on loopback. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const root = fileURLToPath(new URL('..', import.meta.url));

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

t.test('hello-trace', async (t) => {
  const { code, stdout, stderr } = await run(['examples/hello-trace.js', '127.0.0.1']);
  t.equal(code, 0, stderr);
  t.match(stdout, /^ 1 127\.0\.0\.1 +[\d.]+ ms/);
  t.match(stdout, /127\.0\.0\.1 reached in \d+ ms/);
});

t.test('watch-a-path', async (t) => {
  const { code, stdout, stderr } = await run(['examples/watch-a-path.js', '127.0.0.1', '3']);
  t.equal(code, 0, stderr);
  t.match(stdout, /^ 1 127\.0\.0\.1 {2}3 of 3 {2}[\d.]+ ms, p95 [\d.]+ ms {2}none\n$/);
  const bad = await run(['examples/watch-a-path.js', 'a..b']);
  t.equal(bad.code, 1);
  t.match(bad.stderr, /^[A-Z].*\n$/, 'one sentence');
});

t.test('follow-the-stream', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'locator-example-'));
  const server = spawn(
    process.execPath,
    ['packages/server/dist/main.js', '--port', '0', '--data-dir', data],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.teardown(async () => {
    const exit = once(server, 'exit');
    server.kill();
    await exit;
    await rm(data, { recursive: true });
  });
  let url: string | undefined;
  for await (const line of createInterface({ input: server.stdout })) {
    url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) break;
  }
  t.ok(url, 'the server says where it listens');
  const good = await run(['examples/follow-the-stream.js', '127.0.0.1'], { LOCATOR_URL: url! });
  t.equal(good.code, 0, good.stderr);
  t.match(good.stdout, /^1 {2}127\.0\.0\.1 {2}[\d.]+ ms {2}0% lost/);
  const bad = await run(['examples/follow-the-stream.js', 'a b'], { LOCATOR_URL: url! });
  t.equal(bad.code, 1);
  t.match(bad.stderr, /^[A-Z].*\n$/, 'one sentence');
});

t.test('they are short, and all of them are run here', async (t) => {
  const files = (await readdir(join(root, 'examples'))).filter((name) => /\.(js|ts)$/.test(name));
  t.same(files.sort(), ['follow-the-stream.js', 'hello-trace.js', 'watch-a-path.js']);
  for (const file of files) {
    const lines = (await readFile(join(root, 'examples', file), 'utf8')).split('\n').length;
    t.ok(lines <= 40, `${file} has ${lines} lines`);
  }
});
