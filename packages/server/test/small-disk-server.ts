/**
 * A server whose disk fills up and is emptied again; prints what clients were told, as JSON. Run by
 * disk-full.test.ts inside a mount namespace, so that the disk is gone with the process. Its argument is the
 * folder to mount over.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@locator/probe';
import { build } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { openSqliteStore } from '../src/store/sqlite-store.js';
import { aTrace } from './a-trace.js';
import { fakeIntel } from './fake-intel.js';
import { fakeTracer } from './fake-tracer.js';
import { toldOfStore, toldOfTrace } from './told.js';

const dataDir = process.argv[2]!;
execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', dataDir]);
const store = await openSqliteStore({ dataDir });
const app = build({
  tracer: fakeTracer((trace) => trace.play(aTrace())),
  intel: fakeIntel(),
  clock: systemClock,
  lookup: async () => ['203.0.113.80'],
  store,
  config: readConfig({ LOCATOR_DATA_DIR: dataDir }),
});

const before = { ...(await toldOfTrace(app)), ...(await toldOfStore(app)) };
const ballast = join(dataDir, 'ballast');
try {
  writeFileSync(ballast, Buffer.alloc(2 ** 21));
} catch {
  // Full now: that is what it is for.
}
// Space already allotted to the log may hold a few more.
let full = await toldOfTrace(app);
for (let n = 0; full.store === null && n < 2000; n++) full = await toldOfTrace(app);
const events = await toldOfTrace(app, 'text/event-stream');
const during = await toldOfStore(app);
const history = (await app.inject('/api/history?target=a.example')).statusCode;
const monitor = await app.inject({
  method: 'POST',
  url: '/api/monitors',
  payload: { target: 'a.example', every: 60 },
});
rmSync(ballast);
const after = { ...(await toldOfTrace(app)), ...(await toldOfStore(app)) };
await app.close();
await store.close();
const refused = { status: monitor.statusCode, ...monitor.json() };
console.log(JSON.stringify({ before, full, events, during, history, refused, after }));
