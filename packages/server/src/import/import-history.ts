import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PathRecord } from '../path-record.js';
import type { TraceStore } from '../store/trace-store.js';
import { readOldFileName } from './old-file-name.js';
import { OldTraceError, readOldTrace } from './read-old-trace.js';

/** Traces that are stored at once. */
const BATCH = 200;

export interface ImportReport {
  readonly imported: number;
  /** Were there already. */
  readonly present: number;
  /** Files left out, each with one sentence. */
  readonly refused: readonly { readonly file: string; readonly why: string }[];
}

/**
 * Stores what the old tool kept in `folder`, one folder per target in it, oldest first. A second time changes
 * nothing. Rejects as reading the folder does, and with StoreError.
 */
export async function importHistory(
  store: Pick<TraceStore, 'find' | 'appendAll'>,
  folder: string,
  { utc = false }: { readonly utc?: boolean } = {},
): Promise<ImportReport> {
  const records: PathRecord[] = [];
  const refused: { file: string; why: string }[] = [];
  let present = 0;

  const entries = await readdir(folder, { withFileTypes: true });
  for (const { name: target } of entries.filter((entry) => entry.isDirectory())) {
    for (const name of (await readdir(join(folder, target))).sort()) {
      const file = join(target, name);
      try {
        const record = await readFileOf(folder, target, name, utc);
        if (await isPresent(store, record)) present += 1;
        else records.push(record);
      } catch (error) {
        refused.push({ file, why: (error as Error).message });
      }
    }
  }

  records.sort((a, b) => a.startedAt - b.startedAt);
  for (let at = 0; at < records.length; at += BATCH) await store.appendAll(records.slice(at, at + BATCH));
  return { imported: records.length, present, refused };
}

async function readFileOf(folder: string, target: string, name: string, utc: boolean): Promise<PathRecord> {
  if (/-tcp-\d+$/.test(target)) throw new OldTraceError('It was traced over TCP, which is not offered here.');
  const about = readOldFileName(target, name, utc);
  if (about === null) throw new OldTraceError('Its name is not of the form TIME-TARGET.json.');
  const text = await readFile(join(folder, target, name), 'utf8');
  return readOldTrace(parse(text), about);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new OldTraceError('It holds no JSON.');
  }
}

async function isPresent(store: Pick<TraceStore, 'find'>, { target, startedAt }: PathRecord) {
  const found = await store.find(target, { after: startedAt - 0.5, before: startedAt + 0.5, limit: 1 });
  return found.some((one) => one.target === target);
}
