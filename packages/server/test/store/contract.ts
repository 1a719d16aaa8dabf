import { isDeepStrictEqual } from 'node:util';
import type { Test } from 'tap';
import { type Baseline, emptyBaseline, fold } from '../../src/analyse/baseline.js';
import type { PathRecord } from '../../src/path-record.js';
import type { Change, Condition } from '../../src/store/event-store.js';
import type { Store } from '../../src/store/store.js';
import type { Observe, StoredTrace, Subject, TargetTraces, TraceStore } from '../../src/store/trace-store.js';
import { aTrace, QUIET, type TraceSpec } from '../a-trace.js';
import { plain } from '../analyse/a-baseline.js';

const HOUR = 3_600_000;
const noon = Date.UTC(2026, 3, 1, 12);

/**
 * What every engine promises. `open` gives a new, empty store each time; the suite closes it.
 */
export async function storeContract(t: Test, open: (t: Test) => Promise<Store>): Promise<void> {
  const suite = (name: string, run: (t: Test, store: Store) => Promise<void>) =>
    t.test(name, async (t) => {
      const store = await open(t);
      t.teardown(() => store.close());
      await run(t, store);
    });

  await suite('a new store is empty', async (t, store) => {
    t.same(await store.counts(), { traces: 0, targets: 0, interrupted: 0 });
    t.same(await store.recent(), []);
    t.same(await store.find('example.com'), []);
    t.same(await store.find('192.0.2.1'), []);
    t.equal(await store.latest({ target: 'example.com' }, 0), null);
    t.same(await store.earlier(subject('example.com'), 10, 10), []);
    t.equal(await store.prune({ before: noon }), 0);
  });

  await suite('what comes back is what was appended', async (t, store) => {
    const record = aTrace({
      target: 'WWW.Example.com',
      startedAt: noon + 0.25,
      protocol: 'udp',
      threats: [{ prefix: '203.0.113.0/24', sblId: 'SBL1' }],
      hops: [
        { address: '10.0.0.1', rtt: [0.123456, 1 / 3, 5e-7], special: 'private' },
        null,
        {
          addresses: ['198.51.100.1', '198.51.100.2'],
          rtt: [10.5, 11],
          sent: 3,
          verdict: 'rate-limited',
          asn: 64500,
          country: 'JP',
          city: '東京 "\u0000\ud83d\ude80',
          hostname: 'ae-1.r0.example.net',
          capacity: { kind: 'estimate', mbps: 93.4, low: 90, high: 97, confidence: 0.95, samples: 12 },
        },
        { address: '203.0.113.80', threats: [{ prefix: '203.0.113.0/24', listedAt: '2026-04-01' }] },
      ],
    });
    const id = await store.begin(subject('www.example.com', { protocol: 'udp' }), noon);
    const appended = await store.append(id, record);
    t.equal(appended.id, id);
    t.match(appended.pathId, /^[0-9a-f]{16}$/);
    const { id: _, pathId: __, ...returned } = appended;
    t.ok(isDeepStrictEqual(returned, record), 'equal in every field when appended');

    for (const found of [
      await store.latest({ target: 'www.example.com' }, noon),
      (await store.find('www.example.com'))[0]?.traces[0],
      (await store.recent())[0]?.traces[0],
      (await store.earlier(subject('www.example.com', { protocol: 'udp' }), id + 1, 1))[0],
    ]) {
      t.ok(isDeepStrictEqual(found, appended), 'and whenever it is read');
    }
  });

  await suite('ids rise, and none is used twice', async (t, store) => {
    const first = await store.begin(subject('a.example'), noon);
    await store.discard(first);
    const second = await store.begin(subject('a.example'), noon);
    t.ok(second > first);
    await store.append(second, aTrace({ target: 'a.example' }));
    await store.prune({ before: Number.MAX_VALUE });
    t.ok((await store.begin(subject('a.example'), noon)) > second);
  });

  await suite('only what was begun is appended, and once', async (t, store) => {
    const record = aTrace({ target: 'a.example' });
    await t.rejects(store.append(77, record), { code: 'TRACE_UNKNOWN' });
    const id = await store.begin(subject('a.example'), noon);
    await store.append(id, record);
    await t.rejects(store.append(id, record), { code: 'TRACE_UNKNOWN' });
    await store.discard(id);
    t.equal((await store.counts()).traces, 1, 'a finished trace is not discarded');
    const dropped = await store.begin(subject('a.example'), noon);
    await store.discard(dropped);
    await store.discard(dropped);
    await t.rejects(store.append(dropped, record), { code: 'TRACE_UNKNOWN' });
    t.same(await store.counts(), { traces: 1, targets: 1, interrupted: 0 });
  });

  await suite('a domain finds itself and its subdomains, and nothing else', async (t, store) => {
    for (const target of ['youtube.com', 'www.youtube.com', 'a.b.youtube.com', 'notyoutube.com']) {
      await add(store, { target });
    }
    for (const target of ['youtube.com.evil.example', 'youtube.comx', 'youtube-com', 'com', 'youtube.co']) {
      await add(store, { target });
    }
    const names = async (target: string) => targetsOf(await store.find(target)).sort();
    t.same(await names('youtube.com'), ['a.b.youtube.com', 'www.youtube.com', 'youtube.com']);
    t.same(await names('YouTube.com.'), ['a.b.youtube.com', 'www.youtube.com', 'youtube.com']);
    t.same(await names('b.youtube.com'), ['a.b.youtube.com']);
    t.same(await names('tube.com'), []);
    t.same(await names('youtube'), []);
    t.same(await names('%'), []);
    t.same(await names(''), []);
  });

  await suite('an address finds every target that resolved to it, in any spelling', async (t, store) => {
    const v6 = [null, '2001:db8::5'];
    await add(store, { target: 'one.example', hops: [null, '192.0.2.7'], startedAt: noon });
    await add(store, { target: 'two.example', hops: [null, '192.0.2.7'], startedAt: noon + 1 });
    await add(store, { target: 'two.example', hops: [null, '192.0.2.70'], startedAt: noon + 2 });
    await add(store, { target: '192.0.2.7', hops: [null, '192.0.2.7'], startedAt: noon + 3 });
    await add(store, { target: '[2001:DB8::5]', hops: v6, startedAt: noon + 4 });
    await add(store, { target: 'six.example', hops: v6, startedAt: noon + 5 });

    t.same(starts(await store.find('192.0.2.7')), {
      '192.0.2.7': [noon + 3],
      'two.example': [noon + 1],
      'one.example': [noon],
    });
    t.same(starts(await store.find('2001:db8:0:0::5')), {
      'six.example': [noon + 5],
      '2001:db8::5': [noon + 4],
    });
    t.same(await store.find('2.0.2.7'), []);
    t.same(await store.find('192.0.2'), []);
  });

  await suite('pages go newest first, strictly between after and before', async (t, store) => {
    for (const hour of [3, 1, 5, 2, 4])
      await add(store, { target: 'a.example', startedAt: noon + hour * HOUR });
    await add(store, { target: 'b.example', startedAt: noon });
    const hours = async (page: object) =>
      ((await store.find('a.example', page))[0]?.traces ?? []).map(
        (trace) => (trace.startedAt - noon) / HOUR,
      );
    t.same(await hours({}), [5, 4, 3, 2, 1]);
    t.same(await hours({ limit: 2 }), [5, 4]);
    t.same(await hours({ limit: 2, before: noon + 4 * HOUR }), [3, 2]);
    t.same(await hours({ after: noon + 3 * HOUR }), [5, 4]);
    t.same(await hours({ after: noon + HOUR, before: noon + 3 * HOUR }), [2]);
    t.same(await hours({ before: noon }), []);

    t.same(targetsOf(await store.recent()), ['a.example', 'b.example'], 'most recently traced first');
    t.same(targetsOf(await store.recent({ before: noon + 1 })), ['b.example']);
    t.same(targetsOf(await store.recent({ after: noon })), ['a.example']);
    t.same((await store.recent({ limit: 2 }))[0]?.traces.length, 2, 'the limit is per target');
  });

  await suite('a page is 20 unless told otherwise; equal starts go by id', async (t, store) => {
    for (let n = 0; n < 25; n++) await add(store, { target: 'a.example', startedAt: noon });
    const ids = (await store.find('a.example'))[0]!.traces.map(({ id }) => id);
    t.equal(ids.length, 20);
    t.same(
      ids,
      [...ids].sort((a, b) => b - a),
    );
    t.equal((await store.find('a.example', { limit: 100 }))[0]!.traces.length, 25);
  });

  await suite('latest is the newest complete trace of that very target', async (t, store) => {
    const v6 = [...QUIET.slice(0, 4), '2001:db8::5'];
    const icmp = await add(store, { target: 'a.example', startedAt: noon });
    const udp = await add(store, { target: 'a.example', protocol: 'udp', startedAt: noon - HOUR });
    const six = await add(store, { target: 'a.example', hops: v6, startedAt: noon - 2 * HOUR });
    await add(store, { target: 'www.a.example', startedAt: noon + HOUR });
    await add(store, { target: 'a.example', end: 'aborted', startedAt: noon + HOUR });
    const id = async (...wanted: Parameters<TraceStore['latest']>) => (await store.latest(...wanted))?.id;

    t.equal(await id({ target: 'a.example' }, 0), icmp.id);
    t.equal(await id({ target: 'A.example.' }, noon), icmp.id, 'not older than, so equal is young enough');
    t.equal(await id({ target: 'a.example' }, noon + 1), undefined);
    t.equal(await id({ target: 'a.example', protocol: 'udp' }, 0), udp.id);
    t.equal(await id({ target: 'a.example', family: 6 }, 0), six.id);
    t.equal(await id({ target: 'a.example', family: 6, protocol: 'udp' }, 0), undefined);
    t.equal(await id({ target: 'example' }, 0), undefined);
  });

  await suite('earlier traces are of the same subject and never the one being judged', async (t, store) => {
    const one = await add(store, { target: 'a.example', startedAt: noon + 9 });
    await add(store, { target: 'a.example', protocol: 'udp' });
    await add(store, { target: 'b.example' });
    await add(store, { target: 'a.example', hops: [null, '2001:db8::5'] });
    const two = await add(store, { target: 'a.example' });
    const judged = await add(store, { target: 'a.example' });
    await add(store, { target: 'a.example' });

    const ids = async (beforeId: number, limit: number) =>
      (await store.earlier(subject('a.example'), beforeId, limit)).map(({ id }) => id);
    t.same(await ids(judged.id, 10), [two.id, one.id], 'by id, whatever the clock said');
    t.same(await ids(judged.id, 1), [two.id]);
    t.same(await ids(one.id, 10), []);
    t.equal((await ids(Number.MAX_SAFE_INTEGER, 10)).length, 4);
  });

  await suite('pruning removes whole traces, and targets with none left', async (t, store) => {
    await add(store, { target: 'old.example', startedAt: noon - HOUR });
    await add(store, { target: 'a.example', startedAt: noon - HOUR });
    await add(store, { target: 'a.example', startedAt: noon });
    t.equal(await store.prune({ before: noon }), 2);
    t.same(await store.counts(), { traces: 1, targets: 1, interrupted: 0 });
    t.same(starts(await store.recent()), { 'a.example': [noon] });
    t.same(await store.find('old.example'), []);
    t.equal(await store.prune({ before: noon }), 0);
    await add(store, { target: 'old.example', startedAt: noon + HOUR });
    t.same(targetsOf(await store.recent()), ['old.example', 'a.example']);
  });

  await suite('pruning by number keeps the newest of all targets together', async (t, store) => {
    for (const hour of [1, 2, 3]) await add(store, { target: 'a.example', startedAt: noon + hour * HOUR });
    await add(store, { target: 'b.example', startedAt: noon });
    await add(store, { target: 'b.example', startedAt: noon + 9 * HOUR });
    t.equal(await store.prune({ keep: 5 }), 0);
    t.equal(await store.prune({ keep: 3 }), 2);
    t.same(starts(await store.recent()), {
      'b.example': [noon + 9 * HOUR],
      'a.example': [noon + 3 * HOUR, noon + 2 * HOUR],
    });
    t.equal(await store.prune({ keep: 2, before: noon + 4 * HOUR }), 2, 'both at once');
    t.equal((await store.counts()).traces, 1);
    t.equal(await store.prune({}), 0);
  });

  await suite('a trace by its id', async (t, store) => {
    const { id } = await add(store, { target: 'a.example' });
    t.equal((await store.trace(id))?.target, 'a.example');
    t.equal(await store.trace(id + 1), null);
  });

  await suite('the baseline is the traces before, and never the one that is judged', async (t, store) => {
    const one = await add(store, { target: 'a.example', startedAt: noon });
    t.same(await store.baseline(one), emptyBaseline());
    const two = await add(store, { target: 'a.example', startedAt: noon + 1, hops: ['192.0.2.9', QUIET[4]] });
    await add(store, { target: 'a.example', startedAt: noon + 2, protocol: 'udp' });
    await add(store, { target: 'b.example', startedAt: noon + 2 });
    await add(store, { target: 'a.example', startedAt: noon + 3, end: 'aborted' });
    t.equal(same(await store.baseline(two), [one]), true);
    const three = await add(store, { target: 'a.example', startedAt: noon + 4 });
    t.equal(same(await store.baseline(three), [one, two]), true);
    t.equal(same(await store.baseline(two), [one]), true, 'of an older one too, out of the traces before it');
    await store.prune({ before: noon + 3 });
    t.equal(
      same(await store.baseline(three), [one, two]),
      true,
      'what was usual is known when its traces are gone',
    );
    await store.prune({ before: noon + 9 });
    const again = await add(store, { target: 'a.example', startedAt: noon + 10 });
    t.same(await store.baseline(again), emptyBaseline(), 'but not when all of the target is gone');
  });

  await suite('a new trace is observed in the light of those before', async (t, store) => {
    const seen: { traces: number; since: number[] }[] = [];
    const condition = (since: number): Condition => ({
      key: 'loss',
      type: 'PacketLoss',
      severity: 'low',
      hop: 3,
      detail: 'lost',
      since,
      absent: 0,
    });
    const observe = (trace: StoredTrace, { traces }: Baseline, conditions: readonly Condition[]) => {
      seen.push({ traces, since: conditions.map(({ since }) => since) });
      return { changes: [aChange(`at ${traces}`)], conditions: [condition(trace.startedAt)] };
    };
    for (const n of [1, 2, 3]) {
      await add(store, { target: 'a.example', startedAt: noon + n }, observe);
      await add(store, { target: 'a.example', startedAt: noon + n, protocol: 'udp' });
    }
    await add(store, { target: 'a.example', startedAt: noon, end: 'aborted' }, observe);
    t.same(seen, [
      { traces: 0, since: [] },
      { traces: 1, since: [noon + 1] },
      { traces: 2, since: [noon + 2] },
    ]);
  });

  await suite('events are written with the trace, in order', async (t, store) => {
    t.equal(await store.events.lastId(), 0);
    t.same(await store.events.newest({}, 10), []);
    const severities = ['low', 'high'] as const;
    for (const [n, target] of ['a.example', 'www.a.example', 'xa.example', '192.0.2.7'].entries()) {
      await add(store, { target, startedAt: noon + n }, () => ({
        changes: severities.map((severity) => aChange(`${target} ${severity}`, { severity, hop: n })),
        conditions: [],
      }));
    }
    const all = await store.events.after(0, {}, 100);
    t.equal(all.length, 8);
    const ids = all.map(({ id }) => id);
    t.same(
      ids,
      [...ids].sort((a, b) => a - b),
    );
    t.equal(await store.events.lastId(), ids.at(-1));
    const trace = (await store.find('www.a.example'))[0]!.traces[0]!;
    t.same(all[3], {
      ...aChange('www.a.example high', { severity: 'high', hop: 1 }),
      id: ids[3],
      at: noon + 1,
      target: 'www.a.example',
      address: trace.address,
      protocol: 'icmp',
      family: 4,
      traceId: trace.id,
      pathId: trace.pathId,
    });

    const details = async (...asked: Parameters<Store['events']['newest']>) =>
      (await store.events.newest(...asked)).map(({ detail }) => detail);
    t.same(await details({}, 2), ['192.0.2.7 high', '192.0.2.7 low'], 'newest first');
    t.same(await details({}, 2, ids[6]), ['xa.example high', 'xa.example low'], 'and on before an id');
    t.same((await details({ target: 'A.example' }, 9)).length, 4, 'a domain with its subdomains');
    t.same(await details({ target: '192.0.2.7', atLeast: 'medium' }, 9), ['192.0.2.7 high']);
    t.same(await details({ target: '192.0.2.70' }, 9), []);
    t.same(await details({ type: 'PathDeviation' }, 9), []);
    t.same((await details({ type: 'PacketLoss', since: noon + 2 }, 9)).length, 4);
    const later = await store.events.after(ids[3]!, { target: 'example' }, 1);
    t.same(
      later.map(({ detail }) => detail),
      ['xa.example low'],
      'oldest first',
    );

    await store.prune({ before: noon + 2 });
    t.equal((await store.events.after(0, {}, 100)).length, 4, 'and go with the traces of their time');
    t.equal(await store.events.lastId(), ids.at(-1));
    await store.prune({ before: noon + 10 });
    t.same(await store.events.after(0, {}, 100), []);
    await add(store, { startedAt: noon + 11 }, () => ({ changes: [aChange('later')], conditions: [] }));
    t.ok((await store.events.after(0, {}, 1))[0]!.id > ids.at(-1)!, 'no id is used twice');
  });

  await suite('finished traces from elsewhere', async (t, store) => {
    const first = await add(store, { target: 'a.example', startedAt: noon });
    const specs = [1, 2, 3].map((n) => ({ target: 'a.example', startedAt: noon + n }));
    await store.appendAll([
      ...specs.map(aTrace),
      aTrace({ target: 'b.example', startedAt: noon + 1 }),
      aTrace({ target: 'a.example', startedAt: noon + 4, end: 'aborted' }),
    ]);
    await store.appendAll([]);
    t.same(await store.counts(), { traces: 6, targets: 2, interrupted: 0 });
    const next = await add(store, { target: 'a.example', startedAt: noon + 5 });
    t.equal(same(await store.baseline(next), [first, ...specs.map(aTrace)]), true);
    t.same(await store.events.newest({}, 1), []);
  });

  await suite('monitors', async (t, store) => {
    const spec = { request: { target: 'a.example' }, schedule: { every: 60 } } as const;
    const one = await store.monitors.add(spec, 'api', noon);
    t.same(one, { ...spec, id: one.id, origin: 'api', createdAt: noon, runs: 0, skipped: 0, last: null });
    t.same(await store.monitors.add(spec, 'api', noon + 1), one, 'the same again is the same one');
    const two = await store.monitors.add(spec, 'config', noon);
    t.not(two.id, one.id);
    const run = { startedAt: noon + 1, traceId: null, problem: 'no way there' };
    await store.monitors.ran(one.id, run);
    await store.monitors.skipped(one.id);
    t.same(await store.monitors.all(), [{ ...one, runs: 1, skipped: 1, last: run }, two]);
    t.equal(await store.monitors.remove(one.id), true);
    t.equal(await store.monitors.remove(one.id), false);
    await store.monitors.ran(one.id, run);
    t.same(await store.monitors.all(), [two]);
  });

  await suite('webhooks', async (t, store) => {
    const event = () => ({ changes: [aChange('x')], conditions: [] });
    await add(store, { startedAt: noon }, event);
    const spec = { url: 'https://hooks.example/', filter: { atLeast: 'low' } } as const;
    const hook = await store.webhooks.add(spec, 'a secret', 'api', noon);
    t.equal(hook.seen, await store.events.lastId(), 'told of what comes, not of what was');
    t.match(hook, { ...spec, secret: 'a secret', origin: 'api', createdAt: noon, attempts: 0, nextAt: 0 });
    const progress = { delivered: 1, givenUp: 2, lastDeliveredAt: noon, problem: 'status 500' };
    await store.webhooks.note(hook.id, { seen: 7, attempts: 3, nextAt: noon + 1, progress });
    const noted = { ...hook, seen: 7, attempts: 3, nextAt: noon + 1, progress };
    t.same(await store.webhooks.all(), [noted]);
    t.same(await store.webhooks.add(spec, 'another', 'api', noon), { ...noted, secret: 'another' });
    t.equal(await store.webhooks.remove(hook.id), true);
    t.equal(await store.webhooks.remove(hook.id), false);
    await store.webhooks.note(hook.id, noted);
    t.same(await store.webhooks.all(), []);
  });

  await suite('traces begun side by side stay apart', async (t, store) => {
    const ids = await Promise.all([...'abc'].map((name) => store.begin(subject(`${name}.example`), noon)));
    t.equal(new Set(ids).size, 3);
    t.equal((await store.counts()).traces, 0, 'what is under way is not counted');
    await Promise.all(ids.map((id, n) => store.append(id, aTrace({ target: `${'abc'[n]}.example` }))));
    for (const name of 'abc') {
      const found = await store.find(`${name}.example`);
      t.equal(found[0]?.traces[0]?.target, `${name}.example`);
    }
  });

  await suite('a closed store says so', async (t, store) => {
    const id = await store.begin(subject('a.example'), noon);
    await store.close();
    await store.close();
    const closed = { code: 'STORE_CLOSED' };
    await t.rejects(store.begin(subject('a.example'), noon), closed);
    await t.rejects(store.append(id, aTrace()), closed);
    await t.rejects(store.discard(id), closed);
    await t.rejects(store.find('a.example'), closed);
    await t.rejects(store.find('192.0.2.1'), closed);
    await t.rejects(store.recent(), closed);
    await t.rejects(store.latest({ target: 'a.example' }, 0), closed);
    await t.rejects(store.earlier(subject('a.example'), 1, 1), closed);
    await t.rejects(store.prune({ before: 0 }), closed);
    await t.rejects(store.counts(), closed);
  });
}

