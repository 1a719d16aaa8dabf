import t from 'tap';
import { openMemoryStore } from '../../src/store/memory-store.js';
import { aServer } from '../a-server.js';
import { aTrace } from '../a-trace.js';

const DAY = 86_400_000;
const START = Date.UTC(2025, 4, 5);

async function filled() {
  const store = await openMemoryStore();
  const add = async (target: string, address: string, startedAt: number) => {
    const id = await store.begin({ target, protocol: 'icmp', family: 4 }, startedAt);
    await store.append(
      id,
      aTrace({ target, address, startedAt, hops: [{ address: '192.0.2.1', asn: 64500 }, address] }),
    );
  };
  for (let day = 0; day < 25; day++) await add('www.youtube.com', '203.0.113.80', START + day * DAY);
  await add('youtube.com', '203.0.113.81', START);
  await add('notyoutube.com', '203.0.113.80', START);
  return store;
}

t.test('of a target, newest first, 20 unless told otherwise', async (t) => {
  const { app } = await aServer(t, { store: await filled() });
  const answer = await app.inject('/api/history?target=www.youtube.com');
  t.equal(answer.statusCode, 200);
  t.equal(answer.headers['content-type'], 'application/json');
  const { 'www.youtube.com': records, ...others } = answer.json();
  t.strictSame(others, {});
  t.equal(records.length, 20);
  t.match(records[0], {
    timestamp: '20250529',
    started_at: '2025-05-29T00:00:00.000Z',
    address: '203.0.113.80',
    protocol: 'icmp',
    duration_ms: 12.5,
    path_id: /^[0-9a-f]+$/,
    id: Number,
  });
  t.match(records[0].result, [
    { hop: 1, ip: '192.0.2.1', asn: 'AS64500' },
    { hop: 2, ip: '203.0.113.80', asn: 'Unknown' },
  ]);
  const days = records.map(({ timestamp }: { timestamp: string }) => timestamp);
  t.strictSame(days, [...days].sort().reverse());
});

t.test('a domain finds its subdomains, an address what resolved to it', async (t) => {
  const { app } = await aServer(t, { store: await filled() });
  const targets = async (query: string) =>
    Object.keys((await app.inject(`/api/history?${query}`)).json()).sort();
  t.strictSame(await targets('target=youtube.com'), ['www.youtube.com', 'youtube.com']);
  t.strictSame(await targets('target=https://YouTube.com/watch?v=1'), ['www.youtube.com', 'youtube.com']);
  t.strictSame(await targets('target=203.0.113.80'), ['notyoutube.com', 'www.youtube.com']);
  t.strictSame(await targets(''), ['notyoutube.com', 'www.youtube.com', 'youtube.com']);
});

t.test('pages by limit, before and after', async (t) => {
  const { app } = await aServer(t, { store: await filled() });
  const page = async (query: string) =>
    (await app.inject(`/api/history?target=www.youtube.com&${query}`))
      .json()
      ['www.youtube.com'].map(({ timestamp }: { timestamp: string }) => timestamp);
  t.strictSame(await page('limit=2'), ['20250529', '20250528']);
  t.strictSame(await page('limit=2&before=20250528'), ['20250527', '20250526']);
  t.strictSame(await page('limit=2&before=2025-05-28T00:00:00.000Z'), ['20250527', '20250526']);
  t.strictSame(await page('after=2025-05-27T12:00:00Z'), ['20250529', '20250528']);
  t.strictSame(await page('before=20250505'), [], 'past the last page: an empty page');
});

t.test('an empty store, an unknown target, bad input', async (t) => {
  const { app } = await aServer(t);
  const all = await app.inject('/api/history');
  t.equal(all.statusCode, 200);
  t.equal(all.body, '{}');
  const unknown = await app.inject('/api/history?target=a.example');
  t.equal(unknown.statusCode, 404);
  t.strictSame(unknown.json(), { error: 'No trace of a.example is stored.', code: 'TARGET_UNKNOWN' });
  for (const query of [
    'target=',
    'target=a..b',
    'limit=0',
    'limit=1001',
    'before=yesterday',
    'after=1',
    'limit=1&limit=2',
  ]) {
    const refused = await app.inject(`/api/history?${query}`);
    t.equal(refused.statusCode, 400, query);
    t.match(refused.json(), { error: /\.$/, code: /^[A-Z_]+$/ });
  }
});

t.test('a store that cannot be read', async (t) => {
  const { app, store } = await aServer(t);
  await store.close();
  for (const url of ['/api/history', '/api/history?target=a.example']) {
    const answer = await app.inject(url);
    t.equal(answer.statusCode, 503);
    t.match(answer.json(), { code: 'STORE_UNAVAILABLE', error: /\.$/ });
  }
});
