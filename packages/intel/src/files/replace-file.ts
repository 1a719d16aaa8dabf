import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** `.drop_v4.json.0123456789ab.new`: hidden, and told from the files of others by its form. */
const TEMPORARY = /^\..+\.[0-9a-f]{12}\.new$/;

/** A temporary file this old was left by a process that died. */
const ABANDONED_MS = 15 * 60_000;

/**
 * Writes `content` to `path` so that whoever reads, and whatever happens meanwhile, finds the complete old or
 * the complete new file: a temporary file beside it, flushed to the disk, then renamed. Makes the folder.
 */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.new`);
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** The rename itself is only durable once the folder is; not every system lets one open a folder. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The rename is done and atomic; only a power cut right now could undo it.
  }
}

/** Removes temporary files that a killed process left in `folder`. Their age is the file system's. */
export async function removeAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((name) => TEMPORARY.test(name))) {
    const path = join(folder, name);
    const about = await stat(path).catch(() => null);
    if (about !== null && Date.now() - about.mtimeMs > ABANDONED_MS) await rm(path, { force: true });
  }
}
