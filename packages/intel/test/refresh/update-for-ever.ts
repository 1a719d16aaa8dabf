import { systemClock } from '../../src/clock.js';
import { openIntel } from '../../src/open-intel.js';

// Run by kill.test.ts: updates over and over, hours apart by its own clock, until it is killed.
const [dataDir, v4, v6, asn] = process.argv.slice(2) as [string, string, string, string];
let wall = Date.now();
const clock = { ...systemClock, wall: () => wall };
const urls = { 'drop_v4.json': v4, 'drop_v6.json': v6, 'asndrop.json': asn };
const intel = await openIntel({ dataDir, workingDir: dataDir, embedded: false, reloadMs: 0, clock, urls });
for (;;) {
  wall += 2 * 3_600_000;
  const { lists } = await intel.update();
  if (lists[0]?.result === 'updated') process.send?.('updated');
}
