import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { parseIPv4 } from '../address/parse-address.js';
import { openNetworkMmdb } from '../asn/network-database.js';
import { IntelError, lowerFirst, reasonOf } from '../errors.js';
import { sha256 } from '../files/digest.js';
import { type FileContent, fileStamp } from '../files/read-file.js';
import { replaceFile } from '../files/replace-file.js';
import { openPlaceMmdb } from '../geo/place-database.js';
import { LARGEST_MMDB } from '../mmdb/mmdb.js';
import type { VerifiedFiles } from '../mmdb/verified-files.js';
import { download } from './download.js';
import { fileInTar } from './file-in-tar.js';
import type { ListReport } from './report.js';
import { nextRequest, type RequestLog, type RequestState } from './request-log.js';

export interface MaxmindAccount {
  readonly accountId: string;
  readonly licenseKey: string;
}

/** A database that MaxMind offers to everybody with an account, and an answer it must know. */
export interface Edition {
  readonly name: 'GeoLite2-City' | 'GeoLite2-ASN';
  /** What a look-up of 8.8.8.8, Google's name server in AS15169, gives. */
  knows(content: FileContent, verified: VerifiedFiles): Promise<boolean>;
}

const GOOGLE = { family: 4, words: Uint32Array.of(0, 0, 0, parseIPv4('8.8.8.8')) } as const;

export const editions: readonly Edition[] = [
  {
    name: 'GeoLite2-City',
    knows: async (content, verified) => {
      const database = await openPlaceMmdb('GeoLite2-City', content, verified);
      return database.find(GOOGLE, '8.8.8.8')?.countryCode === 'US';
    },
  },
  {
    name: 'GeoLite2-ASN',
    knows: async (content, verified) => {
      const database = await openNetworkMmdb('GeoLite2-ASN', content, verified);
      return database.find(GOOGLE, '8.8.8.8')?.asn === 15169;
    },
  },
];

/** New editions come twice a week, and an account has 30 downloads a day. */
const INTERVAL = 6 * 3_600_000;

const LARGEST_ARCHIVE = 512 << 20;

export interface DatabaseUpdate {
  readonly edition: Edition;
  readonly account: MaxmindAccount;
  /** `https://download.maxmind.com/geoip/databases` */
  readonly base: URL;
  readonly dataDir: string;
  readonly log: RequestLog;
  readonly verified: VerifiedFiles;
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | null;
}

/**
 * Brings a database in the data folder up to date: archive and check sum fetched and compared, the database taken
 * out, verified, asked what it must know, and only then put in the place of the old one, of which nothing is kept
 * (the licence wants old editions destroyed). On any failure the old one stays. Never throws.
 */
export async function updateDatabase(update: DatabaseUpdate): Promise<ListReport> {
  const { edition, dataDir, log, now } = update;
  const file = `${edition.name}.mmdb`;
  const url = new URL(`${update.base.href.replace(/\/$/, '')}/${edition.name}/download?suffix=tar.gz`);
  let nextAt = now;
  const report = (result: ListReport['result'], sentence: string): ListReport => ({
    name: edition.name,
    url: url.href,
    result,
    entries: null,
    added: 0,
    removed: 0,
    updatedAt: null,
    nextAt: new Date(nextAt).toISOString(),
    sentence,
  });
  try {
    const known = await log.read(file, url);
    nextAt = nextRequest(known, now, INTERVAL);
    if (nextAt > now) {
      return report(
        'too-soon',
        `${edition.name} is asked for again from ${new Date(nextAt).toISOString()} on.`,
      );
    }
    const state: RequestState = {
      url: url.href,
      requestedAt: now,
      notBefore: 0,
      etag: known?.etag ?? null,
      lastModified: known?.lastModified ?? null,
      sha256: known?.sha256 ?? null,
    };
    await log.write(file, state);
    nextAt = now + INTERVAL;

    const expected = await checkSum(update, new URL(`${url.href}.sha256`));
    if (expected === known?.sha256 && (await fileStamp(join(dataDir, file))) !== null) {
      return report('unchanged', `${edition.name} has not changed.`);
    }
    const archive = await fetched(update, url, LARGEST_ARCHIVE);
    if ((await sha256(archive)) !== expected) {
      throw new IntelError('DATABASE_BROKEN', 'its check sum is wrong');
    }
    const tar = await promisify(gunzip)(archive, { maxOutputLength: LARGEST_MMDB });
    const bytes = fileInTar(tar, file);
    if (bytes === null) throw new IntelError('DATABASE_BROKEN', `there is no ${file} in the archive`);
    const content = { bytes, stamp: '', settled: null, modifiedAt: new Date(now) };
    if (!(await edition.knows(content, update.verified))) {
      throw new IntelError('DATABASE_BROKEN', 'it does not know 8.8.8.8');
    }
    await replaceFile(join(dataDir, file), bytes);
    await log.write(file, { ...state, sha256: expected });
    return report('updated', `${edition.name} was updated.`);
  } catch (error) {
    const broken = error instanceof IntelError && error.code.startsWith('DATABASE_');
    const sentence = `${edition.name} was not updated: ${lowerFirst(reasonOf(error))}; what was there stays in use.`;
    return report(broken ? 'refused' : 'failed', sentence);
  }
}

/** The first word of `<hex>  GeoLite2-City_20260102.tar.gz`. */
async function checkSum(update: DatabaseUpdate, url: URL): Promise<string> {
  const text = (await fetched(update, url, 4096)).toString('latin1');
  const sum = /^([0-9a-f]{64})\b/i.exec(text)?.[1];
  if (sum === undefined) throw new IntelError('DATABASE_BROKEN', 'its check sum is none');
  return sum.toLowerCase();
}

async function fetched(
  { account, fetch, timeoutMs, signal }: DatabaseUpdate,
  url: URL,
  largest: number,
): Promise<Buffer> {
  const credentials = Buffer.from(`${account.accountId}:${account.licenseKey}`).toString('base64');
  const authorization = `Basic ${credentials}`;
  const answer = await download({
    url,
    fetch,
    etag: null,
    lastModified: null,
    timeoutMs,
    largest,
    signal,
    authorization,
  });
  if (answer.kind === 'fresh') return answer.body;
  throw new IntelError(
    'DOWNLOAD_FAILED',
    answer.kind === 'refused' ? answer.sentence : 'the server sent nothing',
  );
}

/** The account from an option or the environment; null for none. Throws OPTION_INVALID for half an account. */
export function accountFrom(
  chosen: MaxmindAccount | undefined,
  { MAXMIND_ACCOUNT_ID, MAXMIND_LICENSE_KEY }: Readonly<Record<string, string | undefined>>,
): MaxmindAccount | null {
  const accountId = chosen?.accountId ?? MAXMIND_ACCOUNT_ID ?? '';
  const licenseKey = chosen?.licenseKey ?? MAXMIND_LICENSE_KEY ?? '';
  if (accountId === '' && licenseKey === '') return null;
  if (!/^\d{1,12}$/.test(accountId)) {
    throw new IntelError(
      'OPTION_INVALID',
      'MAXMIND_ACCOUNT_ID is no account number, though a licence key is set',
    );
  }
  if (!/^[\x21-\x7e]{1,128}$/.test(licenseKey)) {
    throw new IntelError(
      'OPTION_INVALID',
      'MAXMIND_LICENSE_KEY is no licence key, though an account number is set',
    );
  }
  return { accountId, licenseKey };
}
