import type { WatchHop, WatchRound } from '@locator/probe';
import t from 'tap';
import type { Named } from '../../src/address-book.js';
import { outcomeInWords } from '../../src/cli/outcome.js';
import { watchTable } from '../../src/cli/watch-table.js';
import { encodeWatchRound } from '../../src/wire/watch-round.js';
import { aHop } from '../a-trace.js';

const START = Date.UTC(2026, 0, 1);

function aWatchHop(ttl: number, spec: Partial<WatchHop> = {}): WatchHop {
  return {
    ttl,
    address: `192.0.2.${ttl}`,
    addresses: [`192.0.2.${ttl}`],
    since: START,
    lastRttMs: 10.5,
    rtt: { samples: 9, min: 10, median: 10.25, p95: 12, p99: 12.5, max: 1234.5, stddev: 1, stamps: 'kernel' },
    jitter: { mean: 0.4, rfc3550: 0.2, p95MinusMin: 2 },
    sent: 10,
    received: 9,
    loss: { sent: 10, received: 9, ratio: 0.1, verdict: 'rate-limited', evidence: '1 of 10 missing' },
    mpls: [],
    unreachable: null,
    mtu: null,
    destination: false,
    discarded: 0,
    ...spec,
  };
}

const silent = (ttl: number) =>
  aWatchHop(ttl, {
    address: null,
    addresses: [],
    since: null,
    lastRttMs: null,
    rtt: null,
    jitter: null,
    received: 0,
    loss: { sent: 10, received: 0, ratio: 1, verdict: 'silent', evidence: '10 of 10 missing' },
  });

const aRound = (...hops: readonly WatchHop[]): WatchRound => ({
  round: 10,
  startedAt: START + 9000,
  hops,
  destination: null,
  reached: false,
  end: 'silence',
  unreachable: null,
  loop: null,
  changes: [],
  unsent: 0,
});

const far = '2001:db8:1234:5678:9abc:def0:1234:5678';
const about = (address: string): Named => ({
  description: aHop(1, { address, asn: 2914, threats: address === far ? [{ prefix: '2001:db8::/32' }] : [] })
    .about!,
  hostname: address === far ? 'evil\u001b[2J.example\r\n' : null,
});
const hops = [aWatchHop(1), silent(2), aWatchHop(12, { address: far, addresses: [far, '2001:db8::2'] })];

t.test('every line fits the terminal', async (t) => {
  for (const width of [60, 80, 100, 120, 160, 220]) {
    for (const line of watchTable(aRound(...hops), width, about)) {
      t.ok([...line].length <= width, `${width}: ${line}`);
      t.notMatch(line, /[\p{Cc}\u202e]/u, 'text from the network cannot steer it');
    }
  }
});

t.test('a wide terminal', async (t) => {
  const [heading, first, limited, star, last, ...notes] = watchTable(aRound(...hops), 160, about);
  t.match(heading, /^hop {2}host +loss +sent +last ms +min +median +p95 +max +jitter +network$/);
  t.match(
    first,
    /^ {2}1 {2}192\.0\.2\.1 +10% +10 +10\.500 +10\.000 +10\.250 +12\.000 +1234\.5 +0\.400 +AS2914 Network 2914$/,
  );
  t.equal(limited, '     rate-limited: 1 of 10 missing');
  t.match(star, /^ {2}2 {2}\* +100% +10$/);
  t.match(last, new RegExp(`^ 12 {2}${far}`));
  t.same(notes, [
    '     also 2001:db8::2',
    '     rate-limited: 1 of 10 missing',
    '     ! 2001:db8::/32 is listed on Spamhaus DROP: listed',
  ]);
});

t.test('a narrow one does without the least important figures', async (t) => {
  const [heading] = watchTable(aRound(...hops), 80, about);
  t.match(heading, /^hop {2}host +loss +sent +last ms +median +p95 +jitter$/);
});

t.test('as JSON', async (t) => {
  const json = encodeWatchRound(
    { ...aRound(...hops), changes: [{ ttl: 12, from: '2001:db8::2', to: far }] },
    about,
  );
  t.match(JSON.parse(JSON.stringify(json)), {
    round: 10,
    started_at: '2026-01-01T00:00:09.000Z',
    end: 'silence',
    changes: [{ hop: 12, from: '2001:db8::2', to: far }],
    hops: [
      {
        ip: '192.0.2.1',
        since: '2026-01-01T00:00:00.000Z',
        packet_loss: '10%',
        loss: { verdict: 'rate-limited', ratio: 0.1 },
        last: 10.5,
        rtt: { p95: 12, max: 1234.5 },
        network: { asn: 2914 },
      },
      { ip: '*', since: null, packet_loss: '100%', last: null, rtt: null, jitter_ms: null, network: null },
      { hop: 12, threats: [{ prefix: '2001:db8::/32' }] },
    ],
  });
});

t.test('how a path ended, in words', async (t) => {
  const path = { loop: null, unreachable: null, hops: [aWatchHop(1), aWatchHop(2), silent(3)] };
  t.equal(outcomeInWords({ ...path, end: 'destination' }), 'answered');
  t.equal(outcomeInWords({ ...path, end: 'silence' }), 'did not answer: nothing answers behind hop 2');
  t.equal(outcomeInWords({ ...path, hops: [silent(1)], end: 'silence' }), 'did not answer: nothing answers');
  t.equal(
    outcomeInWords({ ...path, end: 'loop', loop: { from: 1, to: 2 } }),
    'did not answer: packets go round from hop 2 back to hop 1',
  );
  t.equal(
    outcomeInWords({ ...path, end: 'unreachable', unreachable: 'admin-prohibited' }),
    'did not answer: hop 2 says admin-prohibited',
  );
  t.equal(outcomeInWords({ ...path, end: 'max-hops' }), 'did not answer within 3 hops');
});
