import t from 'tap';
import { type OpenProbe, OpenProbes } from '../../src/match/open-probes.js';
import { probeKey } from '../../src/match/probe-key.js';
import { parseAddress } from '../../src/packet/address.js';
import type { ErrorReply, Quote, Reply } from '../../src/packet/parse-reply.js';
import type { Received } from '../../src/socket/packet-socket.js';
import { randomFrom, seedOf } from '../seed.js';

const destination = parseAddress('198.51.100.7')!;
const other = parseAddress('198.51.100.8')!;
const router = parseAddress('10.0.0.1')!;

const from = (address: Uint8Array): Received => ({
  family: 4,
  transport: 'icmp',
  from: address,
  hopLimit: 60,
  at: 0n,
  stamp: 'kernel',
  bytes: new Uint8Array(),
});
const probe = (tag: number, key: number, to = destination): OpenProbe => ({ tag, key, destination: to });
const error = (quote: Partial<Quote>): ErrorReply => ({
  kind: 'error',
  error: 'time-exceeded',
  type: 11,
  code: 0,
  reason: 'ttl-exceeded',
  mtu: null,
  mpls: [],
  quote: {
    destination,
    hopLimit: 1,
    ipId: 0,
    transport: 'icmp',
    a: 1,
    b: 2,
    c: 3,
    token: null,
    ...quote,
  },
});

t.test('errors are matched by what they quote, whoever sent them', async (t) => {
  const open = new OpenProbes<OpenProbe>();
  const echo = probe(1, probeKey('icmp', destination, 1, 2, 3));
  open.add(echo);
  t.equal(open.answeredBy(error({}), from(router)), echo);
  t.equal(open.answeredBy(error({ c: 4 }), from(router)), null, 'another sequence number');
  t.equal(open.answeredBy(error({ b: 4 }), from(router)), null, 'the secret is wrong: forged');
  t.equal(open.answeredBy(error({ destination: other }), from(router)), null, 'another destination');
  t.equal(open.answeredBy(error({ transport: 'udp' }), from(router)), null, 'another transport');
  t.equal(
    open.answeredBy(error({ b: 0, token: 2 }), from(router)),
    echo,
    'the checksum was rewritten, its copy not',
  );
  open.remove(echo);
  t.equal(open.answeredBy(error({}), from(router)), null);
  t.equal(open.size, 0);
});

t.test('an echo reply counts only from the destination and with the secret', async (t) => {
  const open = new OpenProbes<OpenProbe>();
  const echo = probe(1, probeKey('icmp', destination, 1, 2, 3));
  open.add(echo);
  const reply = (token: number | null): Reply => ({ kind: 'echo-reply', id: 1, sequence: 3, token });
  t.equal(open.answeredBy(reply(2), from(destination)), echo);
  t.equal(open.answeredBy(reply(2), from(other)), null);
  t.equal(open.answeredBy(reply(9), from(destination)), null);
  t.equal(open.answeredBy(reply(null), from(destination)), null);
});

t.test('a datagram from the service counts when only one probe can be meant', async (t) => {
  const open = new OpenProbes<OpenProbe>();
  const first = probe(1, probeKey('udp', destination, 50_000, 53, 111));
  const second = probe(2, probeKey('udp', destination, 50_000, 53, 222));
  const reply: Reply = { kind: 'udp', sourcePort: 53, destinationPort: 50_000 };
  open.add(first);
  t.equal(open.answeredBy(reply, from(destination)), first);
  open.add(second);
  t.equal(open.answeredBy(reply, from(destination)), null, 'two could be meant');
  open.remove(first);
  t.equal(open.answeredBy(reply, from(destination)), second);
  t.equal(open.answeredBy(reply, from(other)), null);
  t.equal(open.answeredBy({ ...reply, sourcePort: 54 }, from(destination)), null);
});

t.test('tags', async (t) => {
  const open = new OpenProbes<OpenProbe>();
  const one = probe(open.freeTag(), 42);
  open.add(one);
  t.equal(open.tagged(one.tag), one);
  t.equal(open.tagged(one.tag + 1), undefined);
  t.equal(open.tagged(one.tag + 64), undefined, 'a tag of the same place in the ring');
  t.ok(open.has(42));
  open.remove(probe(one.tag, 42));
  t.equal(open.size, 1, 'somebody else of that tag is not there to be removed');
  open.remove(one);
  t.equal(open.tagged(one.tag), undefined);
  t.notOk(open.has(42));
  t.equal(open.size, 0);
});

t.test('as a Map would have it, however many come and go', async (t) => {
  const seed = seedOf(t);
  const random = randomFrom(seed);
  const open = new OpenProbes<OpenProbe>();
  const known = new Map<number, OpenProbe>();
  const tags = new Set<number>();
  for (let n = 0; n < 20_000; n++) {
    // Now many more come than go, now the other way round; a few stay for ever.
    if (random() < (n % 4000 < 2000 ? 0.7 : 0.3) || known.size === 0) {
      const tag = open.freeTag();
      if (known.has(tag)) return t.fail(`tag ${tag} is open already`);
      const one = probe(tag, 1_000_000 + n);
      tags.add(tag);
      open.add(one);
      known.set(tag, one);
    } else {
      const all = [...known.values()];
      const one = all[Math.floor(random() * Math.min(all.length, 50))]!;
      open.remove(one);
      known.delete(one.tag);
    }
    if (open.size !== known.size) return t.fail(`${open.size} instead of ${known.size}`);
  }
  t.ok([...known].every(([tag, one]) => open.tagged(tag) === one && open.has(one.key)));
  t.ok([...tags].every((tag) => open.tagged(tag) === known.get(tag)));
});
