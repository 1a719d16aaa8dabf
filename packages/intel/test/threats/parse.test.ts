import t from 'tap';
import { parseDropJson } from '../../src/threats/parse-drop-json.js';
import { parseDropText } from '../../src/threats/parse-drop-text.js';
import { formatRisky, parseRisky } from '../../src/threats/parse-risky.js';

const DATE = '2026-01-02T00:00:00.000Z';

t.test('DROP as JSON lines', async (t) => {
  const list = parseDropJson(
    [
      '{"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"}',
      '{"cidr":"2400:1::/32","sblid":"SBL1","rir":"apnic"}',
      '{"cidr":"1.10.16.0/20","sblid":"SBL256894","rir":"apnic"}',
      '{"asn":64500,"rir":"ripencc","domain":"example.com","cc":"DE","asname":"EXAMPLE"}',
      '{"type":"metadata","timestamp":1767225600,"size":300,"records":4,"copyright":"(c) 2026 The Spamhaus Project SLU","terms":"https://example.com/terms"}',
      '',
    ].join('\n'),
    'Spamhaus DROP',
    DATE,
  );
  t.same(
    list.prefixes.map(({ threat }) => threat),
    [
      {
        list: 'Spamhaus DROP',
        reason: 'Spamhaus DROP listed',
        listedAt: '2026-01-01T00:00:00.000Z',
        sblId: 'SBL256894',
        prefix: '1.10.16.0/20',
      },
      {
        list: 'Spamhaus DROP',
        reason: 'Spamhaus DROP listed',
        listedAt: '2026-01-01T00:00:00.000Z',
        sblId: 'SBL1',
        prefix: '2400:1::/32',
      },
    ],
  );
  t.match(list.systems, [{ asn: 64500, threat: { prefix: 'AS64500', sblId: null } }]);
  t.match(list, {
    lines: 4,
    records: 4,
    unreadable: { count: 0 },
    timestamp: '2026-01-01T00:00:00.000Z',
    copyright: '(c) 2026 The Spamhaus Project SLU https://example.com/terms',
  });
});

t.test('lines that are no listing are counted, never thrown', async (t) => {
  const wrong = [
    'not json',
    '7',
    'null',
    '[]',
    '{}',
    '{"cidr":"010.0.0.0/8"}',
    '{"cidr":"10"}',
    '{"cidr":"192.0.2.0/8abc"}',
    '{"cidr":"0.0.0.0/0"}',
    '{"cidr":"8.0.0.0/7"}',
    '{"cidr":"::/0"}',
    '{"cidr":7}',
    '{"asn":"64500"}',
    '{"asn":0}',
    '{"asn":1.5}',
    '{"type":"metadata","records":1}',
    '{"cidr":"192.0.2.0/24","sblid":"<b>SBL1</b>"}',
  ];
  const list = parseDropJson(wrong.join('\n'), 'Spamhaus DROP', DATE);
  t.equal(list.lines, wrong.length);
  t.equal(list.unreadable.count, wrong.length - 1, 'all but the last');
  t.equal(list.unreadable.first, 'not json');
  t.equal(list.records, null, 'metadata that is not at the end does not count');
  t.match(list.prefixes, [{ threat: { sblId: null, listedAt: DATE } }]);
});

t.test('DROP as text', async (t) => {
  const text = [
    '; Spamhaus DROP List 2024/04/04 - (c) 2024 The Spamhaus Project SLU',
    '; Last-Modified: Thu, 04 Apr 2024 09:43:58 GMT',
    '; Expires: Thu, 04 Apr 2024 10:50:00 GMT',
    '1.10.16.0/20 ; SBL256894',
    '1.19.0.0/16;SBL434604\r',
    '5.134.128.0/19',
    '999.1.1.1/8 ; SBL1',
  ].join('\n');
  const list = parseDropText(text, 'Spamhaus EDROP', DATE);
  t.same(
    list.prefixes.map(({ threat }) => [threat.prefix, threat.sblId]),
    [
      ['1.10.16.0/20', 'SBL256894'],
      ['1.19.0.0/16', 'SBL434604'],
      ['5.134.128.0/19', null],
    ],
  );
  t.match(list, {
    lines: 4,
    unreadable: { count: 1, first: '999.1.1.1/8 ; SBL1' },
    timestamp: '2024-04-04T09:43:58.000Z',
    copyright: /The Spamhaus Project/,
  });
  t.equal(list.prefixes[0]?.threat.listedAt, '2024-04-04T09:43:58.000Z');
});

t.test('risky_ips.json', async (t) => {
  const list = parseRisky(
    JSON.stringify({
      '192.0.2.0/24': 'Spamhaus DROP listed',
      '198.51.100.7': 'our own\u001b[31m note',
      '2001:db8::1': 'six',
      '::ffff:203.0.113.9': 'mapped',
      '0.0.0.0/0': 'the whole of it: a user may',
      'not an address': 'x',
      '192.0.2.1': 7,
    }),
    'risky_ips.local.json',
    DATE,
  );
  t.same(
    list.prefixes.map(({ threat }) => [threat.prefix, threat.list, threat.reason]),
    [
      ['192.0.2.0/24', 'Spamhaus DROP', 'Spamhaus DROP listed'],
      ['198.51.100.7/32', 'risky_ips.local.json', 'our own[31m note'],
      ['2001:db8::1/128', 'risky_ips.local.json', 'six'],
      ['203.0.113.9/32', 'risky_ips.local.json', 'mapped'],
      ['0.0.0.0/0', 'risky_ips.local.json', 'the whole of it: a user may'],
    ],
  );
  t.match(list.unreadable, { count: 2, first: 'not an address' });
  for (const text of ['', '[]', '7', 'null', '{"192.0.2.0/24":', '<html>']) {
    t.throws(() => parseRisky(text, 'x', DATE), { code: 'LIST_BROKEN' }, text);
  }
  t.same(parseRisky('{"__proto__":"x"}', 'x', DATE).unreadable.count, 1);
});

t.test('what is written is read back', async (t) => {
  const text = formatRisky([
    ['192.0.2.0/24', 'Spamhaus DROP listed'],
    ['2001:db8::/32', 'Spamhaus DROP listed'],
  ]);
  t.equal(
    text,
    '{\n  "192.0.2.0/24": "Spamhaus DROP listed",\n  "2001:db8::/32": "Spamhaus DROP listed"\n}\n',
  );
  t.equal(parseRisky(text, 'risky_ips.json', DATE).prefixes.length, 2);
});
