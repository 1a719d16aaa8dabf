import type { Destination, WatchHop, WatchOptions, WatchRound } from '@locator/probe';
import t from 'tap';
import { aListeningServer } from '../a-server.js';
import { fakeTracer } from '../fake-tracer.js';

const silent: WatchHop = {
  ttl: 1,
  address: null,
  addresses: [],
  since: null,
  lastRttMs: null,
  rtt: null,
  jitter: null,
  sent: 3,
  received: 0,
  loss: { sent: 3, received: 0, ratio: 1, verdict: 'unknown', evidence: '3 of 3 missing' },
  mpls: [],
  unreachable: null,
  mtu: null,
  destination: false,
  discarded: 0,
};
const router: WatchHop = {
  ...silent,
  ttl: 2,
  address: '9.9.9.9',
  addresses: ['9.9.9.9'],
  since: Date.UTC(2026, 0, 1),
  lastRttMs: 1.23456,
  rtt: { samples: 3, min: 1, median: 1.5, p95: 2, p99: 2, max: 2, stddev: 0.5, stamps: 'kernel' },
  sent: 3,
  received: 3,
  loss: { sent: 3, received: 3, ratio: 0, verdict: 'none', evidence: '3 of 3 answered' },
};

function aRound(round: number): WatchRound {
  return {
    round,
    startedAt: Date.UTC(2026, 0, 1, 0, 0, round),
    hops: [silent, router],
    destination: null,
    reached: false,
    end: 'silence',
    unreachable: null,
    loop: null,
    changes: round === 2 ? [{ ttl: 2, from: '9.9.9.8', to: '9.9.9.9' }] : [],
    unsent: 0,
  };
}

/** A tracer that has rounds as fast as they are read, and says how it was asked and when it was stopped. */
function watching(rounds: number) {
  const asked: { target: string | Destination; options: WatchOptions }[] = [];
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const tracer = {
    ...fakeTracer(),
    watch(target: string | Destination, options: WatchOptions = {}) {
      asked.push({ target, options });
      return {
        async *[Symbol.asyncIterator]() {
          for (let round = 1; round <= rounds; round++) yield aRound(round);
          if (rounds === Number.POSITIVE_INFINITY || options.rounds !== undefined) return;
          await new Promise<void>((resolve) => {
            options.signal?.addEventListener('abort', () => resolve(), { once: true });
          });
          leave();
        },
      };
    },
  };
  return { tracer, asked, left };
}

t.test('events: rounds, then done', async (t) => {
  const { tracer, asked } = watching(2);
  const { url } = await aListeningServer(t, { tracer });
  const response = await fetch(`${url}/api/watch?target=9.9.9.9&interval=0.5&rounds=2&protocol=udp`);
  t.equal(response.headers.get('content-type'), 'text/event-stream');
  const events = (await response.text()).trimEnd().split('\n\n');
  t.strictSame(
    events.map((event) => event.split('\n', 1)[0]),
    ['event: round', 'event: round', 'event: done'],
  );
  const { hops, changes, round } = JSON.parse(events[1]!.split('\ndata: ')[1]!);
  t.equal(round, 2);
  t.strictSame(changes, [{ hop: 2, from: '9.9.9.8', to: '9.9.9.9' }]);
  t.match(hops[0], { hop: 1, ip: '*', packet_loss: '100%', rtt: null, place: null });
  t.match(hops[1], { hop: 2, ip: '9.9.9.9', last: 1.235, packet_loss: '0%', rtt: { p95: 2 } });
  t.match(asked[0], {
    target: { address: '9.9.9.9' },
    options: { intervalMs: 500, rounds: 2, protocol: 'udp' },
  });
});

t.test('lines where the client wants them', async (t) => {
  const { url } = await aListeningServer(t, { tracer: watching(3).tracer });
  const response = await fetch(`${url}/api/watch?target=9.9.9.9&rounds=3`, {
    headers: { accept: 'application/x-ndjson' },
  });
  const rounds = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).round);
  t.strictSame(rounds, [1, 2, 3]);
});

t.test('a client that leaves stops it', async (t) => {
  const { tracer, left } = watching(1);
  const { url } = await aListeningServer(t, { tracer });
  const abort = new AbortController();
  const response = await fetch(`${url}/api/watch?target=9.9.9.9`, { signal: abort.signal });
  await response.body!.getReader().read();
  abort.abort();
  await left;
  t.pass('the tracer was told');
});

t.test('a server that closes does not wait for it', async (t) => {
  const { tracer, left } = watching(1);
  const { url, app } = await aListeningServer(t, { tracer });
  const response = await fetch(`${url}/api/watch?target=9.9.9.9`);
  const text = response.text();
  await app.close();
  await left;
  t.match(await text, /^event: round\n[\s\S]*event: error\ndata: .*"STOPPED"/);
});

t.test('what cannot be watched is refused before it begins', async (t) => {
  const { tracer, asked } = watching(1);
  const { url } = await aListeningServer(t, { tracer, env: { LOCATOR_TARGETS: 'public' } });
  const status = async (query: string) => (await fetch(`${url}/api/watch?${query}`)).status;
  t.equal(await status('target=127.0.0.1'), 403);
  t.equal(await status('target='), 400);
  t.equal(await status('target=9.9.9.9&interval=0.01'), 400);
  t.equal(await status('target=9.9.9.9&interval=fast'), 400);
  t.equal(asked.length, 0);
});
