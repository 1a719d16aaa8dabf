// Run by kill.test.ts and lock-file.test.ts in a process of its own: opens a data folder and updates it `times`
// times, hours apart by its own clock, and tells when it has opened and after each update. Plain JavaScript over
// the built package: it has to start fast.
import { openIntel, systemClock } from '@locator/intel';

const [dataDir, times, v4, v6, asn] = process.argv.slice(2);
let wall = Date.now();
const clock = { ...systemClock, wall: () => wall };
const urls = { 'drop_v4.json': v4, 'drop_v6.json': v6, 'asndrop.json': asn };
const intel = await openIntel({ dataDir, workingDir: dataDir, embedded: false, reloadMs: 0, clock, urls });
process.send('opened');
for (let time = 0; time < Number(times); time++) {
  const { lists } = await intel.update();
  process.send(lists.map(({ result }) => result).join(' '));
  wall += 2 * 3_600_000;
}
await intel.close();
process.disconnect();
