// Makes a checkout ready to run: dependencies as the lock file says, the native add-on, the compiled packages.
// Does only what is not done yet, so that a second run costs next to nothing. With --slim it leaves in the end only what
// running needs, for a container.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = join(root, 'node_modules', '.locator-setup');
const packages = ['probe', 'intel', 'server'];
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) stop(`Locator needs Node 20 or newer; this is ${process.version}.`);

install();
compile();
report();
if (process.argv.includes('--slim')) slim();

/** Installs when the lock file, a manifest or the Node ABI differs from what the last install saw. */
function install() {
  const inputs = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'].concat(
    packages.map((name) => `packages/${name}/package.json`),
  );
  const hash = createHash('sha256').update(`${process.versions.modules} ${process.platform} ${process.arch}`);
  for (const input of inputs) hash.update(readFileSync(join(root, input)));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  say('installing dependencies (the first time takes some minutes: databases and native parts) …');
  const again = existsSync(stamp);
  pnpm('install', '--frozen-lockfile');
  // Native parts are compiled for one ABI: another Node needs them anew.
  if (again) pnpm('rebuild', '-r');
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stamp, wanted);
}

function compile() {
  run(process.execPath, ['native/install.mjs'], join(root, 'packages/probe'));
  const require = createRequire(join(root, 'package.json'));
  const tsc = join(require.resolve('typescript/package.json'), '../bin/tsc');
  if (!existsSync(join(root, 'packages/server/dist'))) say('compiling …');
  run(process.execPath, [tsc, '-b'], root);
  buildPage();
}

/** Builds the web page when one of its sources is newer than what was built last. */
function buildPage() {
  const server = join(root, 'packages/server');
  const built = join(server, 'dist/web/index.html');
  const sources = ['web', 'src/wire'].flatMap((folder) =>
    readdirSync(join(server, folder), { recursive: true }).map((name) => join(server, folder, String(name))),
  );
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  const require = createRequire(join(server, 'package.json'));
  const vite = join(require.resolve('vite/package.json'), '../bin/vite.js');
  run(process.execPath, [vite, 'build', '--logLevel', 'warn', '--config', 'web/vite.config.ts'], server);
}

/** Takes away what only building and testing need: two thirds. */
function slim() {
  rmSync(stamp);
  const now = ['--config.modules-cache-max-age=0', '--config.confirm-modules-purge=false'];
  pnpm('install', '--prod', '--frozen-lockfile', '--offline', ...now);
}

/** What could not be set up on this machine, in a line each; nothing when all is there. */
function report() {
  const require = createRequire(join(root, 'packages/probe/package.json'));
  try {
    require('raw-socket');
  } catch (error) {
    say(
      `left out: the optional package raw-socket (${firstLine(error)}); only systems other than Linux need it.`,
    );
  }
}

function pnpm(...args) {
  const version = manifest.packageManager.split('@')[1];
  const own = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8' });
  if (own.status === 0 && own.stdout.trim() === version) run('pnpm', args, root);
  else run('npx', ['--yes', `pnpm@${version}`, ...args], root);
}

/** Native parts are compiled against the headers that came with this Node, where they did: no download then. */
function environment() {
  const prefix = join(process.execPath, '../..');
  const hasHeaders = existsSync(join(prefix, 'include/node/node.h'));
  return hasHeaders ? { npm_config_nodedir: prefix, ...process.env } : process.env;
}

function run(command, args, cwd) {
  const stdio = ['ignore', 'inherit', 'inherit'];
  const { status, error } = spawnSync(command, args, { cwd, stdio, env: environment() });
  if (error !== undefined) stop(`${command} could not be started: ${error.message}`);
  if (status !== 0) stop(`"${[command, ...args].join(' ')}" failed; its own words are above.`);
}

function firstLine(error) {
  return String(error.message).split('\n')[0];
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function stop(text) {
  say(text);
  process.exit(1);
}
