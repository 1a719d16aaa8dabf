/** @locator/probe, packed and installed alone in an empty folder, works from the README's example. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { labRequired } from './lab/available.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));

t.test('packed and installed alone', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'locator-package-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')));

  const packed = await run('npm', ['pack', '--pack-destination', folder], {
    cwd: join(root, 'packages/probe'),
    env,
  });
  const tarball = packed.stdout.trim().split('\n').at(-1)!;
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  try {
    await run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`], {
      cwd: folder,
      env,
      timeout: 100_000,
    });
  } catch (error) {
    const text = `${(error as { stderr?: string }).stderr}`;
    const offline = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|network/i.test(text);
    if (!offline || labRequired) throw error;
    t.pass('install', { skip: 'The npm registry cannot be reached, which the dependencies come from.' });
    return;
  }
  const installed = await readdir(join(folder, 'node_modules/@locator'));
  t.same(installed, ['probe'], 'nothing else of Locator came along');

  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const example = /```ts\n(import \{ trace \}[\s\S]*?)```/.exec(readme)?.[1];
  t.ok(example, 'the README has the example');
  const program = example!.replace('example.com', '127.0.0.1');

  await writeFile(join(folder, 'plain.js'), program);
  const plain = await run(process.execPath, ['plain.js'], { cwd: folder });
  t.match(plain.stdout, /^1 127\.0\.0\.1 [\d.]+ none\n$/, 'plain JavaScript');

  await writeFile(
    join(folder, 'typed.ts'),
    `${program}\nconst reached: Promise<boolean> = trace('::1').result.then((r) => r.reached);\nconsole.log(await reached);\n`,
  );
  const options = { module: 'NodeNext', target: 'ES2022', strict: true, types: [], lib: ['ES2023', 'DOM'] };
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: options, files: ['typed.ts'] }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await t.resolves(run(process.execPath, [tsc, '-p', folder]), 'the types are found and right');
  const typed = await run(process.execPath, ['typed.js'], { cwd: folder });
  t.match(typed.stdout, /^1 127\.0\.0\.1 [\d.]+ none\ntrue\n$/, 'ESM TypeScript');
});
