import { renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type IntelOptions, openIntel } from '../src/open-intel.js';
import { asnDatabase, cityDatabase } from './mmdb/sample-databases.js';
import { dropOf } from './refresh/feed-server.js';
import { randomFrom, seedOf } from './seed.js';

/** Intel over a data folder with these files, and nothing embedded. */
async function intelOf(t: Test, files: Record<string, string | Buffer>, options: IntelOptions = {}) {
  const dataDir = t.testdir();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(dataDir, name), content);
  const intel = await openIntel({ dataDir, workingDir: dataDir, embedded: false, reloadMs: 0, ...options });
  t.teardown(() => intel.close());
  return {
    intel,
    dataDir,
    write: (name: string, content: string | Buffer) => writeFileSync(join(dataDir, name), content),
  };
}

const sourceOf = (sources: readonly { name: string }[], name: string) =>
  sources.find((source) => source.name === name);

t.test('MaxMind databases in the data folder', async (t) => {
  const { intel } = await intelOf(t, {
    'GeoLite2-City.mmdb': cityDatabase(),
    'GeoLite2-ASN.mmdb': asnDatabase(),
  });
  t.same(intel.enrich('1.2.3.4'), {
    address: '1.2.3.4',
    special: null,
    place: {
      city: 'Tokyo',
      subdivisions: ['Tokyo'],
      country: 'Japan',
      countryCode: 'JP',
      lat: 35.6893,
      lon: 139.6899,
      radiusKm: 20,
      timezone: 'Asia/Tokyo',
      source: 'GeoLite2-City',
    },
    network: { asn: 64500, name: 'Example Networks', prefix: '1.2.3.0/25', source: 'GeoLite2-ASN' },
    threats: [],
  });
  t.match(intel.enrich('1.2.3.200').network, { asn: 64501, name: 'AS64501', prefix: '1.2.3.128/25' });
  t.match(intel.enrich('1.2.5.1').place, {
    city: null,
    country: 'Germany',
    countryCode: 'DE',
    radiusKm: null,
  });
  t.match(intel.enrich('2400:1::1'), {
    place: { city: 'Tokyo' },
    network: { asn: 64500, prefix: '2400:1::/32' },
  });
  t.match(intel.enrich('2400:1::1%eth0'), { place: { city: 'Tokyo' } });
  t.match(intel.enrich('9.9.9.9'), { place: null, network: null });
  t.match(sourceOf(intel.sources(), 'GeoLite2-City'), {
    kind: 'place',
    updatedAt: '2023-11-14T22:13:20.000Z',
    attribution: /MaxMind/,
    url: 'https://www.maxmind.com',
    problem: null,
  });
  t.equal(intel.enrich('1.2.3.4'), intel.enrich('1.2.3.4'), 'remembered');
  t.ok(Object.isFrozen(intel.enrich('1.2.3.4').place) && Object.isFrozen(intel.enrich('1.2.3.4')));
  t.same(
    intel.enrichAll(['1.2.3.4', 'x', '1.2.5.1']).map(({ place }) => place?.countryCode),
    ['JP', undefined, 'DE'],
  );
});

t.test('the data folder goes before the working directory', async (t) => {
  const folder = t.testdir({ data: {}, work: {} });
  writeFileSync(join(folder, 'work', 'GeoLite2-City.mmdb'), cityDatabase({}, 'Work'));
  const options = {
    dataDir: join(folder, 'data'),
    workingDir: join(folder, 'work'),
    embedded: false,
    reloadMs: 0,
  };
  const intel = await openIntel(options);
  t.equal(intel.enrich('1.2.3.4').place?.city, 'Work');
  writeFileSync(join(folder, 'data', 'GeoLite2-City.mmdb'), cityDatabase({}, 'Data'));
  t.equal(await intel.reload(), true);
  t.equal(intel.enrich('1.2.3.4').place?.city, 'Data', 'not what was remembered');
  rmSync(join(folder, 'data', 'GeoLite2-City.mmdb'));
  await intel.reload();
  t.equal(intel.enrich('1.2.3.4').place?.city, 'Work');
  t.equal(await intel.reload(), false);
  await intel.close();
});