export function subject(target: string, rest: Partial<Subject> = {}): Subject {
  return { target, protocol: 'icmp', family: 4, ...rest };
}

/** Begins and appends one trace; its subject is what its record says. */
export async function add(store: TraceStore, spec: TraceSpec, observe?: Observe): Promise<StoredTrace> {
  const record = aTrace(spec);
  const { target, protocol, family, startedAt } = record;
  return store.append(await store.begin({ target, protocol, family }, startedAt), record, observe);
}

export function aChange(detail: string, rest: Partial<Change> = {}): Change {
  return {
    type: 'PacketLoss',
    state: 'began',
    severity: 'low',
    hop: 3,
    confidence: 0.9,
    evidence: { sent: 3 },
    detail,
    ...rest,
  };
}

/** Whether this is the baseline of these traces, oldest first. */
function same(baseline: Baseline, traces: readonly PathRecord[]): boolean {
  return isDeepStrictEqual(plain(baseline), plain(traces.reduce(fold, emptyBaseline())));
}

function targetsOf(found: readonly TargetTraces[]): string[] {
  return found.map(({ target }) => target);
}

function starts(found: readonly TargetTraces[]): Record<string, number[]> {
  return Object.fromEntries(
    found.map(({ target, traces }) => [target, traces.map(({ startedAt }) => startedAt)]),
  );
}
