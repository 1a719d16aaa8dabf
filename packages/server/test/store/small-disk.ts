/**
 * Fills a disk of its own with traces, makes room again, and prints what the store said, as JSON. Run by
 * disk-full.test.ts inside a mount namespace, so that the disk is gone with the process. Its argument is
 * the folder to mount over.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openMemoryStore } from '../../src/store/memory-store.js';
import { openSqliteStore } from '../../src/store/sqlite-store.js';
import { StoreError } from '../../src/store/store-error.js';
import { aTrace } from '../a-trace.js';
import { add, subject } from './contract.js';

const dataDir = process.argv[2]!;
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dataDir]);
const said = async (work: () => Promise<unknown>): Promise<string> =>
  work().then(
    () => 'ok',
    (error) => (error instanceof StoreError ? `${error.code} ${error.message}` : `not coded: ${error}`),
  );

const store = await openSqliteStore({ dataDir });
const before = await add(store, { target: 'before.example' });
const begun = await store.begin(subject('begun.example'), 1);
const ballast = join(dataDir, 'ballast');
try {
  writeFileSync(ballast, Buffer.alloc(2 ** 21));
} catch {
  // Full now: that is what it is for.
}

// Space already allotted to the log may hold a few more.
let full = 'ok';
for (let n = 0; full === 'ok' && n < 5000; n++)
  full = await said(() => add(store, { target: `${n}.example` }));
const append = await said(() => store.append(begun, aTrace({ target: 'begun.example' })));
const stored = await store.counts();
const read = (await store.latest({ target: 'before.example' }, 0))?.id === before.id;

rmSync(ballast);
const again = await said(() => store.append(begun, aTrace({ target: 'begun.example' })));
const after = await store.counts();
await store.close();

// With the size and the device named: util-linux asks an ordinary user's namespace for no more then.
execFileSync('mount', ['-t', 'tmpfs', '-o', 'remount,ro,size=2m', 'tmpfs', dataDir]);
const readOnly = await said(async () => openSqliteStore({ dataDir }));
const memory = await said(async () => add(await openMemoryStore(), {}));
console.log(JSON.stringify({ full, append, read, again, stored, after, readOnly, memory }));
