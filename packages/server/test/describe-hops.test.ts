import type { Hop } from '@locator/probe';
import t from 'tap';
import { Channel } from '../src/channel.js';
import { describeHops, type Revision } from '../src/describe-hops.js';
import { aHop } from './a-trace.js';
import { fakeIntel } from './fake-intel.js';
import { HandClock } from './hand-clock.js';
import { until } from './until.js';

const hop = (ttl: number, address: string | null) => aHop(ttl, { address }).hop;

/** Names that a test gives when it likes. */
function names() {
  const asked = new Map<string, (name: string | null) => void>();
  return {
    asked,
    hostname: (address: string) => new Promise<string | null>((resolve) => asked.set(address, resolve)),
  };
}

function start(nameWaitMs: number | null) {
  const clock = new HandClock();
  const sightings = new Channel<Hop>();
  const hops = Object.assign(new Channel<Hop>(), { sightings });
  const { asked, hostname } = names();
  const out: Revision[] = [];
  const done = (async () => {
    const patience = { intel: fakeIntel({ hostname }), clock, nameWaitMs };
    for await (const revision of describeHops(hops, patience)) out.push(revision);
  })();
  const seen = () =>
    out.map(
      ({ hop, revision, complete }) =>
        `${hop.hop.ttl} ${hop.about?.address ?? '*'} ${hop.hostname} r${revision}${complete ? ' complete' : ''}`,
    );
  return { clock, hops, sightings, asked, done, seen };
}

t.test(
  'a name in time is in the first revision, and holds up nothing when it is there at once',
  async (t) => {
    const { hops, asked, done, seen, clock } = start(30);
    hops.push(hop(1, '192.0.2.1'));
    await until(() => asked.size === 1);
    t.strictSame(seen(), [], 'waits for the name');
    clock.advance(29);
    asked.get('192.0.2.1')!('a.example');
    await until(() => seen().length === 1);
    t.strictSame(seen(), ['1 192.0.2.1 a.example r1 complete']);
    hops.end();
    await done;
    t.equal(clock.alarms, 0, 'no alarm is left behind');
  },
);

t.test('a late name makes a second revision; the hop does not wait for it', async (t) => {
  const { hops, asked, done, seen, clock } = start(30);
  hops.push(hop(1, '192.0.2.1'));
  await until(() => asked.size === 1);
  clock.advance(30);
  await until(() => seen().length === 1);
  t.strictSame(seen(), ['1 192.0.2.1 null r1 complete']);
  asked.get('192.0.2.1')!('a.example');
  await until(() => seen().length === 2);
  t.strictSame(seen()[1], '1 192.0.2.1 a.example r2');
  hops.end();
  await done;
});

t.test('hops keep their order, and waiting for names does not add up', async (t) => {
  const { hops, asked, done, seen, clock } = start(30);
  for (const ttl of [1, 2, 3]) hops.push(hop(ttl, `192.0.2.${ttl}`));
  hops.push(hop(4, null));
  hops.end();
  await until(() => asked.size === 3);
  asked.get('192.0.2.2')!('b.example');
  await new Promise(setImmediate);
  clock.advance(30);
  await done;
  t.strictSame(seen(), [
    '1 192.0.2.1 null r1 complete',
    '2 192.0.2.2 b.example r1 complete',
    '3 192.0.2.3 null r1 complete',
    '4 * null r1 complete',
  ]);
});

t.test('no name, a failing name server and names not wanted', async (t) => {
  const clock = new HandClock();
  const outcomes: Record<string, () => Promise<string | null>> = {
    '192.0.2.1': async () => null,
    '192.0.2.2': async () => {
      throw new Error('SERVFAIL');
    },
  };
  const describe = async (nameWaitMs: number | null) => {
    const hops = new Channel<Hop>();
    hops.push(hop(1, '192.0.2.1'));
    hops.push(hop(2, '192.0.2.2'));
    hops.end();
    let lookups = 0;
    const hostname = (address: string) => {
      lookups += 1;
      return outcomes[address]!();
    };
    const intel = fakeIntel({ hostname });
    const found = [];
    for await (const { hop } of describeHops(hops, { intel, clock, nameWaitMs })) found.push(hop.hostname);
    return { found, lookups };
  };
  t.strictSame(await describe(30), { found: [null, null], lookups: 2 });
  t.strictSame(await describe(null), { found: [null, null], lookups: 0 });
});

t.test('fails as the trace fails, after the hops before', async (t) => {
  const { hops, asked, done, seen, clock } = start(30);
  hops.push(hop(1, '192.0.2.1'));
  hops.fail(new Error('the socket is gone'));
  await until(() => asked.size === 1);
  clock.advance(30);
  await t.rejects(done, { message: 'the socket is gone' });
  t.strictSame(seen(), ['1 192.0.2.1 null r1 complete']);
});

t.test('a router that is sighted is shown at once, and its name has a head start', async (t) => {
  const { hops, sightings, asked, done, seen } = start(10);
  sightings.push(hop(2, '192.0.2.2'));
  await until(() => seen().length === 1);
  t.strictSame(seen(), ['2 192.0.2.2 null r0'], 'before hop 1 is there');
  t.ok(asked.has('192.0.2.2'));
  hops.push(hop(1, null));
  hops.push(hop(2, '192.0.2.2'));
  await until(() => seen().length === 2);
  asked.get('192.0.2.2')!('b.example');
  await until(() => seen().length === 3);
  t.strictSame(seen().slice(1), ['1 * null r1 complete', '2 192.0.2.2 b.example r1 complete']);
  sightings.end();
  hops.end();
  await done;
});

t.test(
  'sighted, settled, measured: revisions rise, and a sighting that comes too late is left out',
  async (t) => {
    const { hops, sightings, done, seen } = start(null);
    sightings.push(hop(1, '192.0.2.1'));
    await until(() => seen().length === 1);
    sightings.push(hop(1, '192.0.2.1'));
    await until(() => seen().length === 2);
    hops.push(hop(1, '192.0.2.1'));
    await until(() => seen().length === 3);
    sightings.push(hop(1, '192.0.2.1'));
    sightings.end();
    hops.end();
    await done;
    t.strictSame(seen(), ['1 192.0.2.1 null r0', '1 192.0.2.1 null r1', '1 192.0.2.1 null r2 complete']);
  },
);

t.test('a name that comes while the capacity is measured is shown at once', async (t) => {
  const { hops, sightings, asked, done, seen } = start(10);
  sightings.push(hop(1, '192.0.2.1'));
  await until(() => asked.size === 1);
  asked.get('192.0.2.1')!('a.example');
  await until(() => seen().length === 2);
  hops.push(hop(1, '192.0.2.1'));
  sightings.end();
  hops.end();
  await done;
  t.strictSame(seen(), [
    '1 192.0.2.1 null r0',
    '1 192.0.2.1 a.example r1',
    '1 192.0.2.1 a.example r2 complete',
  ]);
});
