import { join } from 'node:path';
import { readFileWhole } from '../files/read-file.js';
import { replaceFile } from '../files/replace-file.js';

/** Raise it when the verification learns to refuse more, so that all is verified again. */
const VERSION = 1;
const MOST = 32;

/**
 * SHA-256 digests of database files that passed verification, kept in the data folder: hashing a file takes a
 * tenth of the time of verifying it. Without a folder nothing is remembered.
 */
export class VerifiedFiles {
  readonly #path: string | null;
  #digests: Promise<string[]> | null = null;

  constructor(dataDir: string | null) {
    this.#path = dataDir === null ? null : join(dataDir, 'verified-databases.json');
  }

  async has(digest: string): Promise<boolean> {
    return this.#path !== null && (await this.#known(this.#path)).includes(digest);
  }

  async add(digest: string): Promise<void> {
    if (this.#path === null) return;
    const digests = await this.#known(this.#path);
    if (digests.includes(digest)) return;
    digests.push(digest);
    digests.splice(0, digests.length - MOST);
    // Only a memo: a folder that cannot be written costs time at the next start, nothing more.
    await replaceFile(this.#path, `${JSON.stringify({ version: VERSION, sha256: digests })}\n`).catch(
      () => {},
    );
  }

  #known(path: string): Promise<string[]> {
    this.#digests ??= readDigests(path);
    return this.#digests;
  }
}

async function readDigests(path: string): Promise<string[]> {
  try {
    const file = await readFileWhole(path, 64 * 1024);
    const memo: unknown = JSON.parse(file?.bytes.toString('utf8') ?? 'null');
    if (typeof memo !== 'object' || memo === null || !('version' in memo) || memo.version !== VERSION)
      return [];
    const digests = 'sha256' in memo && Array.isArray(memo.sha256) ? memo.sha256 : [];
    return digests.filter((digest): digest is string => typeof digest === 'string').slice(-MOST);
  } catch {
    return [];
  }
}
