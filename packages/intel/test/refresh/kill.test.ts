import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openIntel } from '../../src/open-intel.js';
import { randomFrom, seedOf } from '../seed.js';
import { dropOf, FeedServer, prefixes, serves } from './feed-server.js';

const KILLS = Number(process.env.KILLS ?? 4);

t.test(`killed at ${KILLS} random points, the data is the complete old or the complete new`, async (t) => {
  const random = randomFrom(seedOf(t));
  // Large enough that writing takes a while; the two editions differ in half of their entries.
  const all = Array.from({ length: 3000 }, (_, index) => `${20 + (index >> 8)}.${index & 255}.0.0/16`);
  const editions = [dropOf(all.slice(0, 2000)), dropOf(all.slice(1000))];
  const server = await new FeedServer().listen();
  let turn = 0;
  server.on('/v4', (_request, response) => response.end(editions[turn++ % 2]));
  server.on('/v6', serves(dropOf(['2400:1::/32', ...prefixes(0)])));
  server.on('/asn', serves('{"asn":64500,"asname":"X"}\n{"type":"metadata","timestamp":1,"records":1}\n'));

  const dataDir = t.testdir();
  const child = fileURLToPath(new URL('update-for-ever.ts', import.meta.url));
  const urls = ['/v4', '/v6', '/asn'].map((path) => server.url(path));
  const seen = new Set<number>();
  for (let kill = 0; kill < KILLS; kill++) {
    const process = fork(child, [dataDir, ...urls], { stdio: 'inherit' });
    await new Promise((resolve) => process.once('message', resolve));
    await new Promise((resolve) => setTimeout(resolve, random() * 60));
    process.kill('SIGKILL');
    await new Promise((resolve) => process.once('exit', resolve));

    const edition = editions.indexOf(readFileSync(join(dataDir, 'drop_v4.json'), 'utf8'));
    t.ok(edition >= 0, 'the file is one of the two editions');
    seen.add(edition);
    const intel = await openIntel({ dataDir, workingDir: dataDir, embedded: false, reloadMs: 0 });
    const flagged = (index: number) =>
      intel.enrich(`${20 + (index >> 8)}.${index & 255}.0.1`).threats.length > 0;
    const right = all.every((_, index) => flagged(index) === (edition === 0 ? index < 2000 : index >= 1000));
    t.ok(right, `exactly the entries of edition ${edition} are flagged`);
    t.same(
      intel.sources().filter(({ name, problem }) => name.startsWith('Spamhaus') && problem !== null),
      [],
    );
    await intel.close();
  }
  t.comment(
    `editions seen: ${[...seen]}; left behind: ${readdirSync(dataDir).filter((name) => name.endsWith('.new')).length}`,
  );
  await server.close();
});
