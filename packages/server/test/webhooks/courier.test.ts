import t from 'tap';
import { openMemoryStore } from '../../src/store/memory-store.js';
import type { Store } from '../../src/store/store.js';
import type { WebhookSpec } from '../../src/store/webhook-store.js';
import { Courier } from '../../src/webhooks/courier.js';
import type { Delivery } from '../../src/webhooks/deliver.js';
import { HandClock } from '../hand-clock.js';
import { aChange, add } from '../store/contract.js';
import { until } from '../until.js';

const SECOND = 1000;
const DAY = 86_400_000;

/** A courier whose deliveries end as the test says: with null, or with a problem. */
function aCourier(store: Store, clock: HandClock, answer: (delivery: Delivery) => string | null) {
  const sent: Delivery[] = [];
  const listeners = new Set<() => void>();
  const courier = new Courier({
    webhooks: store.webhooks,
    events: store.events,
    keeper: {
      onStored(tell) {
        listeners.add(tell);
        return () => listeners.delete(tell);
      },
    },
    clock,
    permit: () => false,
    log: { warn() {}, error: (details) => t.fail('logged', { details }) },
    random: () => 0.5,
    send: async (delivery) => {
      sent.push(delivery);
      return answer(delivery);
    },
  });
  courier.start();
  return { courier, sent, tell: () => listeners.forEach((listener) => void listener()) };
}

async function anEvent(store: Store, clock: HandClock, detail: string, target = 'a.example'): Promise<void> {
  await add(store, { target, startedAt: clock.wall() }, () => ({
    changes: [aChange(detail)],
    conditions: [],
  }));
}

const details = (sent: readonly Delivery[]) => sent.map(({ body }) => JSON.parse(body).detail);
const spec = (rest: Partial<WebhookSpec['filter']> = {}, url = 'https://hooks.example/'): WebhookSpec => ({
  url,
  filter: { atLeast: 'low', ...rest },
});

t.test('events in order, each once, also those of other processes', async (t) => {
  const [store, clock] = [await openMemoryStore(), new HandClock()];
  await anEvent(store, clock, 'before there was a webhook');
  await store.webhooks.add(spec(), 'the secret', 'api', clock.wall());
  const { courier, sent, tell } = aCourier(store, clock, () => null);
  for (const n of [1, 2, 3]) await anEvent(store, clock, `${n}`);
  tell();
  await until(() => sent.length === 3);
  await anEvent(store, clock, '4');
  clock.advance(5 * SECOND);
  await until(() => sent.length === 4);
  await courier.stop();
  t.same(details(sent), ['1', '2', '3', '4']);
  t.match(sent[0], { url: 'https://hooks.example/', secret: 'the secret' });
  t.match(await store.webhooks.all(), [
    { seen: await store.events.lastId(), attempts: 0, progress: { delivered: 4, problem: null } },
  ]);
  tell();
  clock.advance(DAY);
  t.equal(sent.length, 4, 'a stopped courier sends nothing');
  t.equal(clock.alarms, 0);
});

t.test('only what the webhook asks for', async (t) => {
  const [store, clock] = [await openMemoryStore(), new HandClock()];
  await store.webhooks.add(spec({ target: 'b.example' }, 'https://b.example/'), 's', 'api', 0);
  await store.webhooks.add(spec({ atLeast: 'high' }, 'https://high.example/'), 's', 'api', 0);
  const { courier, sent } = aCourier(store, clock, () => null);
  await anEvent(store, clock, 'of a');
  await anEvent(store, clock, 'of b', 'www.b.example');
  clock.advance(5 * SECOND);
  const last = await store.events.lastId();
  await until(async () => (await store.webhooks.all()).every(({ seen }) => seen === last));
  await courier.stop();
  t.same(details(sent), ['of b']);
  t.equal(sent[0]!.url, 'https://b.example/');
});

