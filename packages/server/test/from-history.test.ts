import t from 'tap';
import { fits, fromHistory } from '../src/from-history.js';
import { openMemoryStore } from '../src/store/memory-store.js';
import { aStoredTrace, aTrace } from './a-trace.js';
import { HandClock } from './hand-clock.js';

t.test('fits: the same port, no more hops, no fewer probes', async (t) => {
  const trace = aStoredTrace(1);
  t.ok(fits(trace, {}));
  t.ok(fits(trace, { maxHops: 5 }));
  t.ok(fits(trace, { maxHops: 64 }));
  t.notOk(fits(trace, { maxHops: 4 }));
  t.ok(fits(trace, { probes: 3 }));
  t.notOk(fits(trace, { probes: 4 }));
  t.notOk(fits(trace, { port: 33434 }), 'ICMP has no port');
  t.ok(fits(aStoredTrace(1, { protocol: 'udp' }), { port: 33434 }));
  t.notOk(fits(aStoredTrace(1, { protocol: 'udp' }), { port: 53 }));

  const cut = aStoredTrace(1, { end: 'max-hops' });
  t.ok(fits(cut, { maxHops: 5 }));
  t.notOk(fits(cut, { maxHops: 6 }), 'a longer trace may see more');
  t.ok(fits(cut, {}));
});

t.test('the newest, young enough and permitted', async (t) => {
  const clock = new HandClock();
  const store = await openMemoryStore();
  for (const [minutes, protocol] of [
    [60, 'icmp'],
    [30, 'udp'],
    [20, 'icmp'],
  ] as const) {
    const startedAt = clock.wall() - minutes * 60_000;
    const id = await store.begin({ target: 'a.example', protocol, family: 4 }, startedAt);
    await store.append(id, aTrace({ target: 'a.example', protocol, startedAt }));
  }
  const tools = { store, clock, permit: () => true };
  const age = async (request: object, maxAge: number, permit = () => true) => {
    const found = await fromHistory({ ...tools, permit }, { target: 'a.example', ...request }, maxAge);
    return found && (clock.wall() - found.startedAt) / 60_000;
  };
  t.equal(await age({}, 3600), 20);
  t.equal(await age({ protocol: 'udp' }, 3600), 30);
  t.equal(await age({ family: 4 }, 3600), 20);
  t.equal(await age({ family: 6 }, 3600), null);
  t.equal(await age({}, 1200), 20);
  t.equal(await age({}, 1199), null);
  t.equal(await age({}, 0), null);
  t.equal(await age({}, Number.POSITIVE_INFINITY), 20);
  t.equal(await age({}, 3600, () => false), null, 'the permission of today counts');
});

t.test('a store that cannot be read has nothing', async (t) => {
  const store = await openMemoryStore();
  await store.close();
  const tools = { store, clock: new HandClock(), permit: () => true };
  t.equal(await fromHistory(tools, { target: 'a.example' }, 3600), null);
});
