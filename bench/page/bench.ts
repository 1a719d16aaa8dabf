/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="dom.asynciterable" />
/**
 * The page's watch view under more than it will ever get: 64 hops, 1,000 rounds as fast as they come. Does it stay
 * responsive, and does it stay the size it is? Exits with 1 when a task took over 100 ms or memory grew.
 */
import { browserOptions, openBrowser, openView } from '../../test/page/browser.js';
import { openPageServer } from '../../test/page/page-server.js';
import { machine, table } from '../shared/table.js';

const HOPS = 64;
const ROUNDS = Number(process.env.ROUNDS ?? 1000);
const LONGEST_TASK_MS = 100;

const { skip } = await browserOptions();
if (skip !== undefined) {
  console.error(skip);
  process.exit(2);
}
const ends: (() => unknown)[] = [];
const teardown = (end: () => unknown) => ends.push(end);
const server = await openPageServer({ watch: { hops: HOPS, rounds: Number.POSITIVE_INFINITY, roundMs: 1 } });
const browser = await openBrowser({ teardown } as Parameters<typeof openBrowser>[0]);
const { page } = await openView(
  { teardown } as Parameters<typeof openView>[0],
  browser,
  `${server.url}/?view=watch&target=www.example.org`,
  { script: noteTasks },
);
const client = await page.context().newCDPSession(page);

const rows: (string | number)[][] = [];
const began = performance.now();
for (const round of [0.1, 0.4, 0.7, 1].map((share) => Math.round(share * ROUNDS))) {
  await page.waitForFunction((least) => {
    const [, shown] = /Round (\d+)/.exec(document.querySelector('.status')?.textContent ?? '') ?? [];
    return Number(shown) >= least;
  }, round);
  const seconds = (performance.now() - began) / 1000;
  const tasks = (await page.evaluate('longTasks.splice(0)')) as readonly number[];
  await client.send('HeapProfiler.collectGarbage');
  const { usedSize } = await client.send('Runtime.getHeapUsage');
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  await page.evaluate('longTasks.length = 0'); // what collecting garbage took is not the page's
  rows.push([round, seconds.toFixed(1), tasks.length, Math.max(0, ...tasks), usedSize, elements]);
}
for (const end of ends.reverse()) await end();
await server.close();

console.log(`\n${HOPS} hops, ${ROUNDS} rounds, one each millisecond at most. ${await machine()}\n`);
console.log(table(['rounds', 'after s', 'tasks over 50 ms', 'longest, ms', 'heap, bytes', 'elements'], rows));
const longest = Math.max(...rows.map((row) => Number(row[3])));
const [first, last] = [Number(rows[0]![4]), Number(rows.at(-1)![4])];
console.log(
  `\nlongest task ${longest || 'under 50'} ms; heap ${(last / first).toFixed(2)} times that at the start`,
);
if (longest > LONGEST_TASK_MS || last > first + 1_500_000) process.exitCode = 1;

/** Milliseconds of each task over 50 ms, the least that a browser tells of (W3C Long Tasks). */
function noteTasks(): void {
  const longTasks: number[] = [];
  Object.assign(window, { longTasks });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });
}