t.test('tried again later and later, in order, across a restart', async (t) => {
  const [store, clock] = [await openMemoryStore(), new HandClock()];
  await store.webhooks.add(spec(), 's', 'api', 0);
  let up = false;
  const first = aCourier(store, clock, () => (up ? null : 'The receiver answered with status 500.'));
  const start = clock.now();
  const tries: number[] = [];
  await anEvent(store, clock, '1');
  await anEvent(store, clock, '2');
  first.tell();
  // Until the fifth try: 1, 4, 16 and 64 s apart, seen at the next look after.
  while (first.sent.length < 5) {
    const before = first.sent.length;
    await until(async () => {
      await new Promise((turn) => setImmediate(turn));
      const noted = (await store.webhooks.all())[0]!;
      return noted.attempts === first.sent.length || first.sent.length > before;
    });
    if (first.sent.length > tries.length) tries.push((clock.now() - start) / SECOND);
    clock.advance(SECOND);
    await new Promise((turn) => setImmediate(turn));
  }
  await until(async () => (await store.webhooks.all())[0]!.attempts === 5);
  await first.courier.stop();
  t.same(new Set(details(first.sent)), new Set(['1']), 'the second waits for the first');
  const gaps = tries.slice(1).map((at, n) => at - tries[n]!);
  t.ok(
    gaps.every((gap, n) => gap >= 4 ** n && gap <= 4 ** n + 7),
    `seconds between tries: ${gaps}`,
  );
  const [noted] = await store.webhooks.all();
  t.match(noted, {
    attempts: 5,
    progress: { delivered: 0, problem: 'The receiver answered with status 500.' },
  });

  up = true;
  const second = aCourier(store, clock, () => null);
  await new Promise((turn) => setImmediate(turn));
  t.equal(second.sent.length, 0, 'not before it is due');
  clock.advance(256 * SECOND + 5 * SECOND);
  await until(() => second.sent.length === 2);
  await second.courier.stop();
  t.same(details(second.sent), ['1', '2']);
});

t.test('given up after three days, without holding up what is new', async (t) => {
  const [store, clock] = [await openMemoryStore(), new HandClock()];
  await store.webhooks.add(spec(), 's', 'api', 0);
  for (const n of [1, 2, 3]) await anEvent(store, clock, `old ${n}`);
  clock.advance(3 * DAY + 1);
  await anEvent(store, clock, 'new');
  const { courier, sent } = aCourier(store, clock, ({ body }) => (/old/.test(body) ? 'away.' : null));
  await until(async () => (await store.webhooks.all())[0]!.progress.delivered === 1);
  await courier.stop();
  t.same(details(sent), ['old 1', 'old 2', 'old 3', 'new']);
  t.match((await store.webhooks.all())[0]!.progress, { delivered: 1, givenUp: 3, problem: null });
});

t.test('a receiver that is slow does not hold up another', async (t) => {
  const [store, clock] = [await openMemoryStore(), new HandClock()];
  await store.webhooks.add(spec({}, 'https://slow.example/'), 's', 'api', 0);
  await store.webhooks.add(spec({}, 'https://fast.example/'), 's', 'api', 0);
  let free = () => {};
  const blocked = new Promise<void>((resolve) => {
    free = resolve;
  });
  const fast: string[] = [];
  const courier = new Courier({
    webhooks: store.webhooks,
    events: store.events,
    keeper: { onStored: () => () => {} },
    clock,
    permit: () => true,
    log: { warn() {}, error() {} },
    send: async ({ url, body }) => {
      if (url.includes('slow')) await blocked;
      else fast.push(JSON.parse(body).detail);
      return null;
    },
  });
  courier.start();
  for (const n of [1, 2]) {
    await anEvent(store, clock, `${n}`);
    courier.look();
    await until(() => fast.length === n);
  }
  free();
  await courier.stop();
  t.same(fast, ['1', '2']);
});

t.test('a store that cannot note it does not make it be told for ever', async (t) => {
  const [store, clock] = [await openMemoryStore(), new HandClock()];
  await store.webhooks.add(spec(), 's', 'api', 0);
  await anEvent(store, clock, '1');
  const problems: object[] = [];
  const sent: number[] = [];
  const courier = new Courier({
    webhooks: {
      ...store.webhooks,
      all: () => store.webhooks.all(),
      note: async () => {
        throw new Error('disk is full');
      },
    },
    events: store.events,
    keeper: { onStored: () => () => {} },
    clock,
    permit: () => true,
    log: { warn() {}, error: (details) => void problems.push(details) },
    send: async ({ id }) => {
      sent.push(id);
      return null;
    },
  });
  courier.start();
  await until(() => problems.length === 1);
  // The webhook was seeded with a seen of 0: events before it are not looked for again either.
  for (let n = 0; n < 3; n++) {
    clock.advance(5 * SECOND);
    await new Promise((turn) => setTimeout(turn, 5));
  }
  await courier.stop();
  t.equal(sent.length, 1);
});
