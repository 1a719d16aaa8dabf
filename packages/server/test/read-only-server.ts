/**
 * A server whose data folder may not be written when it starts, and may later; prints what clients were told, as
 * JSON. Run by disk-full.test.ts inside a mount namespace. Its argument is the folder to mount over.
 */
import { execFileSync } from 'node:child_process';
import { build } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { openStore } from '../src/services.js';
import { openSqliteStore } from '../src/store/sqlite-store.js';
import { aTrace } from './a-trace.js';
import { fakeIntel } from './fake-intel.js';
import { fakeTracer } from './fake-tracer.js';
import { HandClock } from './hand-clock.js';
import { toldOfStore, toldOfTrace } from './told.js';
import { until } from './until.js';

const dataDir = process.argv[2]!;
// With the size and the device named: util-linux asks an ordinary user's namespace for no more when it remounts.
const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', dataDir]);
mount('size=2m');
await (await openSqliteStore({ dataDir })).close();
mount('remount,ro,size=2m');

const clock = new HandClock();
const config = readConfig({
  LOCATOR_DATA_DIR: dataDir,
  LOCATOR_MONITORS: '[{"target":"c.example","every":3600}]',
});
const store = await openStore(config, clock);
const app = build({
  tracer: fakeTracer((trace) => trace.play(aTrace({ startedAt: clock.wall() }))),
  intel: fakeIntel(),
  clock,
  lookup: async () => ['203.0.113.80'],
  store,
  config,
});
await app.ready();

const told = async () => {
  const monitors = (await app.inject('/api/monitors')).json();
  const history = (await app.inject('/api/history?target=a.example')).json()['a.example']?.length;
  const { riskScore } = (await app.inject('/api/analyze?target=a.example')).json();
  return { ...(await toldOfStore(app)), history, riskScore, monitors };
};

const before = {
  ...(await toldOfTrace(app)),
  events: (await toldOfTrace(app, 'text/event-stream')).body,
  ...(await told()),
};
mount('remount,rw,size=2m');
clock.advance(1000);
await until(() => store.problem === null);
// Monitors and webhooks are asked for again by then.
clock.advance(10_000);
await until(async () => (await store.monitors.all()).length > 0);
const after = { ...(await toldOfTrace(app)), ...(await told()) };
await app.close();
await store.close();

const onDisk = await openSqliteStore({ dataDir });
const counts = await onDisk.counts();
await onDisk.close();
console.log(JSON.stringify({ before, after, counts }));
