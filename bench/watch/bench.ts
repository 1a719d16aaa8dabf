/**
 * A watch of a million rounds (eleven and a half days at one a second) in virtual time, over a simulated path
 * with jitter and loss that changes on the way: is memory the same at the end, are the quantiles right, and
 * does the change count as loss?
 */
import { longWatch } from '../../packages/probe/test/long-watch.js';
import { machine, table } from '../shared/table.js';

const ROUNDS = Number(process.env.ROUNDS ?? 1_000_000);
const SEED = Number(process.env.SEED ?? 1);
console.error(`${ROUNDS} rounds, SEED=${SEED} …`);
const { hops, heap, falseMisses, changedAt, tookMs } = await longWatch(ROUNDS, SEED);

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} kB`;
const rows = hops.map(({ ttl, address, sent, received, errors }) => [
  `${ttl} ${address}`,
  sent,
  percent(1 - received / sent),
  ...errors.map(percent),
]);
const worst = Math.max(...hops.flatMap(({ errors }) => errors));
const [early, late] = heap;

console.log(`\n${ROUNDS} rounds, one a second, seed ${SEED}. ${await machine()}\n`);
console.log(table(['hop', 'sent', 'missing', 'p50 error', 'p95 error', 'p99 error'], rows));
console.log(`
heap in use after a tenth of it   ${kilobytes(early)}
heap in use at its end            ${kilobytes(late)} (${((100 * late) / early - 100).toFixed(1)} %)
largest error of a quantile       ${percent(worst)}
answers missed, falsely, while the path changed   ${falseMisses}
the new path is seen in round     ${changedAt} (it changed after round ${0.4 * ROUNDS} had begun)
time per round                    ${((1000 * tookMs) / ROUNDS).toFixed(1)} µs, the simulated network's part included`);
if (worst > 0.01 || falseMisses > 0 || late > 1.1 * early) process.exitCode = 1;
