/**
 * Many traces at once from one process: 2,000 targets of 15 hops, three ICMP probes per hop. What a probe costs
 * in processor time, how much memory it takes, whether every hop is right, and how many replies that came back
 * are missing from the result. The first 2,000 traces of a process pay for V8 compiling the code; so Locator does it
 * again in the same process, as a service would, `ROUNDS` times in all. `RATES` (packets/s, with commas), `TARGETS`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { many } from '../../test/lab/descriptions.js';
import { openInternet } from '../../test/lab/internet.js';
import { machine, table } from '../shared/table.js';
import { openLocator } from './locator.js';
import { judge, type Run } from './run.js';
import { runScamper } from './scamper.js';

const TARGETS = Number(process.env.TARGETS ?? 2000);
const RATES = (process.env.RATES ?? '10000,30000').split(',').map(Number);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const PROBES = 3;
/** scamper refuses to be faster. */
const SCAMPERS_MOST = 10_000;

const internet = many(TARGETS);
// Straight from the description, whose paths have no branches.
const expected = new Map<string, readonly string[]>();
for (const { to, through } of internet.paths) {
  const addresses = [...through, to].flat(2).flatMap((name) => internet.nodes[name]!.v4 ?? []);
  expected.set(addresses.at(-1)!, addresses);
}

const folder = await mkdtemp(join(tmpdir(), 'locator-bench-'));
const file = join(folder, 'targets');
await writeFile(file, [...expected.keys(), ''].join('\n'));
const lab = await openInternet(internet);
const rows: (string | number)[][] = [];

try {
  for (const rate of RATES) {
    const locator = openLocator(lab, file, rate);
    for (let round = 1; round <= ROUNDS; round++)
      await measure(`Locator, ${rate}/s, ${nth(round)} time`, () => locator.run());
    await locator.close();
    if (rate <= SCAMPERS_MOST) await measure(`scamper, ${rate}/s`, () => runScamper(lab, file, rate));
  }
} finally {
  await lab.close();
  await rm(folder, { recursive: true });
}

function nth(round: number): string {
  return ['first', 'second', 'third'][round - 1] ?? `${round}th`;
}

async function measure(name: string, start: () => Promise<Run>): Promise<void> {
  console.error(`${name} …`);
  const before = lab.health().unread;
  const run = await start();
  const unread = lab.health().unread - before;
  const { probes, answered, lost, right, hops } = judge(run, await lab.truth(), expected, PROBES);
  rows.push([
    name,
    (run.tookMs / 1000).toFixed(1),
    probes,
    Math.round(probes / (run.tookMs / 1000)),
    (run.cpuUs / probes).toFixed(1),
    run.residentMb === null ? '' : run.residentMb.toFixed(0),
    `${right} of ${hops}`,
    `${lost} of ${answered}`,
    ((100 * lost) / answered).toFixed(3),
    unread,
  ]);
}

console.log(`\n${TARGETS} targets, 15 hops, ${PROBES} ICMP probes per hop. ${await machine()}\n`);
const head = [
  '',
  'time s',
  'probes',
  'per s',
  'CPU µs per probe',
  'resident MB',
  'hops right',
  'replies lost',
];
console.log(table([...head, '%', 'unread by the lab'], rows));
