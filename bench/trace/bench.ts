/**
 * One path of 15 hops and 80 ms, three ICMP probes per hop, 20 runs each: how long a trace takes, and how far
 * the RTTs are from the truth that the simulated network reports.
 */
import { fifteenHops } from '../../test/lab/descriptions.js';
import { expectedHops } from '../../test/lab/expected.js';
import { openInternet } from '../../test/lab/internet.js';
import { rttErrorsUs } from '../shared/errors.js';
import { runInside } from '../shared/inside.js';
import { peers, type Reading, runPeer } from '../shared/peers.js';
import { median, quantile } from '../shared/quantiles.js';
import { machine, table } from '../shared/table.js';

const RUNS = Number(process.env.RUNS ?? 20);
const internet = fifteenHops();
const path = expectedHops(internet, 'target', 4);
const target = path.at(-1)!.addresses[0]!;
const rttMs = path.at(-1)!.rttMs.min;

interface Run {
  readonly tookMs: number;
  readonly readings: readonly Reading[];
}

const lab = await openInternet(internet);
const rows: (string | number)[][] = [];

try {
  for (const sockets of ['native', 'unprivileged', 'raw-socket'] as const) {
    console.error(`locator (${sockets}) …`);
    const runs: Run[] = [];
    const errors: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const [one] = await runInside<Run>(lab, new URL('locator.ts', import.meta.url), [target, '1', sockets]);
      runs.push(one!);
      errors.push(...rttErrorsUs(one!.readings, await lab.truth()));
    }
    add(`Locator, ${sockets}`, runs, errors);
  }
  for (const peer of peers) {
    console.error(`${peer.name} …`);
    const runs: Run[] = [];
    const errors: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const one = await runPeer(lab, peer, target);
      runs.push(one);
      errors.push(...rttErrorsUs(one.readings, await lab.truth()));
    }
    add(peer.name, runs, errors);
  }
} finally {
  await lab.close();
}

function add(name: string, runs: readonly Run[], errors: readonly number[]): void {
  const took = median(runs.map(({ tookMs }) => tookMs));
  const magnitudes = errors.map(Math.abs);
  rows.push([
    name,
    took.toFixed(1),
    (took / rttMs).toFixed(2),
    errors.length,
    median(magnitudes).toFixed(1),
    quantile(magnitudes, 0.95).toFixed(1),
    quantile(magnitudes, 0.99).toFixed(1),
  ]);
}

console.log(
  `\n15 hops, true RTT ${rttMs} ms, 3 ICMP probes per hop (unprivileged: UDP), ${RUNS} runs. ${await machine()}\n`,
);
console.log(table(['', 'time ms', '× RTT', 'RTTs', '|error| µs: median', 'p95', 'p99'], rows));
