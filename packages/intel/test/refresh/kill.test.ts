import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { openIntel } from '../../src/open-intel.js';
import { randomFrom, seedOf } from '../seed.js';
import { dropOf, FeedServer, prefixes, serves } from './feed-server.js';

/** `KILLS=200 npx tap run packages/intel/test/refresh/kill.test.ts` takes a minute or so. */
const KILLS = Number(process.env.KILLS ?? 20);

/** Data folders, each with its own updates that are killed. */
const LANES = 4;

/** An update takes 50 to 200 ms, most of it waiting for the disk, and the next one follows at once. */
const LONGEST_MS = 250;

// Large enough that writing takes a while; the two editions differ in half of their entries.
const all = Array.from({ length: 1200 }, (_, index) => `${20 + (index >> 8)}.${index & 255}.0.0/16`);
const editions = [dropOf(all.slice(0, 800)), dropOf(all.slice(400))];

t.test(`killed at ${KILLS} random points, the data is the complete old or the complete new`, async (t) => {
  const random = randomFrom(seedOf(t));
  const left: string[] = [];
  const found = await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const dataDir = join(t.testdirName, String(lane));
      mkdirSync(dataDir, { recursive: true });
      const kills = Math.floor((KILLS + lane) / LANES);
      const editions = await killOver(t, dataDir, kills, random);
      left.push(...readdirSync(dataDir).filter((name) => name.endsWith('.new')));
      return editions;
    }),
  );
  const seen = found.flat();
  t.equal(seen.length, KILLS);
  t.same(new Set(seen), new Set([0, 1]), 'both editions were met');
  t.comment(`${seen.filter((edition) => edition === 0).length} times the one, else the other edition`);
  t.comment(`${left.length} unfinished files left, which a later update removes`);
});

/** Kills `kills` updates of one folder one after another, and gives the edition that was found after each. */
async function killOver(t: Test, dataDir: string, kills: number, random: () => number): Promise<number[]> {
  const server = await new FeedServer().listen();
  let turn = 0;
  server.on('/v4', (_request, response) => response.end(editions[turn++ % 2]));
  server.on('/v6', serves(dropOf(['2400:1::/32', ...prefixes(0)])));
  server.on('/asn', serves('{"asn":64500,"asname":"X"}\n{"type":"metadata","timestamp":1,"records":1}\n'));
  const urls = ['/v4', '/v6', '/asn'].map((path) => server.url(path));
  const child = fileURLToPath(new URL('updates.mjs', import.meta.url));
  const start = (times: number) =>
    fork(child, [dataDir, String(times), ...urls], { stdio: 'inherit', execArgv: [] });

  await once(start(1), 'exit');
  const seen: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const process = start(1_000);
    await firstUpdate(process);
    await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_MS));
    process.kill('SIGKILL');
    await once(process, 'exit');
    seen.push(await editionIn(t, dataDir));
  }
  await server.close();
  return seen;
}

/** The edition in the folder, once it is sure that it is all there and nothing else. */
async function editionIn(t: Test, dataDir: string): Promise<number> {
  const edition = editions.indexOf(readFileSync(join(dataDir, 'drop_v4.json'), 'utf8'));
  const intel = await openIntel({ dataDir, workingDir: dataDir, embedded: false, reloadMs: 0 });
  const wrong = all.filter((prefix, index) => {
    const flagged = intel.enrich(prefix.replace('0.0/16', '0.1')).threats.length > 0;
    return flagged !== (edition === 0 ? index < 800 : index >= 400);
  });
  const problems = intel
    .sources()
    .filter(({ name, problem }) => name.startsWith('Spamhaus') && problem !== null);
  await intel.close();
  if (edition < 0 || wrong.length > 0 || problems.length > 0) {
    t.fail('neither the old nor the new data', { edition, wrong: wrong.slice(0, 3), problems });
  }
  return edition;
}

function firstUpdate(process: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    process.on('message', (said) => {
      if (String(said).startsWith('updated')) resolve();
    });
    process.once('exit', () => reject(new Error('the process ended by itself')));
  });
}
