import { join } from 'node:path';
import { sha256 } from '../files/digest.js';
import { type FileContent, readFileWhole } from '../files/read-file.js';
import { replaceFile } from '../files/replace-file.js';

/** Raise it when the verification learns to refuse more, so that all is verified again. */
const VERSION = 2;
const MOST = 32;

interface Memo {
  /** Of contents that passed. */
  readonly sha256: string[];
  /** Stamps of files that had such a content. */
  readonly files: string[];
}

/**
 * What passed verification, kept in the data folder. A file that has not changed since is known by its stamp, any other
 * by its digest: hashing takes a tenth of the time of verifying. Without a folder nothing is remembered.
 */
export class VerifiedFiles {
  readonly #path: string | null;
  #memo: Promise<Memo> | null = null;

  constructor(dataDir: string | null) {
    this.#path = dataDir === null ? null : join(dataDir, 'verified-databases.json');
  }

  /** Calls `verify` unless this content has passed before; rejects as that does. */
  async pass(content: Pick<FileContent, 'bytes' | 'settled'>, verify: () => Promise<void>): Promise<void> {
    if (this.#path === null) return verify();
    this.#memo ??= readMemo(this.#path);
    const memo = await this.#memo;
    if (content.settled !== null && memo.files.includes(content.settled)) return;
    const digest = await sha256(content.bytes);
    const isKnown = memo.sha256.includes(digest);
    if (isKnown && content.settled === null) return;
    if (!isKnown) {
      await verify();
      keep(memo.sha256, digest);
    }
    if (content.settled !== null) keep(memo.files, content.settled);
    // Only a memo: a folder that cannot be written costs time at the next start, nothing more.
    await replaceFile(this.#path, `${JSON.stringify({ version: VERSION, ...memo })}\n`).catch(() => {});
  }
}

function keep(known: string[], one: string): void {
  known.push(one);
  known.splice(0, known.length - MOST);
}

async function readMemo(path: string): Promise<Memo> {
  try {
    const file = await readFileWhole(path, 64 * 1024);
    const memo: unknown = JSON.parse(file?.bytes.toString('utf8') ?? 'null');
    if (typeof memo === 'object' && memo !== null && 'version' in memo && memo.version === VERSION)
      return { sha256: texts('sha256' in memo && memo.sha256), files: texts('files' in memo && memo.files) };
  } catch {
    // As if there were none.
  }
  return { sha256: [], files: [] };
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((text): text is string => typeof text === 'string').slice(-MOST)
    : [];
}
