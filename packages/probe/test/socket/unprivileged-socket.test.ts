import { readFileSync } from 'node:fs';
import t from 'tap';
import { parseAddress } from '../../src/packet/address.js';
import { openUnprivilegedSocket } from '../../src/socket/unprivileged-socket.js';
import { chainAddresses, makeChain, whyNoChain } from './chain.js';
import type { Findings } from './probe-chain.js';
import { runChild } from './run-child.js';
import { Session } from './session.js';

/* What the contract suite cannot ask of every socket. */

const here = parseAddress('127.0.0.1')!;
const datagram = { family: 4, transport: 'udp', source: here, destination: here, port: 1 } as const;

const why = await openUnprivilegedSocket().then(
  (socket) => socket.close().then(() => null),
  (error: Error) => error.message,
);
if (why !== null && process.env.LOCATOR_LAB === 'required') t.fail(why);

t.test('errors that answer each packet at once do not fail the next', { skip: why ?? false }, async (t) => {
  for (const stamping of ['auto', 'counted'] as const) {
    const s = new Session(await openUnprivilegedSocket({ stamping }));
    s.socket.hold(true);
    // The port is closed: on loopback each packet's error is there before the next is sent. At most 20, and
    // then a rest: the error messages are rate limited.
    const probes = Array.from({ length: 20 }, () => s.probe(datagram));
    s.send(probes);
    t.ok(await s.until(() => s.settled === 20), `${stamping}: all settled`);
    t.same([...s.failed.values()], [], `${stamping}: none failed`);
    t.ok(await s.until(() => s.answered.size > 0), `${stamping}: ${s.answered.size} answered`);
    await s.socket.close();
    t.same(s.breaches, []);
  }
});

t.test('why there is no echo', { skip: why ?? false }, async (t) => {
  const [low, high] = readFileSync('/proc/sys/net/ipv4/ping_group_range', 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
  const groups = [process.getegid!(), ...process.getgroups!()];
  const isAllowed = groups.some((group) => group >= low! && group <= high!);
  const socket = await openUnprivilegedSocket();
  for (const family of [4, 6] as const) {
    const reason = socket.why(family, 'icmp');
    if (isAllowed) t.type(socket.terms(family, 'icmp')?.echoId, 'number', `IPv${family}: its own identifier`);
    else t.match(reason, /net\.ipv4\.ping_group_range/, `IPv${family}: names the sysctl`);
  }
  await socket.close();
});

const whyNot = why ?? whyNoChain();
t.test('ICMP datagram sockets, as an ordinary user', { skip: whyNot ?? false }, async (t) => {
  const chain = makeChain();
  t.teardown(() => chain.remove());
  const allow = 'echo "0 2147483647" > /proc/sys/net/ipv4/ping_group_range && exec "$@"';
  const user = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'];
  const prefix = [...chain.prefix, 'sh', '-c', allow, 'sh', ...user];
  const { code, stdout } = await runChild('chain.child.ts', ['unprivileged'], prefix);
  t.equal(code, 0);
  const { findings, breaches } = JSON.parse(stdout) as Findings;
  t.same(breaches, []);
  const echoes = findings.filter(({ transport }) => transport === 'icmp');
  t.equal(echoes.length, 4, 'two hops in each family');
  for (const { family, hopLimit, fields, from, replyHopLimit, kind, quote, quotedAddresses } of echoes) {
    const { source, router, destination } = chainAddresses[family];
    const isRouter = hopLimit === 1;
    t.equal(from, isRouter ? router : destination, `IPv${family}, hop ${hopLimit}: who answered`);
    t.equal(replyHopLimit, isRouter ? 64 : 63);
    t.equal(kind, isRouter ? 'time-exceeded' : 'echo-reply');
    if (!isRouter) continue;
    t.same(quote, fields, 'the quoted header is the one that was sent, checksum included');
    t.same(quotedAddresses, [source, destination]);
  }
});
