import { readdirSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { ProbeError } from '../../src/errors.js';
import { parseAddress } from '../../src/packet/address.js';
import type { PacketSocket, SocketName } from '../../src/socket/packet-socket.js';
import { chainAddresses, makeChain, whyNoChain } from './chain.js';
import { type EchoPorts, openEchoPorts } from './echo-ports.js';
import { openNamed } from './open-named.js';
import { type Findings, probeChain } from './probe-chain.js';
import { runChild } from './run-child.js';
import { type Kind, type Probe, quotedSource, Session } from './session.js';

const loopback = { 4: parseAddress('127.0.0.1')!, 6: parseAddress('::1')! } as const;
/** Documentation addresses (RFC 5737, RFC 3849) that no machine has. */
const foreign = { 4: parseAddress('198.51.100.77')!, 6: parseAddress('2001:db8:77::77')! } as const;

const hasIpv6 = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .some(({ address }) => address === '::1');
const allKinds: readonly Kind[] = [
  { family: 4, transport: 'icmp' },
  { family: 4, transport: 'udp' },
  { family: 6, transport: 'icmp' },
  { family: 6, transport: 'udp' },
];

/** Promises that hold whatever the machine: what the suite's parts have in common. */
interface Subject {
  readonly name: SocketName;
  readonly ports: EchoPorts;
  readonly open: () => Promise<PacketSocket>;
  /** What this machine lets the socket send on loopback. */
  readonly kinds: readonly Kind[];
}

/**
 * The promises of packet-socket.ts, the same for every implementation, on loopback (`scripted`: a simulated
 * one, in real time). Skipped as a whole, with the reason, where the socket cannot be opened; then it fails
 * when LOCATOR_LAB is `required`.
 */
export async function contract(name: SocketName): Promise<void> {
  const ports = await openEchoPorts(hasIpv6);
  t.teardown(() => ports.close());
  const open = () => openNamed(name, { openPort: ports.open });
  const why = await whyNotOpen(open);
  if (why !== null) {
    if (process.env.LOCATOR_LAB === 'required') t.fail(`${name} cannot be opened: ${why}`);
    else t.pass(`${name} cannot be opened here`, { skip: why });
    return;
  }
  const kinds = await usableKinds(name, open);
  const subject: Subject = { name, ports, open, kinds };
  await t.test('answers of every kind, held and not', (t) => answers(t, subject));
  await t.test('stamps', (t) => stamps(t, subject));
  await t.test('batches of 1, 100 and 1000', (t) => batches(t, subject));
  await t.test('lag', (t) => lag(t, subject));
  await t.test('packets that cannot be sent', (t) => failures(t, subject));
  await t.test('two sockets at once', (t) => twoAtOnce(t, subject));
  await t.test('close', (t) => closing(t, subject));
  await t.test('nothing is left open', (t) => nothingLeft(t, subject));
  await t.test('hold', (t) => holding(t, subject));
  await t.test('a path of two hops', (t) => chain(t, subject));
}

async function whyNotOpen(open: () => Promise<PacketSocket>): Promise<string | null> {
  try {
    await (await open()).close();
    return null;
  } catch (error) {
    if (error instanceof ProbeError) return error.message;
    throw error;
  }
}

/** What the socket has terms for, of it what loopback has addresses for. */
async function usableKinds(name: SocketName, open: () => Promise<PacketSocket>): Promise<readonly Kind[]> {
  const socket = await open();
  t.equal(socket.name, name, 'says who it is');
  t.ok(['kernel', 'user'].includes(socket.stamps), `its best stamps: ${socket.stamps}`);
  const usable = allKinds.filter(({ family, transport }) => {
    const kind = `${transport} over IPv${family}`;
    const terms = socket.terms(family, transport);
    const why = socket.why(family, transport);
    t.equal(terms === null, why !== null, `${kind} has either terms or a reason`);
    if (why !== null) t.comment(`${kind}: ${why}`);
    return terms !== null && (family === 4 || hasIpv6 || name === 'scripted');
  });
  if (!hasIpv6) t.comment('IPv6 is left out: this machine has no ::1');
  await socket.close();
  t.ok(usable.length > 0, 'it can send something');
  return usable;
}

/** Runs `use` with a session of its own; then closes it and reports the promises it saw broken. */
async function withSession(t: Test, { open }: Subject, use: (s: Session) => Promise<void>): Promise<void> {
  const s = new Session(await open());
  s.socket.hold(true);
  try {
    await use(s);
  } finally {
    await s.socket.close();
  }
  t.same(s.breaches, [], 'no promise broken on the way');
}

/** To where the kind is answered by its likes: an echo reply, a datagram. */
function toAnswer({ family, transport }: Kind, { ports }: Subject) {
  const ends = { source: loopback[family], destination: loopback[family] };
  return { family, transport, ...ends, port: ports.open };
}

async function answers(t: Test, subject: Subject): Promise<void> {
  for (const held of [true, false]) {
    await withSession(t, subject, async (s) => {
      s.socket.hold(held);
      for (const kind of subject.kinds) await answersOf(t, subject, s, kind, held);
    });
  }
}

async function answersOf(t: Test, subject: Subject, s: Session, kind: Kind, held: boolean): Promise<void> {
  const { ports } = subject;
  const { family, transport } = kind;
  const probes: [string, Probe][] =
    transport === 'icmp'
      ? [['echo', s.probe(toAnswer(kind, subject))]]
      : [
          ['open port', s.probe(toAnswer(kind, subject))],
          ['closed port', s.probe({ ...toAnswer(kind, subject), port: ports.closed })],
        ];
  for (const [what, { outgoing, token }] of probes) {
    const { tag, bytes } = outgoing;
    const label = `${transport} over IPv${family}, ${what}, ${held ? 'held' : 'not held'}`;
    s.send([{ outgoing, token }]);
    t.ok(await s.until(() => s.sent.has(tag) && s.answered.has(tag)), `${label}: sent and answered`);
    const sent = s.sent.get(tag);
    const answered = s.answered.get(tag);
    if (sent === undefined || answered === undefined) continue;
    const { received, reply } = answered;
    t.ok(received.at >= sent.at, `${label}: the answer's stamp is not before the probe's`);
    t.same(received.from, loopback[family], `${label}: from the destination`);
    if (what === 'echo') {
      t.equal(received.transport, 'icmp');
      t.match(reply, { kind: 'echo-reply', id: word(bytes, 4), sequence: word(bytes, 6), token });
      t.same(received.bytes.subarray(8), bytes.subarray(8), `${label}: the payload came back`);
    } else if (what === 'open port') {
      t.equal(received.transport, 'udp');
      t.match(reply, { kind: 'udp', sourcePort: ports.open, destinationPort: word(bytes, 0) });
      t.equal(word(received.bytes, 4), bytes.length, `${label}: the length is in the header`);
      t.same(received.bytes.subarray(8), bytes.subarray(8), `${label}: the payload came back`);
    } else {
      const { quotesHeader } = s.socket.terms(family, transport)!;
      t.equal(received.transport, 'icmp');
      t.match(reply, { kind: 'error', error: 'unreachable', reason: 'port-unreachable' });
      if (reply.kind !== 'error') continue;
      const { quote } = reply;
      t.same([quotedSource(family, received.bytes), quote.destination], [loopback[family], loopback[family]]);
      t.same([quote.a, quote.b, quote.token], [word(bytes, 0), ports.closed, token], `${label}: quoted`);
      t.equal(quote.c, quotesHeader ? token : 0, `${label}: the quoted checksum`);
    }
  }
}

async function stamps(t: Test, subject: Subject): Promise<void> {
  await withSession(t, subject, async (s) => {
    const skew = s.socket.skew();
    const kind = subject.kinds[0]!;
    for (let round = 0; round < 20; round++) {
      const probe = s.probe(toAnswer(kind, subject));
      const { tag } = probe.outgoing;
      const before = performance.now();
      s.send([probe]);
      t.ok(await s.until(() => s.sent.has(tag) && s.answered.has(tag)), 'sent and answered');
      const elapsed = performance.now() - before;
      const sent = s.sent.get(tag);
      const received = s.answered.get(tag)?.received;
      if (sent === undefined || received === undefined) continue;
      const rtt = Number(received.at - sent.at) / 1e6;
      t.ok(rtt >= 0 && rtt <= elapsed + 1, 'the time between the stamps is within what passed outside');
      t.ok(['kernel', 'user'].includes(sent.stamp) && ['kernel', 'user'].includes(received.stamp));
    }
    const times = [...s.sent.values()].map(({ at }) => at);
    t.same(times, [...times].sort(ascending), 'in order of sending');
    const skews = Array.from({ length: 50 }, () => s.socket.skew()).sort((a, b) => a - b);
    t.ok(Math.abs(skews[25]! - skew) < 1, 'the skew is steady');
  });
}

async function batches(t: Test, subject: Subject): Promise<void> {
  for (const kind of subject.kinds) {
    for (const size of [1, 100, 1000]) {
      await withSession(t, subject, async (s) => {
        const label = `${kind.transport} over IPv${kind.family}, ${size}`;
        // The kernel answers at once; a service in this process would lose what it cannot read in time.
        const ends = { ...toAnswer(kind, subject), port: subject.ports.closed };
        const probes = Array.from({ length: size }, () => s.probe(ends));
        s.send(probes);
        t.ok(await s.until(() => s.settled === size), `${label}: each was sent or failed, once`);
        t.equal(s.failed.size, 0, `${label}: none failed`);
        t.same([...s.sent.keys()].sort(ascending), tagsOf(probes), `${label}: every tag came back`);
        await s.until(() => s.answered.size + s.socket.dropped() >= size, 2000);
        t.comment(
          `${label}: ${s.answered.size} answered, ${s.socket.dropped()} dropped, ${s.batches} batches`,
        );
        t.ok(s.answered.size + s.socket.dropped() >= size, `${label}: all answered or known to be dropped`);
        t.ok(s.answered.size > 0, `${label}: not all dropped`);
      });
    }
  }
}

async function lag(t: Test, subject: Subject): Promise<void> {
  for (const kind of subject.kinds) {
    await withSession(t, subject, async (s) => {
      const label = `${kind.transport} over IPv${kind.family}`;
      t.ok(await s.until(() => s.socket.lag() < 20), `${label}: nothing is unread at first`);
      const probe = s.probe({ ...toAnswer(kind, subject), port: subject.ports.closed });
      const began = performance.now();
      s.send([probe]);
      // The answer comes, and nobody gets to read it.
      while (performance.now() < began + 50);
      t.notOk(s.answered.has(probe.outgoing.tag));
      t.ok(s.socket.lag() >= 40, `${label}: what is unread may have come long ago`);
      t.ok(await s.until(() => s.answered.has(probe.outgoing.tag)), `${label}: answered`);
      t.ok(await s.until(() => s.socket.lag() < 20), `${label}: nothing is unread any more`);
    });
  }
}

async function failures(t: Test, subject: Subject): Promise<void> {
  for (const kind of subject.kinds) {
    await withSession(t, subject, async (s) => {
      const { family } = kind;
      const good = s.probe(toAnswer(kind, subject));
      const impossible: Record<string, Probe> = {
        'a source that is not ours': s.probe({ ...toAnswer(kind, subject), source: foreign[family] }),
        'a packet that is too large': oversized(s.probe(toAnswer(kind, subject))),
      };
      // Only raw sockets refuse nothing else here: broadcasting needs permission on every kind of socket.
      if (family === 4) {
        const destination = Uint8Array.of(255, 255, 255, 255);
        impossible['a destination that is refused'] = s.probe({ ...toAnswer(kind, subject), destination });
      }
      t.doesNotThrow(() => s.send([...Object.values(impossible), good]));
      const all = Object.keys(impossible).length + 1;
      t.ok(await s.until(() => s.settled === all), 'each was sent or failed');
      for (const [what, { outgoing }] of Object.entries(impossible)) {
        const code = s.failed.get(outgoing.tag)?.code;
        t.match(code, /^E[A-Z0-9]+$/, `${kind.transport} over IPv${family}, ${what}: ${code}`);
      }
      t.ok(await s.until(() => s.answered.has(good.outgoing.tag)), 'the next packet goes');
    });
  }
}

async function twoAtOnce(t: Test, subject: Subject): Promise<void> {
  await withSession(t, subject, (one) =>
    withSession(t, subject, async (two) => {
      for (const kind of subject.kinds) {
        const ones = Array.from({ length: 20 }, () => one.probe(toAnswer(kind, subject)));
        const tags = tagsOf(ones);
        // Each socket's tags are its own affair: the same number may be in flight in both.
        const twos = tags.map((tag) => {
          const probe = two.probe(toAnswer(kind, subject));
          return { ...probe, outgoing: { ...probe.outgoing, tag } };
        });
        one.send(ones);
        two.send(twos);
        for (const s of [one, two]) {
          const isComplete = () => tags.every((tag) => s.sent.has(tag) && s.answered.has(tag));
          t.ok(
            await s.until(isComplete),
            `${kind.transport} over IPv${kind.family}: each gets its own answers`,
          );
        }
      }
    }),
  );
}

async function closing(t: Test, subject: Subject): Promise<void> {
  await withSession(t, subject, async (s) => {
    const kind = subject.kinds[0]!;
    s.send(Array.from({ length: 100 }, () => s.probe(toAnswer(kind, subject))));
    const late = s.probe(toAnswer(kind, subject));
    await Promise.all([s.socket.close(), s.socket.close()]);
    const { batches } = s;
    t.throws(() => s.socket.send([late.outgoing]), { code: 'SOCKET_CLOSED' });
    t.throws(() => s.socket.send([]), { code: 'SOCKET_CLOSED' }, 'even for nothing');
    await sleep(100);
    t.equal(s.batches, batches, 'the listener is not called again');
    await s.socket.close();
    t.doesNotThrow(() => s.socket.hold(true), 'a closed socket holds nothing');
  });
}

async function nothingLeft(t: Test, subject: Subject): Promise<void> {
  if (process.platform !== 'linux') {
    t.pass('counted in /proc', { skip: 'which is Linux only' });
    return;
  }
  const use = async () => {
    const s = new Session(await subject.open());
    s.socket.hold(true);
    const probes = subject.kinds.map((kind) => s.probe(toAnswer(kind, subject)));
    s.send(probes);
    await s.until(() => s.answered.size === probes.length);
    // To a socket that is closed under way the same must happen.
    s.send(subject.kinds.map((kind) => s.probe(toAnswer(kind, subject))));
    await s.socket.close();
  };
  const count = () => ({
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
  });
  // The first use may start what Node then keeps: its thread pool.
  await use();
  const before = count();
  for (let round = 0; round < 5; round++) await use();
  t.same(count(), before, 'as many descriptors and threads as before');
}

async function holding(t: Test, { name }: Subject): Promise<void> {
  const held = await runChild('hold.child.ts', [name, 'held']);
  t.match(held, { code: 0, stdout: 'still here\n' }, 'a held socket keeps its process alive until closed');
  for (const mode of ['released', 'new']) {
    const ended = await runChild('hold.child.ts', [name, mode]);
    t.match(ended, { code: 0, signal: null }, `a ${mode} one does not`);
  }
}

async function chain(t: Test, { name }: Subject): Promise<void> {
  const why = name === 'scripted' ? null : whyNoChain();
  if (why !== null) {
    if (process.env.LOCATOR_LAB === 'required') t.fail(why);
    else t.pass('network namespaces', { skip: why });
    return;
  }
  const { findings, unroutable, breaches } =
    name === 'scripted' ? await scriptedChain() : await realChain(t, name);
  t.same(breaches, [], 'no promise broken on the way');
  t.ok(findings.length >= 2, 'something was probed');
  for (const finding of findings) {
    const { family, transport, hopLimit, fields, quotesHeader } = finding;
    const { source, router, destination } = chainAddresses[family];
    const label = `${transport} over IPv${family}, hop ${hopLimit}`;
    t.equal(finding.failed, null, `${label}: was sent`);
    t.equal(finding.from, hopLimit === 1 ? router : destination, `${label}: who answered`);
    const expected =
      hopLimit === 1
        ? { kind: 'time-exceeded', reason: 'ttl-exceeded' }
        : transport === 'udp'
          ? { kind: 'unreachable', reason: 'port-unreachable' }
          : { kind: 'echo-reply', reason: null };
    t.match(finding, expected, `${label}: what it answered`);
    if (finding.kind === 'echo-reply') continue;
    t.same(finding.quotedAddresses, [source, destination], `${label}: whose packet it quotes`);
    const visible = transport === 'icmp' || quotesHeader;
    t.same(finding.quote, visible ? fields : { ...fields, c: 0 }, `${label}: which packet it quotes`);
  }
  for (const [kind, code] of Object.entries(unroutable)) {
    t.equal(code, 'ENETUNREACH', `${kind} to where no route leads fails`);
  }
}

async function scriptedChain(): Promise<Findings> {
  const router = { address: [chainAddresses[4].router, chainAddresses[6].router], forwardMs: 0.1 };
  const network = {
    host: [chainAddresses[4].source, chainAddresses[6].source],
    paths: [{ to: [chainAddresses[4].destination, chainAddresses[6].destination], hops: [router] }],
  };
  return probeChain(await openNamed('scripted', { openPort: 9, network }));
}

async function realChain(t: Test, name: SocketName): Promise<Findings> {
  const { prefix, remove } = makeChain();
  t.teardown(remove);
  const { code, stdout, stderr } = await runChild('chain.child.ts', [name], prefix);
  t.equal(code, 0, `the probes ran${stderr && `: ${stderr}`}`);
  return JSON.parse(stdout);
}

/** Longer than any IP packet can be. */
function oversized({ outgoing, token }: Probe): Probe {
  const bytes = new Uint8Array(65_600);
  bytes.set(outgoing.bytes);
  return { outgoing: { ...outgoing, bytes }, token };
}

function tagsOf(probes: readonly Probe[]): number[] {
  return probes.map(({ outgoing }) => outgoing.tag).sort(ascending);
}

function ascending<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}
