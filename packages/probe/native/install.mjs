// Compiles the native part, which takes about a second. Node-API is the same for every Node version, so the C
// compiler and its headers are all there is to it. A machine that cannot compile installs all the same.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { binaryPath, loadBinding } from './load.mjs';

const folder = fileURLToPath(new URL('src', import.meta.url));
const files = readdirSync(folder).map((name) => join(folder, name));
const target = binaryPath();

if (process.platform !== 'linux') {
  say('not Linux: the npm package raw-socket is used instead');
} else if (!isCurrent()) {
  build();
}

/** Newer than its sources, and loads. */
function isCurrent() {
  if (!existsSync(target)) return false;
  const built = statSync(target).mtimeMs;
  return files.every((file) => statSync(file).mtimeMs <= built) && loadBinding().binding !== undefined;
}

function build() {
  const compiler = findCompiler();
  if (compiler === null) return say('not compiled, because there is no C compiler (cc, gcc, clang or $CC)');
  const temporary = `${target}.${process.pid}`;
  try {
    mkdirSync(dirname(target), { recursive: true });
    const { status, stderr, error } = spawnSync(compiler[0], [...compiler.slice(1), ...flags(temporary)], {
      encoding: 'utf8',
    });
    if (status !== 0) return say(`not compiled: ${firstLine(stderr || String(error ?? `exit ${status}`))}`);
    // Others may be installing, or running the old one.
    renameSync(temporary, target);
  } catch (error) {
    return say(`not compiled: ${error.message}`);
  } finally {
    rmSync(temporary, { force: true });
  }
  const { reason } = loadBinding();
  if (reason !== undefined) say(`compiled, but ${reason}`);
}

/** Command and arguments of the first compiler that answers, or null. $CC may carry arguments. */
function findCompiler() {
  const candidates = [process.env.CC?.trim().split(/\s+/), ['cc'], ['gcc'], ['clang']];
  const works = (c) => c?.[0] && spawnSync(c[0], ['--version'], { stdio: 'ignore' }).status === 0;
  return candidates.find(works) ?? null;
}

function flags(output) {
  const { include_dir: headers } = createRequire(import.meta.url)('node-api-headers');
  return [
    ...['-std=c11', '-D_GNU_SOURCE', '-DNAPI_VERSION=8', '-O2', '-Wall', '-Wextra'],
    ...['-shared', '-fPIC', '-fvisibility=hidden', '-pthread', `-I${headers}`],
    ...(process.env.CFLAGS?.trim().split(/\s+/).filter(Boolean) ?? []),
    ...files.filter((file) => file.endsWith('.c')),
    ...['-o', output],
  ];
}

function firstLine(text) {
  return text.split('\n').find((line) => /error/i.test(line)) ?? text.split('\n')[0];
}

function say(line) {
  console.log(`@locator/probe: native sockets ${line}.`);
}
