import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { systemClock } from '../../src/clock.js';
import { openIntel } from '../../src/open-intel.js';
import { fileInTar } from '../../src/refresh/file-in-tar.js';
import { asnDatabase, cityDatabase } from '../mmdb/sample-databases.js';
import { writeMmdb } from '../mmdb/write-mmdb.js';
import { dropOf, FeedServer, type Handler, prefixes, serves } from './feed-server.js';

function tarOf(files: Readonly<Record<string, Buffer>>): Buffer {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const header = Buffer.alloc(512);
    header.write(path, 0);
    header.write(content.length.toString(8).padStart(11, '0'), 124);
    header.write(path.endsWith('/') ? '5' : '0', 156);
    header.write('ustar', 257);
    return [header, content, Buffer.alloc(-content.length & 511)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const archiveOf = (name: string, content: Buffer) =>
  gzipSync(
    tarOf({
      [`${name}_20260102/`]: Buffer.alloc(0),
      [`${name}_20260102/LICENSE.txt`]: Buffer.from('x'),
      [`${name}_20260102/${name}.mmdb`]: content,
    }),
  );

const sumOf = (archive: Buffer) =>
  `${createHash('sha256').update(archive).digest('hex')}  GeoLite2_20260102.tar.gz\n`;

/** MaxMind: asks for the account, then sends elsewhere. */
async function maxmind(t: Test) {
  const front = await new FeedServer().listen();
  const storage = await new FeedServer().listen();
  const authorized =
    (handler: Handler): Handler =>
    (request, response) => {
      const [user, key] = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')
        .toString()
        .split(':');
      if (user === '42' && key === 'secret') handler(request, response);
      else response.writeHead(401).end();
    };
  const offer = (name: string, archive: Buffer, sum = sumOf(archive)) => {
    const path = `/geoip/databases/${name}/download?suffix=tar.gz`;
    front.on(
      path,
      authorized((_request, response) =>
        response.writeHead(302, { location: storage.url(`/${name}`) }).end(),
      ),
    );
    front.on(
      `${path}.sha256`,
      authorized((_request, response) => response.end(sum)),
    );
    storage.on(`/${name}`, (_request, response) => response.end(archive));
  };
  offer('GeoLite2-City', archiveOf('GeoLite2-City', cityDatabase()));
  offer('GeoLite2-ASN', archiveOf('GeoLite2-ASN', asnDatabase()));
  front.on('/v4', serves(dropOf(prefixes(20))));

  const dataDir = t.testdir();
  let wall = Date.UTC(2026, 0, 10);
  const intel = await openIntel({
    dataDir,
    workingDir: dataDir,
    embedded: false,
    reloadMs: 0,
    clock: { ...systemClock, wall: () => wall },
    maxmind: { accountId: '42', licenseKey: 'secret' },
    urls: {
      maxmind: front.url('/geoip/databases'),
      'drop_v4.json': front.url('/v4'),
      'drop_v6.json': front.url('/none'),
      'asndrop.json': front.url('/none'),
    },
  });
  t.teardown(async () => {
    await intel.close();
    await front.close();
    await storage.close();
  });
  const update = async (hours = 7) => {
    wall += hours * 3_600_000;
    return (await intel.update()).lists.filter(({ name }) => name.startsWith('GeoLite2'));
  };
  return { front, storage, offer, dataDir, intel, update };
}

t.test('fetches, compares, verifies, swaps', async (t) => {
  const { intel, update, storage, offer, dataDir } = await maxmind(t);
  t.match(await update(), [
    { name: 'GeoLite2-City', result: 'updated', sentence: 'GeoLite2-City was updated.' },
    { name: 'GeoLite2-ASN', result: 'updated' },
  ]);
  t.match(intel.enrich('1.2.3.4'), {
    place: { city: 'Tokyo', source: 'GeoLite2-City' },
    network: { asn: 64500 },
  });
  t.equal(storage.requests[0]?.headers.authorization, undefined, 'the account is not shown to the storage');

  t.match(await update(), [{ result: 'unchanged' }, { result: 'unchanged' }]);
  t.equal(storage.requests.length, 2, 'the check sum is enough to know');
  t.match(await update(5), [{ result: 'too-soon' }, { result: 'too-soon' }]);

  offer('GeoLite2-City', archiveOf('GeoLite2-City', cityDatabase({}, 'Osaka')));
  t.match(await update(), [{ result: 'updated' }, { result: 'unchanged' }]);
  t.equal(intel.enrich('1.2.3.4').place?.city, 'Osaka');
  t.same(
    readdirSync(dataDir).filter((name) => name.includes('City')),
    ['GeoLite2-City.mmdb'],
    'nothing of the old one is left',
  );
  rmSync(join(dataDir, 'GeoLite2-City.mmdb'));
  t.match(await update(), [{ result: 'updated' }], 'a file that was removed is fetched again');
});

t.test('whatever comes instead, the database in use stays', async (t) => {
  const { intel, update, offer, dataDir } = await maxmind(t);
  await update();
  const before = readFileSync(join(dataDir, 'GeoLite2-City.mmdb'));
  const files = readdirSync(dataDir);
  const good = archiveOf('GeoLite2-City', cityDatabase({}, 'Osaka'));
  const ignorant = writeMmdb('GeoLite2-City', [['1.2.3.0/24', { city: { names: { en: 'Nowhere' } } }]]);
  const cases: [string, Buffer, string | undefined, RegExp][] = [
    ['a wrong check sum', good, sumOf(Buffer.from('other')), /check sum is wrong/],
    ['a page for a check sum', good, '<html>', /check sum is none/],
    ['no gzip', Buffer.from('<html>'), undefined, /incorrect header check/],
    ['half an archive', good.subarray(0, good.length >> 1), undefined, /unexpected end of file/],
    [
      'an archive without it',
      gzipSync(tarOf({ 'x/other.mmdb': before })),
      undefined,
      /no GeoLite2-City\.mmdb in the archive/,
    ],
    [
      'a broken database',
      archiveOf('GeoLite2-City', before.subarray(0, 700)),
      undefined,
      /does not end like/,
    ],
    ['another database', archiveOf('GeoLite2-City', asnDatabase()), undefined, /another kind/],
    ['one that knows nothing', archiveOf('GeoLite2-City', ignorant), undefined, /does not know 8\.8\.8\.8/],
  ];
  for (const [name, archive, sum, why] of cases) {
    offer('GeoLite2-City', archive, sum);
    const [city] = await update();
    t.match(city, { result: /failed|refused/, sentence: why }, name);
    t.match(city?.sentence, /^GeoLite2-City was not updated: [^\n]+; what was there stays in use\.$/);
    t.notMatch(city?.sentence, /secret/);
    t.ok(readFileSync(join(dataDir, 'GeoLite2-City.mmdb')).equals(before), name);
    t.same(readdirSync(dataDir), files);
    t.equal(intel.enrich('1.2.3.4').place?.city, 'Tokyo');
  }
});

t.test('a refused account', async (t) => {
  const { front, update, dataDir } = await maxmind(t);
  for (const suffix of ['', '.sha256']) {
    front.on(`/geoip/databases/GeoLite2-City/download?suffix=tar.gz${suffix}`, (_request, response) =>
      response.writeHead(401).end(),
    );
  }
  t.match(await update(), [{ result: 'failed', sentence: /the server answered 401/ }, { result: 'updated' }]);
  t.notOk(existsSync(join(dataDir, 'GeoLite2-City.mmdb')));
});

t.test('half an account is a mistake', async (t) => {
  const open = (accountId: string, licenseKey: string) =>
    openIntel({ embedded: false, maxmind: { accountId, licenseKey } });
  await t.rejects(open('42', ''), { code: 'OPTION_INVALID', message: /MAXMIND_LICENSE_KEY/ });
  await t.rejects(open('', 'secret'), { code: 'OPTION_INVALID', message: /MAXMIND_ACCOUNT_ID/ });
  await t.rejects(open('me', 'secret'), { message: /^(?!.*secret)/ });
});

t.test('a file in an archive', async (t) => {
  const tar = tarOf({
    'a/': Buffer.alloc(0),
    'a/x.mmdb': Buffer.from('one'),
    'b/y.mmdb': Buffer.alloc(600, 7),
  });
  t.same(fileInTar(tar, 'x.mmdb'), Buffer.from('one'));
  t.same(fileInTar(tar, 'y.mmdb'), Buffer.alloc(600, 7));
  t.equal(fileInTar(tar, 'z.mmdb'), null);
  for (let size = 0; size < tar.length; size += 64) {
    const found = fileInTar(tar.subarray(0, size), 'y.mmdb');
    if (found !== null && found.length !== 600) t.fail(`cut at ${size}`);
  }
  const lying = Buffer.from(tar);
  lying.write('77777777777', 124);
  t.equal(fileInTar(lying, 'x.mmdb'), null);
});
