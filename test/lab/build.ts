import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-O2', '-Wall', '-Wextra'];

let built: Promise<string> | undefined;

/** Path of the compiled internet/*.c, which is compiled (about a second) when its text has changed. */
export function buildInternet(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const source = fileURLToPath(new URL('internet/', import.meta.url));
  const folder = fileURLToPath(new URL('build/', import.meta.url));
  const files = (await readdir(source)).filter((name) => /\.[ch]$/.test(name)).sort();
  const hash = createHash('sha256').update(`${process.arch} ${flags.join(' ')}`);
  for (const name of files) hash.update(name).update(await readFile(source + name));
  const program = `${folder}internet-${hash.digest('hex').slice(0, 16)}`;
  const ready = await access(program).then(
    () => true,
    () => false,
  );
  if (ready) return program;

  // Test files run side by side and may all find it missing: each compiles, the last rename wins.
  await mkdir(folder, { recursive: true });
  const fresh = `${program}.${process.pid}`;
  const units = files.filter((name) => name.endsWith('.c')).map((name) => source + name);
  await promisify(execFile)(process.env.CC ?? 'cc', [...flags, '-o', fresh, ...units, '-lm']);
  await rename(fresh, program);
  const stale = (await readdir(folder)).filter((name) => /^internet-[0-9a-f]{16}$/.test(name));
  await Promise.all(
    stale.filter((name) => folder + name !== program).map((name) => rm(folder + name, { force: true })),
  );
  return program;
}
