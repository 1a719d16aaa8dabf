import { randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { IntelError } from '../errors.js';

/** A holder that lives shows it this often; one that has not for that long is gone. By the file system's time. */
const BEAT_MS = 10_000;
const GONE_MS = 60_000;
/** A lock without a name in it belongs to a process that was killed just then. */
const NAMELESS_GONE_MS = 2_000;

const RETRY_MS = 100;

/**
 * Does `work` while no other process does any under the same lock, a file that names its holder. Waits for the
 * other to end. The lock of a process that was killed is taken over: at once where this machine knows that the
 * process is gone, else when it has shown no life for a minute. Throws ABORTED for `signal` while waiting, and
 * what the file system says when the lock cannot be written.
 */
export async function underLock<T>(
  path: string,
  signal: AbortSignal | null,
  work: () => Promise<T>,
): Promise<T> {
  const holder = `${process.pid} ${here()} ${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path, holder))) {
    if (signal?.aborted === true) throw new IntelError('ABORTED');
    if (!(await removeIfGone(path))) await sleep(RETRY_MS);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, BEAT_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await holderOf(path)) === holder) await rm(path, { force: true });
  }
}

async function take(path: string, holder: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o644);
    await file.writeFile(holder).finally(() => file.close());
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Tells whether there was a lock of a holder that is gone, and is none any more. */
async function removeIfGone(path: string): Promise<boolean> {
  const holder = await holderOf(path);
  const about = await stat(path).catch(() => null);
  if (holder === null || about === null) return false;
  const silentMs = Date.now() - about.mtimeMs;
  if (!isDead(holder) && silentMs < (holder === '' ? NAMELESS_GONE_MS : GONE_MS)) return false;
  // Several may see the same: who can move it away is the one that removes it, and only if it is still that lock.
  const aside = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.new`);
  try {
    await rename(path, aside);
  } catch {
    return false;
  }
  const same = (await holderOf(aside)) === holder;
  await (same ? rm(aside, { force: true }) : rename(aside, path));
  return same;
}

/** Where a process' number means something: this machine and, with containers, this name space of numbers. */
function here(): string {
  try {
    return `${hostname()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Whether the holder ran on this machine and does no more; a holder elsewhere may live. */
function isDead(holder: string): boolean {
  const [pid, place] = holder.split(' ');
  if (place !== here() || !/^\d{1,10}$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

async function holderOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
