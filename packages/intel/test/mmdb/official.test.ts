import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import t from 'tap';
import { parsePrefix } from '../../src/address/prefix.js';
import { PrefixTable } from '../../src/address/prefix-table.js';
import type { IntelError } from '../../src/errors.js';
import { Mmdb } from '../../src/mmdb/mmdb.js';
import { VerifiedFiles } from '../../src/mmdb/verified-files.js';
import { openIntel } from '../../src/open-intel.js';

// MaxMind's own test databases, from its repository MaxMind-DB (folders test-data and bad-data). They do not come
// with this package: where they are is said by LOCATOR_MMDB_TEST_DATA, else these tests are left out.
const folder = process.env.LOCATOR_MMDB_TEST_DATA ?? '';
const files = folder === '' ? [] : databasesIn(folder);
const skip = files.some((file) => basename(file) === 'GeoLite2-City-Test.mmdb')
  ? false
  : 'LOCATOR_MMDB_TEST_DATA names no folder with the test databases of github.com/maxmind/MaxMind-DB';

/** Address, city, subdivisions, country, latitude, longitude, radius, time zone: as in its source-data. */
type City = readonly [string, string | null, string[], string, number, number, number, string | null];
const england: [string[], string, number, number] = [['England'], 'GB', 51.5142, -0.0931];
const cities: readonly City[] = [
  ['2.125.160.216', 'Boxford', ['England', 'West Berkshire'], 'GB', 51.75, -1.25, 100, 'Europe/London'],
  ['67.43.156.255', null, [], 'BT', 27.5, 90.5, 534, 'Asia/Thimphu'],
  ['81.2.69.142', 'London', ...england, 10, 'Europe/London'],
  ['81.2.69.144', 'London', ...england, 3, 'Europe/London'],
  ['81.2.69.160', 'London', ...england, 100, 'Europe/London'],
  ['81.2.69.207', 'London', ...england, 100, 'Europe/London'],
  ['89.160.20.112', 'Linköping', ['Östergötland County'], 'SE', 58.4167, 15.6167, 76, 'Europe/Stockholm'],
  ['89.160.20.255', 'Linköping', ['Östergötland County'], 'SE', 58.4167, 15.6167, 76, 'Europe/Stockholm'],
  ['175.16.199.1', 'Changchun', ['Jilin Sheng'], 'CN', 43.88, 125.3228, 100, 'Asia/Harbin'],
  ['202.196.239.255', null, [], 'PH', 13, 122, 121, 'Asia/Manila'],
  ['216.160.83.63', 'Milton', ['Washington'], 'US', 47.2513, -122.3149, 22, 'America/Los_Angeles'],
  ['::ffff:81.2.69.144', 'London', ...england, 3, 'Europe/London'],
  [
    '64:ff9b::2.125.160.220',
    'Boxford',
    ['England', 'West Berkshire'],
    'GB',
    51.75,
    -1.25,
    100,
    'Europe/London',
  ],
  ['2001:218::', null, [], 'JP', 35.68536, 139.75309, 100, 'Asia/Tokyo'],
  ['2001:220:ffff::', null, [], 'KR', 37, 127.5, 100, 'Asia/Seoul'],
  ['2001:238::1', null, [], 'TW', 24, 121, 100, 'Asia/Taipei'],
  ['2001:251:ffff:ffff::', null, [], 'CN', 35, 105, 100, null],
  ['2001:2e0::', null, [], 'HK', 22.25, 114.16667, 100, 'Asia/Hong_Kong'],
  ['2a02:cf40::', null, [], 'NO', 62, 10, 100, 'Europe/Oslo'],
  ['2a02:cf87::', null, [], 'IL', 31.5, 34.75, 100, 'Asia/Jerusalem'],
  ['2a02:cfc7:ffff::', null, [], 'FR', 46, 2, 100, 'Europe/Paris'],
  ['2a02:d000::', null, [], 'CH', 47.00016, 8.01427, 100, 'Europe/Zurich'],
  ['2a02:d080::', null, [], 'BH', 26, 50.5, 100, 'Asia/Bahrain'],
  ['2a02:d1c0::', null, [], 'IT', 42.83333, 12.83333, 100, 'Europe/Rome'],
  ['2a02:d200::', null, [], 'FI', 64, 26, 100, 'Europe/Helsinki'],
  ['2a02:d280::', null, [], 'CZ', 49.75, 15, 100, 'Europe/Prague'],
  ['2a02:d3c0::', null, [], 'GB', 54.75844, -2.69531, 100, 'Europe/London'],
  ['2a02:d5c0::', null, [], 'ES', 40, -4, 100, null],
];

