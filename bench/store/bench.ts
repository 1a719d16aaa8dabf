/**
 * How the store grows: at each size the cost of one more trace, of judging the newest, of a page of history, and
 * the bytes per trace. Appending is measured when the server has just started, which is when V8 has compiled
 * nothing yet, and when it has been at it for a while. Every trace has 15 hops, every target 1,000 traces.
 * SIZES=10000,100000 names the sizes; FILE=path keeps the file, and a later run goes on with it; a run without room
 * for the next size within SECONDS stops and says how far it came.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { RISK_WEIGHTS } from '../../packages/server/src/analyse/risk-score.js';
import { judge } from '../../packages/server/src/judge.js';
import { openSqliteStore } from '../../packages/server/src/store/sqlite-store.js';
import { TraceKeeper } from '../../packages/server/src/trace-keeper.js';
import { encodeHistory } from '../../packages/server/src/wire/history.js';
import { median, quantile } from '../shared/quantiles.js';
import { machine, table } from '../shared/table.js';
import { fill } from './fill.js';
import { aRecord, randomFrom } from './record.js';

const SIZES = (process.env.SIZES ?? '10000,100000').split(',').map(Number);
const SEED = Number(process.env.SEED ?? 1);
const SECONDS = Number(process.env.SECONDS ?? Number.POSITIVE_INFINITY);
const PER_TARGET = 1000;
/** The last traces of each target go through the store, so that there is a baseline. */
const FOLLOWED = 100;
const SAMPLES = 300;
/** Appends of a server that has been running. */
const LATER = 2000;

const folder = process.env.FILE === undefined ? mkdtempSync(join(tmpdir(), 'locator-bench-')) : null;
const file = process.env.FILE ?? join(folder!, 'locator.db');
const deadline = performance.now() + SECONDS * 1000;
const rows: string[][] = [];
let store = await openSqliteStore(file);

try {
  for (const size of SIZES) {
    const { targets } = await store.counts();
    if (targets * PER_TARGET > size) continue;
    const reached = await grow(targets, size);
    if (reached * PER_TARGET < size) {
      console.error(
        `${reached} targets of ${size / PER_TARGET} after ${SECONDS} s: run it again with the same FILE.`,
      );
      break;
    }
    rows.push(await measure(size));
  }
} finally {
  await store.close();
  if (folder !== null) rmSync(folder, { recursive: true });
}

if (rows.length > 0) {
  const columns = ['append', 'later', 'analyse', 'page'].flatMap((what) => [`${what} ms: median`, 'p95']);
  console.log(`\n15 hops a trace, ${PER_TARGET} traces a target, seed ${SEED}. ${await machine()}\n`);
  console.log(table(['traces', ...columns, 'old page', 'open ms', 'bytes per trace'], rows));
}

/** Adds whole targets until there are `size` traces, or time is up; how many targets there are then. */
async function grow(from: number, size: number): Promise<number> {
  for (let target = from; target < size / PER_TARGET; target++) {
    if (performance.now() > deadline) return target;
    fill(file, target, PER_TARGET - FOLLOWED, SEED);
    const random = randomFrom(SEED + target);
    const first = PER_TARGET - FOLLOWED;
    await store.appendAll(Array.from({ length: FOLLOWED }, (_, n) => aRecord(target, first + n, random)));
    if (target % 10 === 0) process.stderr.write(`\r${target * PER_TARGET} of ${size} …`);
  }
  process.stderr.write('\r');
  return Math.max(from, Math.ceil(size / PER_TARGET));
}

async function measure(size: number): Promise<string[]> {
  // A newly started server: nothing is in this process's memory, though it may be in the system's.
  await store.close();
  const bytes = statSync(file).size / (size || 1);
  const opening = performance.now();
  store = await openSqliteStore(file);
  const openMs = performance.now() - opening;

  const targets = Math.ceil(size / PER_TARGET);
  // Later than what an earlier run has left in the file.
  const first = PER_TARGET + (await store.counts()).traces - targets * PER_TARGET;
  const random = randomFrom(SEED + first);
  const pick = () => Math.floor(random() * targets);
  const name = (target: number) => `host${target}.example.net`;
  const intel = {
    enrich: (address: string) => ({ address, special: null, place: null, network: null, threats: [] }),
  };
  const config = { riskWeights: RISK_WEIGHTS };
  const log = { warn: console.error, error: console.error };
  const keeper = new TraceKeeper(store, log);

  let appended = 0;
  const appendOne = async () => {
    const record = aRecord(pick(), first + appended++, random);
    return async () => {
      const kept = await (await keeper.begin(record, record.startedAt)).keep(record);
      if (!kept.stored) throw new Error(`not stored: ${keeper.problem}`);
    };
  };
  const append = await sample(appendOne);
  const later = await sample(appendOne, LATER);
  const analyse = await sample(async () => {
    const target = name(pick());
    return async () => {
      const current = await store.latest({ target }, 0);
      const { baseline } = await judge({ store, intel, config }, current!);
      if (baseline.traces < FOLLOWED - 1) throw new Error(`judged against ${baseline.traces} traces alone`);
    };
  });
  const pageOf = (before: number) =>
    sample(async () => {
      const target = name(pick());
      return async () => {
        const found = await store.find(target, { limit: 20, before });
        if (found[0]?.traces.length !== 20) throw new Error(`a page of ${found[0]?.traces.length} traces`);
        JSON.stringify(encodeHistory(found));
      };
    });
  const newest = await pageOf(Number.MAX_VALUE);
  const old = await pageOf(Date.UTC(2026, 0, 2, 12));

  const figures = [append, later, analyse, newest].flatMap((ms) => [median(ms), quantile(ms, 0.95)]);
  return [
    String(size),
    ...[...figures, median(old)].map((ms) => ms.toFixed(2)),
    openMs.toFixed(0),
    bytes.toFixed(0),
  ];
}

/** Milliseconds of so many runs; what is prepared for one is not counted. */
async function sample(prepare: () => Promise<() => Promise<void>>, times = SAMPLES): Promise<number[]> {
  const ms: number[] = [];
  for (let n = 0; n < times; n++) {
    const run = await prepare();
    const began = performance.now();
    await run();
    ms.push(performance.now() - began);
  }
  return ms;
}
