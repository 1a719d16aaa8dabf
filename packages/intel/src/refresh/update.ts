import { join } from 'node:path';
import { IntelError, reasonOf } from '../errors.js';
import { underLock } from '../files/lock-file.js';
import { removeAbandoned, replaceFile } from '../files/replace-file.js';
import type { VerifiedFiles } from '../mmdb/verified-files.js';
import { type ListFile, listFiles, MADE_FROM, RISKY_FILE } from '../threats/list-files.js';
import { formatRisky } from '../threats/parse-risky.js';
import { listedOn } from '../threats/threat-list.js';
import type { ThreatLists } from '../threats/threat-lists.js';
import { editions, type MaxmindAccount, updateDatabase } from './maxmind.js';
import type { ListReport, UpdateOptions, UpdateReport } from './report.js';
import { RequestLog } from './request-log.js';
import { updateList } from './update-list.js';

export interface Updater {
  readonly dataDir: string;
  readonly lists: ThreatLists;
  readonly urls: ReadonlyMap<string, URL>;
  /** null updates no databases. */
  readonly maxmind: { readonly account: MaxmindAccount; readonly base: URL } | null;
  readonly verified: VerifiedFiles;
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly wall: () => number;
  /** Milliseconds for one list; a database may take ten times that. */
  readonly timeoutMs: number;
}

/** Held by the process that updates a data folder. */
const LOCK_FILE = 'update.lock';

/**
 * Brings every list up to date, one after the other, puts what is new into use and writes `risky_ips.json`.
 * What goes wrong with a list is in the report. Waits while another process updates the same folder; what that
 * one has just asked for is not asked again. Throws ABORTED, and DATA_DIR_UNUSABLE.
 */
export async function update(updater: Updater, options: UpdateOptions): Promise<UpdateReport> {
  const signal = options.signal ?? null;
  try {
    return await underLock(join(updater.dataDir, LOCK_FILE), signal, () => updateAll(updater, options));
  } catch (error) {
    throw error instanceof IntelError ? error : new IntelError('DATA_DIR_UNUSABLE', reasonOf(error), error);
  }
}

async function updateAll(updater: Updater, options: UpdateOptions): Promise<UpdateReport> {
  const { dataDir, lists, urls, maxmind, verified, fetch, wall, timeoutMs } = updater;
  const startedAt = new Date(wall()).toISOString();
  await removeAbandoned(dataDir);
  await lists.refresh();
  const log = new RequestLog(dataDir);
  const reports: ListReport[] = [];
  const signal = options.signal ?? null;
  for (const about of listFiles) {
    const url = urls.get(about.file);
    if (url === undefined) continue;
    reports.push(
      await updateList({
        about,
        url,
        dataDir,
        log,
        current: lists.list(about.file),
        fetch,
        now: wall(),
        timeoutMs,
        acceptShrink: options.acceptShrink ?? false,
        signal,
      }),
    );
    if (signal?.aborted === true) throw new IntelError('ABORTED');
  }
  await lists.refresh();
  if (lists.riskyOutdated) {
    await writeRisky(dataDir, lists);
    await lists.refresh();
  }
  for (const edition of editions) {
    if (maxmind === null) break;
    const common = { dataDir, log, verified, fetch, now: wall(), timeoutMs: 10 * timeoutMs, signal };
    reports.push(await updateDatabase({ edition, ...maxmind, ...common }));
    if (signal?.aborted === true) throw new IntelError('ABORTED');
  }
  return {
    startedAt,
    lists: reports,
    added: reports.reduce((sum, { added }) => sum + added, 0),
    removed: reports.reduce((sum, { removed }) => sum + removed, 0),
  };
}

/** The fetched prefixes in the form that other programs read. */
async function writeRisky(dataDir: string, lists: ThreatLists): Promise<void> {
  const entries = MADE_FROM.flatMap(({ file }) => lists.list(file)?.prefixes ?? []);
  const text = formatRisky(
    entries.map(({ prefix, threat }) => [prefix.text, listedOn(threat.list)] as const),
  );
  await replaceFile(join(dataDir, RISKY_FILE), text);
}

/** Where each list is fetched from: the option, else the variable, else Spamhaus. Throws OPTION_INVALID. */
export function feedUrls(
  chosen: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, URL> {
  const urls = new Map<string, URL>();
  for (const about of listFiles) {
    if (about.feed !== null) urls.set(about.file, urlOf(about.file, about.feed, chosen, environment));
  }
  return urls;
}

/** Where MaxMind's databases are fetched from, by the same rule. */
export function maxmindUrl(
  chosen: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): URL {
  const feed = { url: 'https://download.maxmind.com/geoip/databases', variable: 'LOCATOR_MAXMIND_URL' };
  return urlOf('maxmind', feed, chosen, environment);
}

function urlOf(
  key: string,
  { url, variable }: NonNullable<ListFile['feed']>,
  chosen: Readonly<Record<string, string | undefined>>,
  environment: Readonly<Record<string, string | undefined>>,
): URL {
  const [name, text] = chosen[key]
    ? [`urls['${key}']`, chosen[key]]
    : [variable, environment[variable] || url];
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') {
    throw new IntelError(
      'OPTION_INVALID',
      `${name} is ${JSON.stringify(text)}, expected an http or https address`,
    );
  }
  return parsed;
}
