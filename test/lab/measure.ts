/**
 * How good the simulated internet is on this machine, for people to read: `npx tap run test/lab/measure.ts`.
 * No assertion: what a busy machine gives is no fault of the code.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';
import { labOptions } from './available.js';
import type { Internet } from './description.js';
import { line } from './descriptions.js';
import { openInternet } from './internet.js';

interface Load {
  readonly name: string;
  readonly internet: Internet;
  readonly target: string;
  readonly count: number;
  readonly gapUs: number;
}

const near = line({ delaysMs: [0.1] });
const loads: readonly Load[] = [
  { name: '1 hop of 0.2 ms, 500/s', internet: near, target: '198.18.1.1', count: 1000, gapUs: 2000 },
  { name: '15 hops of 80 ms, 500/s', internet: line(), target: '198.18.15.1', count: 1000, gapUs: 2000 },
  { name: '15 hops of 80 ms, 10,000/s', internet: line(), target: '198.18.15.1', count: 40_000, gapUs: 100 },
  { name: '15 hops of 80 ms, 30,000/s', internet: line(), target: '198.18.15.1', count: 60_000, gapUs: 33 },
];

t.test('how late, how fast, how true', await labOptions(['cc']), async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'locator-echo-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const echo = join(folder, 'echo');
  const source = fileURLToPath(new URL('measure/echo.c', import.meta.url));
  await promisify(execFile)(process.env.CC ?? 'cc', ['-D_GNU_SOURCE', '-O2', '-o', echo, source]);

  for (const { name, internet, target, count, gapUs } of loads) {
    const lab = await openInternet(internet);
    const { stdout, stderr } = await lab.run(echo, [target, String(count), String(gapUs)]);
    if (stderr) t.comment(stderr);
    const fates = await lab.truth();
    const bySequence = new Map(fates.map((fate) => [fate.sequence, fate]));
    const readings = stdout
      .trim()
      .split('\n')
      .map((text) => text.split(' ').map(Number) as [number, number]);
    const error = readings.map(([sequence, ns]) => ns / 1e3 - bySequence.get(sequence)!.rttMs * 1e3);
    const late = fates.map((fate) => (fate.rttMs - fate.dueMs) * 1e3);
    const seconds = Number(fates.at(-1)!.sentAt - fates[0]!.sentAt) / 1e9;
    t.comment(
      `${name} (${lab.scheduled}): ${fates.length} probes at ${Math.round(fates.length / seconds)}/s, ` +
        `${readings.length} read back, ${lab.health().unread} unread\n` +
        `  µs, p5 / median / p95 / p99 / max\n` +
        `  late:                                  ${quantiles(late)}\n` +
        `  RTT by kernel stamps minus the truth:  ${quantiles(error)}`,
    );
    await lab.close();
  }
});

function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return [0.05, 0.5, 0.95, 0.99, 1]
    .map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(2))
    .join(' / ');
}