t.test('a replaced database is picked up; garbage is refused and the one before kept', async (t) => {
  const { intel, dataDir, write } = await intelOf(t, { 'GeoLite2-City.mmdb': cityDatabase() });
  const city = () => intel.enrich('1.2.3.4').place?.city;
  write('next', cityDatabase({}, 'Osaka'));
  renameSync(join(dataDir, 'next'), join(dataDir, 'GeoLite2-City.mmdb'));
  await intel.reload();
  t.equal(city(), 'Osaka');

  for (const garbage of [
    Buffer.from('garbage'),
    cityDatabase().subarray(0, 500),
    asnDatabase(),
    Buffer.alloc(0),
  ]) {
    write('GeoLite2-City.mmdb', garbage);
    await intel.reload();
    t.equal(city(), 'Osaka');
    t.match(sourceOf(intel.sources(), 'GeoLite2-City'), {
      updatedAt: '2023-11-14T22:13:20.000Z',
      problem: /^GeoLite2-City\.mmdb cannot be used \([^\n]+\); the one before it stays in use\.$/,
    });
  }
  write('GeoLite2-City.mmdb', cityDatabase({}, 'Kyoto'));
  await intel.reload();
  t.equal(city(), 'Kyoto');
  t.match(sourceOf(intel.sources(), 'GeoLite2-City'), { problem: null });
});

t.test('broken and missing databases are named, and the rest works', async (t) => {
  const { intel } = await intelOf(t, { 'GeoLite2-City.mmdb': 'garbage', 'GeoLite2-ASN.mmdb': asnDatabase() });
  t.match(intel.enrich('1.2.3.4'), { place: null, network: { asn: 64500 } });
  t.match(sourceOf(intel.sources(), 'GeoLite2-City'), {
    kind: 'place',
    problem: /cannot be used .* it is not used\.$/,
  });
  const { intel: bare, dataDir: bareDir } = await intelOf(t, {});
  t.match(bare.enrich('1.2.3.4'), { place: null, network: null, threats: [] });
  t.match(
    bare.sources().map(({ kind, problem }) => [kind, problem]),
    [
      ['place', /^There is no GeoIP2-City\.mmdb or GeoLite2-City\.mmdb in /],
      ['network', /^There is no GeoIP2-ISP\.mmdb or GeoLite2-ASN\.mmdb in /],
      ['threats', null],
    ],
  );
  t.match(
    bare.sources().map(({ state }) => state),
    ['missing', 'missing', 'not-fetched'],
  );
  writeFileSync(join(bareDir, 'drop_v6.json'), dropOf(['2400:1::/32']));
  await bare.reload();
  t.same(
    bare
      .sources()
      .filter(({ kind }) => kind === 'threats')
      .map(({ state, problem }) => [state, problem]),
    [
      ['missing', 'drop_v4.json has never been fetched.'],
      ['in-use', null],
      ['missing', 'asndrop.json has never been fetched.'],
    ],
    'with one of them there, those that are not are missed',
  );
});

t.test('all lists together: nested, overlapping, single addresses, both families, AS numbers', async (t) => {
  const drop = '; (c) 2024 The Spamhaus Project\n1.2.0.0/16 ; SBL7\n';
  const { intel, write } = await intelOf(t, {
    'GeoLite2-ASN.mmdb': asnDatabase(),
    'drop_v4.json': dropOf(['1.2.0.0/16', '1.2.3.0/24']),
    'drop_v6.json': dropOf(['2400:1::/32']),
    'asndrop.json': '{"asn":64500,"asname":"X"}\n{"type":"metadata","timestamp":1767225600,"records":1}\n',
    'drop.txt': drop,
    'edrop.txt': drop,
    'risky_ips.json': JSON.stringify({
      '1.2.0.0/16': 'Spamhaus DROP listed',
      '10.1.2.0/24': 'Spamhaus DROP listed',
    }),
    'risky_ips.local.json': JSON.stringify({
      '1.2.3.4': 'ours',
      '2400:1::/48': 'ours too',
      '1.2.0.0/15': 'wide',
    }),
  });
  const listings = (address: string) =>
    intel.enrich(address).threats.map(({ list, prefix }) => `${list} ${prefix}`);
  t.same(listings('1.2.3.4'), [
    'risky_ips.local.json 1.2.3.4/32',
    'Spamhaus DROP 1.2.3.0/24',
    'Spamhaus DROP 1.2.0.0/16',
    'Spamhaus EDROP 1.2.0.0/16',
    'risky_ips.local.json 1.2.0.0/15',
    'Spamhaus ASN-DROP AS64500',
  ]);
  t.same(listings('1.3.255.255'), ['risky_ips.local.json 1.2.0.0/15']);
  t.same(listings('1.4.0.0'), []);
  t.same(listings('2400:1::1'), [
    'risky_ips.local.json 2400:1::/48',
    'Spamhaus DROP 2400:1::/32',
    'Spamhaus ASN-DROP AS64500',
  ]);
  t.same(listings('10.1.2.3'), ['Spamhaus DROP 10.1.2.0/24'], 'special space can be listed');
  t.same(listings('10.1.3.0'), []);
  t.same(listings('::ffff:1.3.0.1'), ['risky_ips.local.json 1.2.0.0/15'], 'the embedded address is');
  t.match(intel.enrich('1.2.3.4').threats[1], { sblId: 'SBL1001', listedAt: '2026-01-01T00:00:00.000Z' });

  write('risky_ips.local.json', '{"9.9.9.9": "new", "bad": "x"}');
  await intel.reload();
  t.same(listings('9.9.9.9'), ['risky_ips.local.json 9.9.9.9/32']);
  t.match(sourceOf(intel.sources(), 'risky_ips.local.json'), {
    entries: 1,
    problem: '1 of 2 lines of risky_ips.local.json cannot be read and are left out, the first is "bad".',
  });
  write('risky_ips.local.json', '{"9.9.9.9": ');
  await intel.reload();
  t.same(listings('9.9.9.9'), ['risky_ips.local.json 9.9.9.9/32'], 'the last usable one stays');
  t.match(sourceOf(intel.sources(), 'risky_ips.local.json'), { problem: /no JSON.*stays in use/ });
});

