/**
 * How true the measured capacities are, against random paths of which the simulated network knows the truth, the
 * kernel's own routers, and beside pchar and naive packet pairs. `PART` is one of lab, quiet, gigabit, busy,
 * hostile, kernel, peers, first (when the first line of NDJSON is there) and report, or several with commas; `PATHS` so many random paths from `SEED` on (path n has the
 * seed SEED + n); `RESULTS` names a file that results are added to and reported from, so that many paths can be
 * measured in several runs; `PLOT` names the SVG file to write; `LEVEL` measures at that level
 * instead of the part's; `PROTOCOL` (icmp or udp) and `FAMILY` (4 or 6) choose the packets;
 * `VERBOSE` prints every hop.
 */
import { writeFileSync } from 'node:fs';
import type { Bandwidth, Transport } from '@locator/probe';
import { openNamespace } from '../../test/lab/namespace.js';
import { keptTo, sharedOut } from '../../test/lab/processors.js';
import type { Kind } from '../../test/lab/random-path.js';
import { machine } from '../shared/table.js';
import { type Level, openInstrument } from './instrument.js';
import type { Judged } from './judge.js';
import { judgeLab } from './judge-lab.js';
import { measureFirstLine } from './measure-first-line.js';
import { measurePath } from './measure-path.js';
import { measureRouters } from './measure-routers.js';
import { plot } from './plot.js';
import { describe, report } from './report.js';
import { Results } from './results.js';

const parts = (process.env.PART ?? 'quiet,gigabit,busy,hostile,kernel,peers').split(',');
const PATHS = Number(process.env.PATHS ?? 10);
const SEED = Number(process.env.SEED ?? 1 + (Date.now() % 1_000_000));
const LEVEL = process.env.LEVEL as Bandwidth | undefined;
const FAMILY = process.env.FAMILY === '6' ? 6 : 4;
const PROTOCOL = process.env.PROTOCOL as Transport | undefined;
const results = new Results(process.env.RESULTS);

/** What each part measures: random paths of a kind, at these levels. */
const random: Readonly<Record<string, readonly [Kind, readonly Level[]]>> = {
  quiet: ['quiet', ['off', 'quick']],
  gigabit: ['gigabit', ['off', 'quick']],
  busy: ['busy', ['thorough']],
  hostile: ['hostile', ['quick']],
  peers: ['quiet', ['quick', 'thorough', 'pairs', 'pchar']],
};

for (const part of parts) {
  if (part === 'lab') console.log(await judgeLab());
  else if (part === 'first') console.log(await measureFirstLine(PATHS));
  else if (part === 'kernel') await throughRouters();
  else if (random[part]) await overRandomPaths(part, ...random[part]);
  else if (part !== 'report') throw new Error(`There is no part ${part}`);
}
console.log(report(results.all, await machine()));
if (process.env.PLOT) writeFileSync(process.env.PLOT, plot(results.all));

async function overRandomPaths(part: string, kind: Kind, levels: readonly Level[]): Promise<void> {
  console.error(`${part}: ${PATHS} paths, seeds ${SEED} to ${SEED + PATHS - 1}`);
  const namespace = await openNamespace();
  const beside = keptTo(sharedOut().others, namespace);
  const instrument = openInstrument(beside);
  const wanted = levels.map((level) =>
    LEVEL && (level === 'quick' || level === 'thorough') ? LEVEL : level,
  );
  for (let seed = SEED; seed < SEED + PATHS; seed++) {
    add(
      await measurePath(
        { namespace, beside, instrument },
        { part, kind, seed, family: FAMILY, protocol: PROTOCOL },
        wanted,
      ),
    );
  }
  await instrument.close();
  await namespace.close();
}

async function throughRouters(): Promise<void> {
  for (const mbps of [10, 50, 100]) {
    for (const unlimited of [false, true]) {
      console.error(`kernel: ${mbps} Mbit/s`);
      add(await measureRouters(mbps, unlimited, LEVEL ? [LEVEL] : ['quick', 'thorough']));
    }
  }
}

function add(judged: readonly Judged[]): void {
  results.add(judged);
  if (!process.env.VERBOSE) return;
  for (const one of judged) if (one.level !== 'off') console.error(describe(one));
}
