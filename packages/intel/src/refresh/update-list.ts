import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { lowerFirst, reasonOf } from '../errors.js';
import { readFileWhole } from '../files/read-file.js';
import { replaceFile } from '../files/replace-file.js';
import type { ListFile } from '../threats/list-files.js';
import type { ThreatList } from '../threats/threat-list.js';
import { type Answer, download } from './download.js';
import type { ListReport } from './report.js';
import { nextRequest, type RequestLog, type RequestState } from './request-log.js';
import { entriesOf, keysOf, objectionTo } from './verify-list.js';

/** Spamhaus: at most one request an hour. */
export const HOUR = 3_600_000;

/** The lists are some 100 KB. */
const LARGEST_LIST = 16 << 20;

export interface ListUpdate {
  readonly about: ListFile;
  readonly url: URL;
  readonly dataDir: string;
  readonly log: RequestLog;
  readonly current: ThreatList | null;
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly timeoutMs: number;
  readonly acceptShrink: boolean;
  readonly signal: AbortSignal | null;
}

/** Brings one list up to date. On any failure the file in the data folder stays as it is. Never throws. */
export async function updateList(update: ListUpdate): Promise<ListReport> {
  const { about, url, dataDir, log, current, now } = update;
  let nextAt: number | null = null;
  const report = (result: ListReport['result'], list: ThreatList | null, sentence: string): ListReport => {
    const before = current === null ? new Set() : keysOf(current);
    const after = list === null ? new Set() : keysOf(list);
    const changed = result === 'updated';
    return {
      name: about.name,
      url: url.href,
      result,
      entries: list === null ? null : entriesOf(list),
      added: changed ? [...after].filter((key) => !before.has(key)).length : 0,
      removed: changed ? [...before].filter((key) => !after.has(key)).length : 0,
      updatedAt: list?.timestamp ?? null,
      nextAt: nextAt === null ? null : new Date(nextAt).toISOString(),
      sentence,
    };
  };
  const kept = (result: 'failed' | 'refused', why: string) => {
    const stays =
      current === null ? 'there is none to fall back on' : `the one of ${dayOf(current)} stays in use`;
    return report(result, current, `${about.name} was not updated: ${why}; ${stays}.`);
  };

  try {
    const known = await log.read(about.file, url);
    nextAt = nextRequest(known, now, HOUR);
    if (nextAt > now) {
      return report(
        'too-soon',
        current,
        `${about.name} is asked for again from ${new Date(nextAt).toISOString()} on.`,
      );
    }

    const path = join(dataDir, about.file);
    const held =
      current !== null && known?.sha256 != null && (await digestOf(path)) === known.sha256 ? known : null;
    const state: RequestState = {
      url: url.href,
      requestedAt: now,
      notBefore: 0,
      etag: held?.etag ?? null,
      lastModified: held?.lastModified ?? null,
      sha256: held?.sha256 ?? null,
    };
    await log.write(about.file, state);
    nextAt = now + HOUR;

    const answer: Answer = await download({
      url,
      fetch: update.fetch,
      etag: state.etag,
      lastModified: state.lastModified,
      timeoutMs: update.timeoutMs,
      largest: LARGEST_LIST,
      signal: update.signal,
    });
    if (answer.kind === 'unchanged') {
      return held === null
        ? kept('failed', 'the server says that nothing changed, but was asked for the whole')
        : report('unchanged', current, `${about.name} has not changed.`);
    }
    if (answer.kind === 'refused') {
      const asked = { ...state, notBefore: now + (answer.retryAfterMs ?? 0) };
      nextAt = nextRequest(asked, now, HOUR);
      await log.write(about.file, asked);
      return kept('failed', answer.sentence);
    }

    const list = about.parse(answer.body.toString('utf8'), about.list, null);
    const objection = objectionTo(list, current, update.acceptShrink);
    if (objection !== null) return kept('refused', objection);

    const sha256 = createHash('sha256').update(answer.body).digest('hex');
    const same = held?.sha256 === sha256;
    if (!same) await replaceFile(path, answer.body);
    await log.write(about.file, { ...state, etag: answer.etag, lastModified: answer.lastModified, sha256 });
    if (same) return report('unchanged', current, `${about.name} has not changed.`);
    const done = report('updated', list, '');
    const sentence = `${about.name} has ${done.entries} entries, ${done.added} of them new; ${done.removed} are gone.`;
    return { ...done, sentence };
  } catch (error) {
    return kept('failed', lowerFirst(reasonOf(error)));
  }
}

async function digestOf(path: string): Promise<string | null> {
  const content = await readFileWhole(path, LARGEST_LIST).catch(() => null);
  return content === null ? null : createHash('sha256').update(content.bytes).digest('hex');
}

function dayOf(list: ThreatList): string {
  return list.timestamp?.slice(0, 10) ?? 'unknown date';
}
