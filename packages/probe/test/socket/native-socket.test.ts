import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { ProbeError } from '../../src/errors.js';
import { parseAddress } from '../../src/packet/address.js';
import type { NativeOptions } from '../../src/socket/native-options.js';
import { openNativeSocket } from '../../src/socket/native-socket.js';
import { randomFrom, seedOf } from '../seed.js';
import { runChild } from './run-child.js';
import { Session } from './session.js';
import { countWatchers } from './watchers.js';

/* What the contract suite cannot ask of every socket. */

const here = parseAddress('127.0.0.1')!;
const echo = { family: 4, transport: 'icmp', source: here, destination: here } as const;
/** An address that no machine has (RFC 5737): sending from it fails. */
const foreign = parseAddress('198.51.100.77')!;

const why = await openNativeSocket().then(
  (socket) => socket.close().then(() => null),
  (error: Error) => error.message,
);
if (why !== null && process.env.LOCATOR_LAB === 'required') t.fail(why);

function test(name: string, run: (t: Test) => Promise<void>): void {
  t.test(name, { skip: why ?? false }, run);
}

async function withSession(options: NativeOptions, use: (s: Session) => Promise<void>): Promise<void> {
  const s = new Session(await openNativeSocket(options));
  s.socket.hold(true);
  try {
    await use(s);
  } finally {
    await s.socket.close();
  }
}

/** Packets of which about every third is refused, answers and all accounted for. */
async function mixed(t: Test, s: Session, count: number): Promise<void> {
  const random = randomFrom(seedOf(t));
  const probes = Array.from({ length: count }, () =>
    s.probe({ ...echo, source: random() < 1 / 3 ? foreign : here }),
  );
  const refused = probes.filter(({ outgoing }) => outgoing.source === foreign);
  for (let at = 0; at < count; ) {
    const size = 1 + Math.floor(random() * 40);
    s.send(probes.slice(at, at + size));
    at += size;
    if (random() < 0.3) await s.until(() => s.settled > 0);
  }
  t.ok(await s.until(() => s.settled === count), `${s.settled} of ${count} settled`);
  t.equal(s.failed.size, refused.length, 'those that cannot be sent, and no others, failed');
  t.equal(s.answered.size, count - refused.length, 'all others were answered');
  t.same(s.breaches, []);
}

test('refused packets among others, stamps identified by number', (t) =>
  withSession({}, async (s) => {
    await mixed(t, s, 500);
    const byUs = [...s.sent.values()].filter(({ stamp }) => stamp === 'user').length;
    t.equal(byUs, 0, 'every stamp is the kernel’s');
  }));

test('refused packets among others, stamps counted as before Linux 6.13', (t) =>
  withSession({ stamping: 'counted' }, async (s) => {
    await mixed(t, s, 500);
    for (const { tag, received } of s.answered.values()) {
      const rtt = Number(received.at - s.sent.get(tag)!.at);
      // A stamp of another packet would be off by far more, or after the answer.
      if (!(rtt >= 0 && rtt < 50e6)) t.fail(`an RTT of ${rtt} ns`);
    }
  }));

test('counted stamps are the right packets’ own', (t) =>
  withSession({ stamping: 'counted' }, async (s) => {
    const probes = Array.from({ length: 600 }, () => s.probe(echo));
    s.send(probes);
    t.ok(await s.until(() => s.answered.size === 600 && s.settled === 600));
    const stamps = probes.map(({ outgoing }) => s.sent.get(outgoing.tag)!);
    t.ok(
      stamps.every(({ stamp }) => stamp === 'kernel'),
      'the kernel’s',
    );
    t.ok(
      stamps.every(({ at }, i) => i === 0 || at >= stamps[i - 1]!.at),
      'in the order of sending',
    );
  }));

test('a device that gives no stamps: ours, and before the answer', (t) =>
  withSession({ stamping: 'none' }, async (s) => {
    const probes = Array.from({ length: 50 }, () => s.probe(echo));
    s.send(probes);
    t.ok(await s.until(() => s.answered.size === 50));
    // The session notes an answer without a Sent.
    t.same(s.breaches, []);
    const sent = [...s.sent.values()];
    t.ok(
      sent.every(({ stamp }) => stamp === 'user'),
      'user stamps',
    );
    for (const { tag, received } of s.answered.values()) {
      const rttMs = Number(received.at - s.sent.get(tag)!.at) / 1e6;
      if (!(Math.abs(rttMs) < 50)) t.fail(`an RTT of ${rttMs} ms: not the same clock`);
    }
  }));

test('a device that gives no stamps, and no answer either', async (t) => {
  // Bound, so that there is no error, and silent.
  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  t.teardown(() => silent.close());
  await once(silent, 'listening');
  await withSession({ stamping: 'none' }, async (s) => {
    const probe = s.probe({ ...echo, transport: 'udp', port: silent.address().port });
    s.send([probe]);
    t.ok(await s.until(() => s.settled === 1), 'is given up on');
    t.match(s.sent.get(probe.outgoing.tag), { stamp: 'user' });
  });
});

test('an event loop blocked for 50 ms loses nothing of 1,500 packets', (t) =>
  withSession({}, async (s) => {
    s.send(Array.from({ length: 1500 }, () => s.probe(echo)));
    const end = performance.now() + 50;
    while (performance.now() < end);
    t.ok(await s.until(() => s.answered.size === 1500), `${s.answered.size} answered`);
    t.equal(s.socket.dropped(), 0);
    const rtts = [...s.answered.values()].map(({ tag, received }) => received.at - s.sent.get(tag)!.at);
    rtts.sort((a, b) => Number(a - b));
    t.ok(rtts[750]! < 5_000_000n, `the median RTT is ${rtts[750]} ns, whatever the event loop does`);
  }));

