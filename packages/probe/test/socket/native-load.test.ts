import { execFile, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { binaryPath } from '../../native/load.mjs';

const skip = process.platform === 'linux' ? false : 'the native part is for Linux';
const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of the package's native part with nothing built; its folder. */
function copy(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'locator-native-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const isSource = (path: string) => basename(path) !== 'build';
  cpSync(join(packageFolder, 'native'), join(folder, 'native'), { recursive: true, filter: isSource });
  symlinkSync(join(packageFolder, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

function install(
  folder: string,
  env: Record<string, string> = {},
): { status: number | null; stdout: string } {
  const options = { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } } as const;
  return spawnSync(process.execPath, ['native/install.mjs'], options);
}

const built = (folder: string) => join(folder, 'native/build', basename(binaryPath()));

t.test('compiles, once, and again when a source is newer', { skip }, (t) => {
  const folder = copy(t);
  const { status, stdout } = install(folder);
  t.equal(status, 0);
  if (/no C compiler/.test(stdout)) {
    t.pass('cannot be compiled here', { skip: stdout.trim() });
    return t.end();
  }
  t.equal(stdout, '', 'says nothing when all is well');
  const first = statSync(built(folder)).mtimeMs;
  install(folder);
  t.equal(statSync(built(folder)).mtimeMs, first, 'is not compiled twice');
  const later = new Date(first + 2000);
  utimesSync(join(folder, 'native/src/send.c'), later, later);
  install(folder);
  t.ok(statSync(built(folder)).mtimeMs > first, 'a newer source is compiled');
  t.same(
    readdirSync(join(folder, 'native/build')),
    [basename(binaryPath())],
    'and nothing is left beside it',
  );
  t.end();
});

t.test('a machine that cannot compile installs all the same, with one line', { skip }, (t) => {
  const folder = copy(t);
  const none = install(folder, { PATH: '/nonexistent', CC: '' });
  t.equal(none.status, 0);
  t.match(none.stdout, /^@locator\/probe: .* no C compiler .*\n$/);
  const fails = install(folder, { CC: 'false', PATH: '/nonexistent' });
  t.equal(fails.status, 0);
  t.match(fails.stdout, /^@locator\/probe: .*\n$/);
  t.notOk(existsSync(built(folder)));
  const load = 'import("./native/load.mjs").then((m) => console.log(m.loadBinding().reason))';
  const { stdout } = spawnSync(process.execPath, ['-e', load], { cwd: folder, encoding: 'utf8' });
  t.equal(stdout.trim(), 'the native part has not been built');
  t.end();
});

t.test('a broken binary is a reason, not an exception', { skip }, (t) => {
  const folder = copy(t);
  cpSync(join(folder, 'native/src/send.c'), built(folder));
  const load = 'import("./native/load.mjs").then((m) => console.log(m.loadBinding().reason))';
  const { stdout } = spawnSync(process.execPath, ['-e', load], { cwd: folder, encoding: 'utf8' });
  t.match(stdout, /^the native part cannot be loaded \(/);
  t.end();
});

t.test('installs at the same time do not disturb each other', { skip }, async (t) => {
  const folder = copy(t);
  const once = () => promisify(execFile)(process.execPath, ['native/install.mjs'], { cwd: folder });
  const outputs = await Promise.all([once(), once(), once()]);
  t.equal(new Set(outputs.map(({ stdout }) => stdout)).size, 1, 'all say the same');
  t.ok(
    readdirSync(join(folder, 'native/build')).every((name) => name === basename(built(folder))),
    'nothing is left beside the binary',
  );
});
