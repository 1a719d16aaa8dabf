/**
 * RTTs of 0.2 to 200 ms against the truth that the simulated network reports: how far each tool is from it, with
 * the event loop idle and blocked for 50 ms at a random moment of every 200 ms. `RUNS` traces of ten hops, three
 * probes per hop; `SEED` replays the blocking.
 */

import { line } from '../../test/lab/descriptions.js';
import { expectedHops } from '../../test/lab/expected.js';
import { openInternet } from '../../test/lab/internet.js';
import { type RttError, rttErrors } from '../shared/errors.js';
import { runInside } from '../shared/inside.js';
import { peers, runPeer } from '../shared/peers.js';
import { median, quantile } from '../shared/quantiles.js';
import { fatesOf, type Run } from '../shared/run.js';
import { machine, table } from '../shared/table.js';

const RUNS = Number(process.env.RUNS ?? 40);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 32);
/** Round trips to the hops: 0.2, 0.5, 1.1, 2.3, 4.7, 9.6, 19.4, 48.6, 99.3 and 200 ms. */
const delaysMs = [0.1, 0.15, 0.3, 0.6, 1.2, 2.45, 4.9, 14.6, 25.35, 50.35];
const internet = line({ delaysMs });
const target = expectedHops(internet, 'target', 4).at(-1)!.addresses[0]!;
/** Largest |error| in µs that is right for kernel stamps. */
const LIMITS = { median: 5, p99: 30 };
const locator = new URL('../shared/locator.mjs', import.meta.url);
const netPing = new URL('../shared/net-ping.cjs', import.meta.url);

const lab = await openInternet(internet);
const rows: (string | number)[][] = [];

try {
  for (const sockets of ['native', 'unprivileged', 'raw-socket']) {
    const limits = sockets === 'raw-socket' ? null : LIMITS;
    const args = [target, String(RUNS), sockets];
    await script(`Locator, ${sockets}`, 3, limits, locator, args);
    await script(`Locator, ${sockets}, loop blocked`, 3, limits, locator, [...args, String(SEED)]);
  }
  await script('net-ping', 1, null, netPing, [target, String(RUNS)]);
  for (const peer of peers) {
    console.error(`${peer.name} …`);
    const errors: RttError[] = [];
    // mtr takes 8 s, scamper 4.
    for (let run = 0; run < (peer.name === 'traceroute' ? RUNS : RUNS / 10); run++) {
      const { readings } = await runPeer(lab, peer, target);
      errors.push(...rttErrors(readings, await lab.truth()));
    }
    add(peer.name, errors, null);
  }
} finally {
  await lab.close();
}

type Limits = typeof LIMITS | null;

async function script(
  name: string,
  probesPerHop: number,
  limits: Limits,
  file: URL,
  args: readonly string[],
): Promise<void> {
  console.error(`${name} …`);
  const runs = await runInside<Run>(lab, file, args);
  const fates = await lab.truth();
  const errors = runs.flatMap((run) => rttErrors(run.readings, fatesOf(run, fates)));
  // Nothing is lost on this path: whoever misses an answer would be judged by the easy ones.
  const expected = RUNS * delaysMs.length * probesPerHop;
  if (errors.length !== expected) throw new Error(`${name}: ${errors.length} of ${expected} RTTs`);
  add(name, errors, limits);
}

function add(name: string, errors: readonly RttError[], limits: Limits): void {
  const signed = median(errors.map(({ errorUs }) => errorUs));
  const all = errors.map(({ errorUs }) => Math.abs(errorUs));
  const figures = [median(all), quantile(all, 0.95), quantile(all, 0.99), Math.max(...all)];
  const blunt = errors.filter(({ uncertaintyUs }) => uncertaintyUs > 0).length;
  rows.push([name, all.length, ...figures.map((us) => us.toFixed(1)), signed.toFixed(1), blunt]);
  if (limits !== null && (figures[0]! > limits.median || figures[2]! > limits.p99)) process.exitCode = 1;
}

console.log(
  `\nRTTs of 0.2 to 200 ms, ICMP (unprivileged: UDP), lab at ${lab.scheduled}, seed ${SEED}. ${await machine()}\n` +
    'Bias: the median of the signed errors. Blunt: replies whose receive stamp the lab did not see itself, so that its truth may be too small.\n',
);
console.log(table(['', 'RTTs', 'error µs: median', 'p95', 'p99', 'max', 'bias µs', 'blunt'], rows));