test('what finds the queue full is counted', (t) =>
  withSession({ bufferBytes: 32_768 }, async (s) => {
    s.send(Array.from({ length: 1000 }, () => s.probe(echo)));
    await s.until(() => s.settled === 1000);
    t.equal(s.settled, 1000, 'all are settled, by our stamps where the kernel’s found no room');
    const lost = 1000 - s.answered.size;
    t.ok(lost > 0, `${lost} answers lost`);
    t.ok(s.socket.dropped() >= lost, `${s.socket.dropped()} counted`);
  }));

test('more packets in one call than the ring has records', (t) =>
  withSession({}, async (s) => {
    const probes = Array.from({ length: 10_000 }, () => s.probe({ ...echo, size: 12 }));
    s.send(probes);
    t.ok(await s.until(() => s.settled === probes.length), `${s.settled} settled`);
    t.same(s.breaches, []);
  }));

test('a packet of 65,507 bytes comes back whole', (t) =>
  withSession({}, async (s) => {
    const probe = s.probe({ ...echo, size: 65_507 });
    s.send([probe]);
    t.ok(await s.until(() => s.answered.has(probe.outgoing.tag)));
    const { received } = s.answered.get(probe.outgoing.tag)!;
    t.same(Buffer.from(received.bytes.subarray(8)), Buffer.from(probe.outgoing.bytes.subarray(8)));
  }));

test('skew is a step of the wall clock and nothing else', (t) =>
  withSession({}, async (s) => {
    const ahead = s.socket.skew() + Number(process.hrtime.bigint()) / 1e6;
    t.ok(Math.abs(ahead - Date.now()) < 50, `off by ${ahead - Date.now()} ms`);
    const drift = Math.abs(s.socket.skew() - s.socket.skew());
    t.ok(drift < 0.1, `two readings differ by ${drift} ms`);
  }));

test('100 openings and closings leave no descriptor and no thread', async (t) => {
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const watchers: { open: number; closed: number }[] = [];
  const open = async () => {
    const s = new Session(await openNativeSocket());
    s.send([s.probe(echo)]);
    const open = countWatchers();
    await s.socket.close();
    // The kernel lists a thread for a moment longer than it has to be waited for.
    for (let waited = 0; countWatchers() > 0 && waited < 1000; waited++) await sleep(1);
    watchers.push({ open, closed: countWatchers() });
  };
  await open();
  const before = descriptors();
  for (let i = 0; i < 100 && watchers.at(-1)!.closed === 0; i += 1) await open();
  t.equal(descriptors(), before);
  t.same(watchers, Array(101).fill({ open: 1, closed: 0 }), 'one thread each, and none left');
});

test('a listener that throws is an uncaught exception, and the socket goes on', async (t) => {
  const { code, stdout, stderr } = await runChild('native-throw.child.ts', []);
  t.equal(code, 0, stderr);
  t.equal(stdout.trim(), 'caught, and received again');
});

test('worker threads, ended in the middle', async (t) => {
  const { code, signal, stdout, stderr } = await runChild('native-worker.child.ts', []);
  t.equal(signal, null);
  t.equal(code, 0, stderr);
  t.equal(stdout.trim(), 'nothing left');
});

test('without the right it says so', async (t) => {
  const user = String(randomInt(60_000, 65_000));
  const asUser = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--inh-caps=-all'];
  const { code, stdout } = await runChild('native-forbidden.child.ts', [], asUser);
  t.equal(code, 0);
  t.equal(stdout.trim(), 'SOCKET_FORBIDDEN');
});

t.test('without the native part it says why', async (t) => {
  const load = () => ({ reason: 'the native part has not been built' });
  const error = await openNativeSocket({ load }).catch((e) => e);
  t.ok(error instanceof ProbeError);
  t.match(error, { code: 'SOCKET_UNAVAILABLE', message: /has not been built/ });
});

for (const [family, transport] of [
  [4, 'icmp'],
  [4, 'udp'],
  [6, 'udp'],
] as const) {
  test(`a wrong checksum stays wrong, and nobody answers it: IPv${family}, ${transport}`, async (t) => {
    await withSession({}, async (s) => {
      t.equal(s.socket.terms(family, transport)?.keepsChecksum, true);
      const loopback = parseAddress(family === 4 ? '127.0.0.1' : '::1')!;
      const kind = { family, transport, source: loopback, destination: loopback, port: 9, size: 200 };
      const mutes = Array.from({ length: 5 }, () => {
        const probe = s.probe(kind);
        const bytes = probe.outgoing.bytes.slice();
        bytes[8]! ^= 0xff;
        return { ...probe, outgoing: { ...probe.outgoing, bytes } };
      });
      const sound = s.probe(kind);
      s.send([...mutes, sound]);
      t.ok(await s.until(() => s.settled === 6 && s.answered.size > 0));
      t.same([...s.answered.keys()], [sound.outgoing.tag], 'only the last is answered');
      t.equal(s.failed.size, 0);
    });
  });
}

test('ICMPv6: the kernel computes the checksum, whatever it is given', async (t) => {
  await withSession({}, async (s) => {
    t.equal(s.socket.terms(6, 'icmp')?.keepsChecksum, false);
  });
});
