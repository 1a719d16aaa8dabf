import { join } from 'node:path';
import { IntelError, reasonOf } from '../errors.js';
import { readFileWhole } from '../files/read-file.js';
import { replaceFile } from '../files/replace-file.js';

/** What is remembered of one download between runs. Times are milliseconds since 1970. */
export interface RequestState {
  readonly url: string;
  readonly requestedAt: number;
  /** Not before this, whatever the interval says: a server asked for it. */
  readonly notBefore: number;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** SHA-256 of the file the two above speak of. */
  readonly sha256: string | null;
}

/** A server cannot stop updates for longer than a week. */
const LONGEST_WAIT = 7 * 24 * 3_600_000;

/** The earliest time of the next request. A note from the future was made by a clock that was wrong. */
export function nextRequest(last: RequestState | null, now: number, interval: number): number {
  if (last === null || last.requestedAt > now + interval) return now;
  return Math.max(last.requestedAt + interval, Math.min(last.notBefore, last.requestedAt + LONGEST_WAIT));
}

/**
 * When each file was last asked for, kept in the data folder: a program that is started a hundred times an hour
 * still asks once. Written before the request goes out, so that not even a crash asks twice.
 */
export class RequestLog {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'requests.json');
  }

  /** What is noted of `name` at that address; null for nothing, also when it was fetched from elsewhere. */
  async read(name: string, url: URL): Promise<RequestState | null> {
    const state = stateOf((await this.#all())[name]);
    return state?.url === url.href ? state : null;
  }

  /** When all of `names` had been asked for, the time of the one asked longest ago; null when one never was. */
  async lastOf(names: readonly string[]): Promise<number | null> {
    const all = await this.#all();
    const times = names.map((name) => stateOf(all[name])?.requestedAt ?? Number.NaN);
    const last = Math.min(...times);
    return Number.isNaN(last) ? null : last;
  }

  /** Throws DATA_DIR_UNUSABLE: without the note no request may go out. */
  async write(name: string, state: RequestState): Promise<void> {
    const all = { ...(await this.#all()), [name]: state };
    try {
      await replaceFile(this.#path, `${JSON.stringify(all, null, 2)}\n`);
    } catch (error) {
      throw new IntelError('DATA_DIR_UNUSABLE', reasonOf(error), error);
    }
  }

  async #all(): Promise<Record<string, unknown>> {
    try {
      const file = await readFileWhole(this.#path, 1 << 20);
      const all: unknown = JSON.parse(file?.bytes.toString('utf8') ?? '{}');
      return typeof all === 'object' && all !== null ? (all as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  }
}

function stateOf(value: unknown): RequestState | null {
  if (typeof value !== 'object' || value === null) return null;
  const { url, requestedAt, notBefore, etag, lastModified, sha256 } = value as Record<string, unknown>;
  if (typeof url !== 'string' || typeof requestedAt !== 'number') return null;
  return {
    url,
    requestedAt,
    notBefore: typeof notBefore === 'number' ? notBefore : 0,
    etag: textOf(etag),
    lastModified: textOf(lastModified),
    sha256: textOf(sha256),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && !/[^\x20-\x7e]/.test(value) ? value : null;
}
