import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { dateOfVersion } from '../src/embedded.js';
import { openIntel } from '../src/open-intel.js';

/**
 * Name servers, registries, research networks and universities: who runs these addresses, and in which country
 * where that is one, is public knowledge and has not changed for years.
 */
const known: readonly (readonly [string, number, string | null])[] = [
  ['8.8.8.8', 15169, 'US'],
  ['8.8.4.4', 15169, 'US'],
  ['1.1.1.1', 13335, null],
  ['9.9.9.9', 19281, null],
  ['208.67.222.222', 36692, 'US'],
  ['193.0.6.139', 3333, 'NL'],
  ['202.12.27.33', 7500, 'JP'],
  ['192.5.5.241', 3557, 'US'],
  ['193.0.14.129', 25152, null],
  ['130.59.31.80', 559, 'CH'],
  ['18.7.22.69', 3, 'US'],
  ['171.64.64.64', 32, 'US'],
  ['133.11.0.1', 2501, 'JP'],
  ['141.20.1.1', 680, 'DE'],
  ['2001:4860:4860::8888', 15169, null],
  ['2606:4700:4700::1111', 13335, null],
  ['2620:fe::fe', 19281, null],
  ['2001:67c:2e8:22::c100:68b', 3333, 'NL'],
  ['1.0.0.1', 13335, null],
  ['149.112.112.112', 19281, null],
  ['192.33.4.12', 2149, null],
  ['199.7.91.13', 10886, null],
  ['192.203.230.10', 21556, null],
  ['192.36.148.17', 29216, null],
  ['199.7.83.42', 20144, null],
  ['128.112.136.1', 88, 'US'],
  ['131.111.8.42', 786, 'GB'],
  ['129.132.1.1', 559, 'CH'],
  ['139.18.1.1', 680, 'DE'],
  ['130.237.28.1', 1653, 'SE'],
  ['128.214.205.1', 1741, 'FI'],
  ['129.240.2.1', 224, 'NO'],
  ['143.248.1.1', 1781, 'KR'],
  ['137.132.21.1', 7472, 'SG'],
  ['203.178.137.1', 2500, 'JP'],
  ['200.160.2.3', 22548, 'BR'],
  ['2001:500:2::c', 2149, null],
  ['2001:500:2d::d', 10886, null],
  ['2001:500:a8::e', 21556, null],
  ['2001:500:2f::f', 3557, null],
  ['2001:7fe::53', 29216, null],
  ['2001:7fd::1', 25152, null],
  ['2001:500:9f::42', 20144, null],
  ['2001:dc3::35', 7500, 'JP'],
  ['2620:119:35::35', 36692, null],
  ['2001:4860:4860::8844', 15169, null],
  ['2606:4700:4700::1001', 13335, null],
  ['2001:200:dff:fff1::1', 2500, 'JP'],
  ['2001:638::', 680, 'DE'],
  ['2001:610::', 1103, 'NL'],
  ['2001:630::', 786, 'GB'],
  ['2001:620::', 559, 'CH'],
  ['2001:660::', 2200, 'FR'],
  ['2001:718::', 2852, 'CZ'],
  ['2607:f140::', 25, 'US'],
];

t.test('the databases that come with the package know well-known addresses', async (t) => {
  const dataDir = t.testdir();
  const intel = await openIntel({ dataDir, workingDir: dataDir, reloadMs: 0 });
  for (const [address, asn, countryCode] of known) {
    const { network, place } = intel.enrich(address);
    t.equal(network?.asn, asn, `${address} is announced by AS${asn}`);
    t.ok(network?.name && network.prefix);
    if (countryCode !== null) t.equal(place?.countryCode, countryCode, `${address} is in ${countryCode}`);
    t.equal(place?.source, 'DB-IP City Lite');
  }
  const [places, networks] = intel.sources();
  t.match(places, {
    kind: 'place',
    problem: null,
    url: 'https://db-ip.com',
    attribution: /DB-IP.*CC BY 4\.0/,
  });
  t.match(networks, {
    kind: 'network',
    problem: null,
    url: 'https://db-ip.com',
    attribution: /RouteViews.*DB-IP/,
  });
  t.ok(Number(networks?.entries) > 500_000);
  t.match(networks?.updatedAt, /^20\d\d-/);

  // A second start takes the compact form; a damaged one is made anew.
  const path = join(dataDir, 'asn-table.bin');
  const written = readFileSync(path);
  const damaged = Buffer.from(written);
  damaged[damaged.length >> 1]! ^= 1;
  writeFileSync(path, damaged);
  await intel.close();
  const again = await openIntel({ dataDir, workingDir: dataDir, reloadMs: 0 });
  for (const [address] of known) t.same(again.enrich(address), intel.enrich(address));
  t.ok(readFileSync(path).equals(written));
  await again.close();
});

t.test('the date in a version', async (t) => {
  t.equal(dateOfVersion('2.3.2026061719'), '2026-06-17T19:00:00.000Z');
  t.equal(dateOfVersion('2.3.4'), null);
  t.equal(dateOfVersion('2.3.2026199919'), null);
});