const networks: readonly (readonly [address: string, asn: number, name: string])[] = [
  ['1.0.0.255', 15169, 'Google Inc.'],
  ['12.87.118.1', 7018, 'AS7018'],
  ['35.0.0.1', 237, 'Merit Network Inc.'],
  ['38.108.80.15', 174, 'Cogent Communications'],
  ['39.64.0.0', 4837, 'CNCGROUP China169 Backbone'],
  ['60.64.0.0', 17676, 'Softbank BB Corp.'],
  ['67.43.156.64', 35908, 'AS35908'],
  ['71.138.64.0', 7132, 'AT&T Services, Inc.'],
  ['72.208.0.0', 22773, 'Cox Communications Inc.'],
  ['77.128.0.0', 15557, 'Societe Francaise du Radiotelephone S.A'],
  ['80.128.0.0', 3320, 'Deutsche Telekom AG'],
  ['82.99.20.0', 12552, 'IP-Only'],
  ['83.206.36.192', 3215, 'France Telecom - Orange'],
  ['85.88.16.0', 33984, 'Surfplanet GmbH'],
  ['89.92.214.0', 5410, 'Bouygues Telecom ISP'],
  ['89.160.20.96', 29518, 'Bredband2 AB'],
];

t.test('known addresses in databases of the official schema', { skip }, async (t) => {
  const dataDir = t.testdir();
  for (const name of ['GeoLite2-City', 'GeoLite2-ASN']) {
    const file = files.find((file) => basename(file) === `${name}-Test.mmdb`)!;
    copyFileSync(file, join(dataDir, `${name}.mmdb`));
  }
  const intel = await openIntel({ dataDir, workingDir: dataDir, embedded: false, reloadMs: 0 });
  for (const [address, city, subdivisions, countryCode, lat, lon, radiusKm, timezone] of cities) {
    const expected = {
      city,
      subdivisions,
      countryCode,
      lat,
      lon,
      radiusKm,
      timezone,
      source: 'GeoLite2-City',
    };
    t.match(intel.enrich(address).place, expected, address);
  }
  for (const [address, asn, name] of networks) {
    const { network } = intel.enrich(address);
    t.match(network, { asn, name, source: 'GeoLite2-ASN' }, address);
    const prefix = parsePrefix(network?.prefix ?? '')!;
    t.ok(new PrefixTable([[prefix, true]]).match(address)[0], `${prefix.text} holds ${address}`);
  }
  await intel.close();
});

t.test('every official database, good or bad, opens and answers or is refused', { skip }, async (t) => {
  const refused: string[] = [];
  for (const name of files) {
    const started = performance.now();
    try {
      const mmdb = await Mmdb.open(
        { bytes: readFileSync(name), settled: null },
        /./,
        new VerifiedFiles(null),
      );
      for (const address of ['1.1.1.1', '1.1.1.16', '81.2.69.160', '255.255.255.255', '0.0.0.0']) {
        mmdb.find(address, 4);
      }
      for (const address of ['::', '::1:ffff:ffff', '2001:218::', 'ffff::']) mmdb.find(address, 6);
    } catch (error) {
      refused.push(basename(name));
      t.equal((error as IntelError).code, 'DATABASE_BROKEN', `${name}: ${(error as IntelError).message}`);
    }
    const ms = performance.now() - started;
    t.ok(ms < 5_000, `${name} took ${ms.toFixed(1)} ms`);
  }
  // Not corrupt-search-tree: what is wrong with it is in nodes that no look-up comes to.
  const broken = /broken|invalid|cyclic|oversized|marker-only|uint128|separator-record|deep|overflow|dos/i;
  for (const name of files.map((file) => basename(file)).filter((file) => broken.test(file))) {
    t.ok(refused.includes(name), `${name} is refused`);
  }
  t.comment(`${files.length} files, ${refused.length} refused: ${refused.join(', ')}`);
});

function databasesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.mmdb'))
    .map((name) => join(folder, name));
}
