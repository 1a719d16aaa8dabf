import { constants, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { IntelError } from '../errors.js';

/** A file's content, and what tells this content from a later one at the same path. */
export interface FileContent {
  readonly bytes: Buffer;
  readonly stamp: string;
  /** The stamp again, unless the file was so new that a later change may not show in it. */
  readonly settled: string | null;
  readonly modifiedAt: Date;
}

/** File systems date changes to milliseconds, some to two seconds: what is younger may change once more unseen. */
const SETTLED_MS = 2500;

/**
 * The whole of a regular file in one read, or null where there is none. Throws FILE_UNREADABLE when it is
 * larger than `limit` bytes, no regular file, changes while it is read, or the system refuses.
 */
export async function readFileWhole(path: string, limit: number): Promise<FileContent | null> {
  try {
    // Without O_NONBLOCK, opening a pipe would wait for somebody to write to it.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const openedAt = Date.now();
      const about = await file.stat();
      if (!about.isFile()) throw new IntelError('FILE_UNREADABLE', 'it is no regular file');
      if (about.size > limit) {
        throw new IntelError('FILE_UNREADABLE', `it has ${about.size} bytes, more than the ${limit} allowed`);
      }
      const bytes = Buffer.allocUnsafeSlow(about.size);
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, filled);
        if (bytesRead === 0) throw new IntelError('FILE_UNREADABLE', 'it became shorter while it was read');
        filled += bytesRead;
      }
      const stamp = stampOf(about);
      const settled = openedAt - about.ctimeMs > SETTLED_MS ? stamp : null;
      return { bytes, stamp, settled, modifiedAt: about.mtime };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return null;
    throw error instanceof IntelError ? error : new IntelError('FILE_UNREADABLE', codeOf(error), error);
  }
}

/** The stamp the file at `path` has now; null where there is none or it cannot be asked. */
export async function fileStamp(path: string): Promise<string | null> {
  try {
    return stampOf(await stat(path));
  } catch {
    return null;
  }
}

/** Nobody but the system sets `ctime`: what was written into the file shows there whatever else was done to hide it. */
function stampOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${dev}:${ino}:${size}:${mtimeMs}:${ctimeMs}`;
}

export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
