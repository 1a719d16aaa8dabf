import t from 'tap';
import Value from 'typebox/value';
import { ComparisonSchema } from '../../src/wire/comparison.js';
import { aServer } from '../a-server.js';
import { add } from '../store/contract.js';

const day = (date: number, hour = 12) => Date.UTC(2026, 3, date, hour);
const at = (address: string, rtt: number | number[], asn = 64500) => ({ address, rtt, asn });

t.test('two traces', async (t) => {
  const { app, store } = await aServer(t);
  const a = await add(store, {
    target: 'a.example',
    hops: [at('192.0.2.1', 1), null, at('198.51.100.1', 5), at('203.0.113.80', 10)],
  });
  const b = await add(store, {
    target: 'a.example',
    hops: [
      at('192.0.2.1', 1.5),
      null,
      at('198.51.100.9', 6, 64501),
      at('198.51.100.10', 7, 64501),
      at('203.0.113.80', [30, 30, 31, 30, 32, 30]),
    ],
  });
  const answer = await app.inject(`/api/compare?target=A.example&a=${a.id}&b=${b.id}`);
  t.equal(answer.statusCode, 200, answer.body);
  const comparison = answer.json();
  t.ok(
    Value.Check(ComparisonSchema, comparison),
    JSON.stringify([...Value.Errors(ComparisonSchema, comparison)]),
  );
  t.match(comparison, { target: 'a.example', added: 1, removed: 0, changed: 1, a: { traces: 1, hops: 4 } });
  t.match(comparison.hops, [
    { change: 'same', latency_difference: 0.5, is_sure: null, network_changed: false },
    { change: 'same', latency_difference: null, a: { addresses: [] }, network_changed: null },
    { change: 'changed', network_changed: true, a: { addresses: ['198.51.100.1'], hop: 3 } },
    { change: 'added', a: null, b: { hop: 4, addresses: ['198.51.100.10'], asns: [64501] } },
    { change: 'same', a: { hop: 4 }, b: { hop: 5 }, latency_difference: 20 },
  ]);
});

t.test('two periods', async (t) => {
  const { app, store } = await aServer(t);
  for (let n = 0; n < 8; n++) {
    const branch = n % 2 === 0 ? '198.51.100.1' : '198.51.100.2';
    const path = (rtt: number) => [at('192.0.2.1', 1), at(branch, rtt / 2), at('203.0.113.80', rtt)];
    await add(store, { target: 'a.example', startedAt: day(1, n), hops: path(10 + n / 10) });
    await add(store, { target: 'a.example', startedAt: day(2, n), hops: path(20 + n / 10) });
    await add(store, { target: 'a.example', startedAt: day(2, n), hops: path(90), protocol: 'udp' });
    await add(store, { target: 'www.a.example', startedAt: day(2, n), hops: path(90) });
  }
  const get = (query: string) => app.inject(`/api/compare?target=a.example&${query}`);
  const days = (await get('a=2026-04-01&b=2026-04-02')).json();
  t.match(days, { protocol: 'icmp', b: { traces: 8 } }, 'of a kind that both have');
  t.equal((await get('a=2026-04-01&b=2026-04-02&protocol=udp')).statusCode, 400);
  const icmp = (await get('a=2026-04-01&b=2026-04-02&protocol=icmp')).json();
  t.match(icmp, {
    a: { traces: 8, reached: 8, paths: 2, from: '2026-04-01T00:00:00.000Z', to: '2026-04-01T07:00:00.000Z' },
    b: { traces: 8 },
    added: 0,
    removed: 0,
    changed: 0,
  });
  t.match(icmp.hops[1].a.addresses, { length: 2 }, 'branches are one hop');
  t.equal(icmp.hops[2].latency_difference, 10);
  t.equal(icmp.hops[2].is_sure, true);
  t.equal(icmp.hops[0].is_sure, false);
  const hours = (await get('a=2026-04-01T00:00Z/2026-04-01T04:00Z&b=2026-04-01T04:00Z/2026-04-02')).json();
  t.same([hours.a.traces, hours.b.traces], [4, 4], 'a period ends before its end');
});

t.test('what cannot be compared', async (t) => {
  const { app, store } = await aServer(t);
  const { id } = await add(store, { target: 'a.example', startedAt: day(1) });
  const udp = await add(store, { target: 'a.example', startedAt: day(2), protocol: 'udp' });
  const other = await add(store, { target: 'b.example' });
  const cases: [string, number, RegExp][] = [
    [`a=${id}`, 400, /^b must be/],
    [`a=${id}&b=yesterday`, 400, /^b must be/],
    [`a=${id}&b=2026-04-02/2026-04-01`, 400, /^b must be/],
    [`a=${id}&b=${id + 100}`, 404, /is not stored/],
    [`a=${id}&b=${other.id}`, 404, /^Trace \d+ of a\.example is not stored\.$/],
    [`a=${id}&b=2020-01-01`, 404, /^No trace of a\.example from 2020/],
    [`a=${id}&b=${udp.id}`, 400, /ways of different kinds/],
  ];
  for (const [query, status, message] of cases) {
    const { statusCode, body } = await app.inject(`/api/compare?target=a.example&${query}`);
    t.equal(statusCode, status, `${query}: ${body}`);
    t.match(JSON.parse(body).error, message);
  }
});
