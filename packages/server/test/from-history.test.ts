import type { Capacity } from '@locator/probe';
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

t.test('fits: the capacities that are asked for', async (t) => {
  const estimate: Capacity = { kind: 'estimate', mbps: 90, low: 88, high: 92, confidence: 0.95, samples: 9 };
  const bound: Capacity = { kind: 'at-least', mbps: 90, cause: 'source-limited', reason: 'sent no faster' };
  const limited: Capacity = { kind: 'unmeasured', cause: 'rate-limited', reason: '2 answers' };
  const off: Capacity = { kind: 'unmeasured', cause: 'off', reason: 'not asked for' };
  const of = (...capacities: Capacity[]) =>
    aStoredTrace(1, {
      hops: [...capacities.map((capacity, index) => ({ address: `192.0.2.${index}`, capacity })), null],
    });
  for (const level of [undefined, 'off', 'quick', 'thorough'] as const) {
    t.ok(fits(of(estimate, estimate), { ...(level && { bandwidth: level }) }), `all estimated, ${level}`);
  }
  t.ok(fits(of(estimate, bound, limited), { bandwidth: 'quick' }), 'quick may find no more');
  t.notOk(fits(of(estimate, bound), { bandwidth: 'thorough' }), 'thorough may');
  t.ok(fits(of(off), {}));
  t.ok(fits(of(off), { bandwidth: 'off' }));
  t.notOk(fits(of(off), { bandwidth: 'quick' }));
  const old = { kind: 'unmeasured', reason: 'capacity is not measured yet' } as unknown as Capacity;
  t.notOk(fits(of(old), { bandwidth: 'quick' }), 'of before capacities were measured');
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
