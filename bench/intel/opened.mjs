// Run by start.ts in a process of its own: opens everything, asks once, and says what that took.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openIntel } from '@locator/intel';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const started = performance.now();
const dataDir = process.argv[2];
const intel = await openIntel({ dataDir, workingDir: dataDir, reloadMs: 0 });
intel.enrich('9.9.9.9');
const ms = performance.now() - started;
await new Promise((resolve) => setTimeout(resolve, 10));
const mega = 1 << 20;
process.stdout.write(
  JSON.stringify({
    ms,
    residentMb: process.memoryUsage.rss() / mega,
    peakMb: process.resourceUsage().maxRSS / 1024,
    longestPauseMs: delay.max / 1e6,
  }),
);
await intel.close();
