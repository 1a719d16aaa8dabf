import type { Capacity } from '@locator/probe';
import t from 'tap';
import { hopTable } from '../../src/cli/hop-table.js';
import { aHop } from '../a-trace.js';

const far = aHop(12, {
  address: '2001:db8:1234:5678:9abc:def0:1234:5678',
  hostname: 'ae-17.r05.tokyjp08.jp.bb.example.net',
  rtt: [103.25, 103.25, 104],
  asn: 2914,
  country: 'JP',
  city: 'Tokyo',
});

t.test('every row fits the terminal, and the address is never cut', async (t) => {
  for (const width of [80, 100, 120, 160, 200]) {
    const table = hopTable(width);
    for (const line of [table.heading, ...table.rows(far), ...table.rows(aHop(3))]) {
      t.ok([...line].length <= width, `${width}: ${line}`);
    }
    t.match(table.rows(far)[0], '2001:db8:1234:5678:9abc:def0:1234:5678');
  }
});

t.test('on a wide terminal network and place are shown', async (t) => {
  const table = hopTable(160);
  t.match(table.heading, /^hop {2}host +loss +rtt ms +jitter +Mbit\/s +network +place$/);
  t.match(table.rows(far)[0], /^ 12 {2}2001:\S+ .*0% +103\.250 .*AS2914 Network 2914 +Tokyo, Japan$/);
});

t.test('on a narrow one they are left out', async (t) => {
  const table = hopTable(60);
  t.notMatch(table.heading, /network|place/);
  t.match(table.rows(aHop(1, { address: '192.0.2.1' }))[0], /^ {2}1 {2}192\.0\.2\.1 +0% +2\.000$/);
});

t.test('a silent hop', async (t) => {
  t.match(hopTable(120).rows(aHop(3)), [/^ {2}3 {2}\* +100%$/]);
});

t.test('capacity: an estimate with its interval, a bound, nothing', async (t) => {
  const row = (capacity: Capacity) => hopTable(100).rows(aHop(1, { address: '192.0.2.1', capacity }))[0];
  const estimate = {
    kind: 'estimate',
    mbps: 94.123,
    low: 92.9,
    high: 98,
    confidence: 0.95,
    samples: 9,
  } as const;
  t.match(row(estimate), / 94\.1 ±5%$/, 'the farther end');
  t.match(row({ ...estimate, mbps: 1000.4, low: 880, high: 1010 }), / 1000 ±13%$/);
  t.match(
    row({ kind: 'at-least', mbps: 480.2, cause: 'source-limited', reason: 'sent no faster' }),
    / ≥480$/,
  );
  t.match(row({ kind: 'unmeasured', cause: 'noisy', reason: 'too noisy' }), / 2\.000$/);
});

t.test('what else is worth knowing stands below', async (t) => {
  const rows = hopTable(120).rows(
    aHop(4, {
      addresses: ['203.0.113.1', '203.0.113.2'],
      unreachable: 'host-unreachable',
      sent: 6,
      rtt: [1, 1, 1],
      verdict: 'rate-limited',
      threats: [{ prefix: '203.0.113.0/24' }],
    }),
  );
  t.match(rows.slice(1), [
    /^ {5}also 203\.0\.113\.2$/,
    /^ {5}says: host-unreachable$/,
    /^ {5}rate-limited: 3 of 6 probes answered$/,
    /^ {5}! 203\.0\.113\.0\/24 is listed on Spamhaus DROP: listed$/,
  ]);
});

t.test('a private address is named as such', async (t) => {
  t.match(hopTable(120).rows(aHop(1, { address: '10.0.0.1', special: 'private' }))[0], /private/);
});

t.test('text from the network cannot steer the terminal', async (t) => {
  const hostname = 'evil\u001b[2J\u0007\u202e.example\r\n';
  const [row] = hopTable(160).rows(aHop(1, { address: '192.0.2.1', hostname }));
  t.notMatch(row, /[\p{Cc}\u202e]/u);
  t.match(row, /192\.0\.2\.1 evil�/);
});
