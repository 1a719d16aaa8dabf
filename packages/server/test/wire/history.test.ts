import t from 'tap';
import Value from 'typebox/value';
import { encodeHistory, encodeRecord, HistorySchema } from '../../src/wire/history.js';
import { aStoredTrace } from '../a-trace.js';

const stored = {
  ...aStoredTrace(7, {
    target: 'youtube.com',
    startedAt: Date.UTC(2025, 4, 5, 23, 59, 59, 999),
    hops: [{ address: '192.0.2.1', asn: 64500 }, null, '203.0.113.80'],
  }),
  durationMs: 12.34567,
  pathId: '0123456789abcdef',
};

t.test('a record', async (t) => {
  const { result, ...rest } = encodeRecord(stored);
  t.strictSame(rest, {
    timestamp: '20250505',
    id: 7,
    started_at: '2025-05-05T23:59:59.999Z',
    address: '203.0.113.80',
    protocol: 'icmp',
    duration_ms: 12.346,
    path_id: '0123456789abcdef',
  });
  t.strictSame(
    result.map(({ hop, ip, asn }) => ({ hop, ip, asn })),
    [
      { hop: 1, ip: '192.0.2.1', asn: 'AS64500' },
      { hop: 2, ip: '*', asn: 'Unknown' },
      { hop: 3, ip: '203.0.113.80', asn: 'Unknown' },
    ],
  );
});

t.test('targets in the order given, the hostile one among them', async (t) => {
  const json = encodeHistory(
    ['b.example', '__proto__', 'a.example'].map((target) => ({ target, traces: [stored] })),
  );
  t.strictSame(Object.keys(JSON.parse(JSON.stringify(json))), ['b.example', '__proto__', 'a.example']);
  t.ok(Value.Check(HistorySchema, JSON.parse(JSON.stringify(json))));
  t.strictSame(encodeHistory([]), {});
});