t.test('special space is not looked up, unless it is globally reachable', async (t) => {
  const { intel } = await intelOf(t, { 'GeoLite2-City.mmdb': cityDatabase() });
  t.match(intel.enrich('10.0.0.1'), { special: { kind: 'private', name: 'Private-Use' }, place: null });
  t.match(intel.enrich('64:ff9b::1.2.3.4'), {
    special: { kind: 'nat64', embedded: '1.2.3.4' },
    place: { city: 'Tokyo' },
  });
  t.match(intel.enrich('::ffff:1.2.3.4'), { special: { kind: 'v4-mapped' }, place: { city: 'Tokyo' } });
  t.match(intel.enrich('2002:0102:0304::1'), { special: { kind: '6to4' }, place: { city: 'Tokyo' } });
  t.match(intel.enrich('64:ff9b::10.0.0.1'), { special: { globallyReachable: false }, place: null });
});

t.test('nothing throws, whatever it is given', async (t) => {
  const { intel } = await intelOf(t, {
    'GeoLite2-City.mmdb': cityDatabase(),
    'drop_v4.json': dropOf(['1.2.0.0/16']),
  });
  const random = randomFrom(seedOf(t));
  const nothing = { special: null, place: null, network: null, threats: [] };
  for (const text of [
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4/24',
    '__proto__',
    'constructor',
    '1.2.3.4\n',
    '💥',
  ]) {
    t.same(intel.enrich(text), { address: text, ...nothing });
  }
  t.same(intel.enrich(undefined as unknown as string).place, null);
  for (let round = 0; round < 20_000; round++) {
    const length = Math.floor(random() * 20);
    const text = Array.from({ length }, () => '0123456789abcf.:%/ \u0000é'[Math.floor(random() * 24)]).join(
      '',
    );
    intel.enrich(text);
  }
  await intel.close();
  t.match(intel.enrich('1.2.3.4'), { place: { city: 'Tokyo' } }, 'also after closing');
});

t.test('files are looked at again by themselves', async (t) => {
  const wakes: (() => void)[] = [];
  const clock = {
    now: () => 0,
    wall: () => 0,
    at: (time: number, wake: () => void) => {
      t.equal(time, 5_000);
      wakes.push(wake);
      return () => {};
    },
  };
  const { intel, dataDir, write } = await intelOf(t, {}, { clock, reloadMs: 5_000 });
  write('risky_ips.local.json', '{"9.9.9.9": "new"}');
  utimesSync(join(dataDir, 'risky_ips.local.json'), 1, 1);
  wakes.shift()!();
  while (wakes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  t.match(intel.enrich('9.9.9.9').threats, [{ reason: 'new', listedAt: '1970-01-01T00:00:01.000Z' }]);
});

t.test('host names', async (t) => {
  const { nameServer } = await import('./dns/name-server.js');
  const server = await nameServer({ '4.3.2.1.in-addr.arpa': ['host.example'] });
  const { intel } = await intelOf(t, {}, { nameServers: [server.address] });
  t.equal(await intel.hostname('1.2.3.4'), 'host.example');
  t.equal(await intel.hostname('1.2.3.5'), null);
  t.equal(await intel.hostname('no address'), null);
  server.close();
});
