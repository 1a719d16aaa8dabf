import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import Value from 'typebox/value';
import { openMemoryStore } from '../../src/store/memory-store.js';
import { NewWebhookSchema, WebhooksSchema } from '../../src/wire/webhook.js';
import { aListeningServer, aServer, type ServerOptions } from '../a-server.js';
import { aTrace } from '../a-trace.js';
import { fakeTracer } from '../fake-tracer.js';
import { get } from '../http.js';
import { until } from '../until.js';

const post = (payload: object) => ({ method: 'POST', url: '/api/webhooks', payload }) as const;

t.test('made, listed without their secret, removed', async (t) => {
  const { app } = await aServer(t);
  const made = await app.inject(
    post({ url: 'http://127.0.0.1:1', target: 'A.example', type: 'PathDeviation' }),
  );
  t.equal(made.statusCode, 201);
  const webhook = made.json();
  t.ok(Value.Check(NewWebhookSchema, webhook));
  t.ok(webhook.secret.length >= 32);
  t.match(webhook, {
    url: 'http://127.0.0.1:1/',
    target: 'a.example',
    type: 'PathDeviation',
    severity: 'low',
  });
  const listed = await app.inject('/api/webhooks');
  t.ok(Value.Check(WebhooksSchema, listed.json()));
  t.notMatch(listed.body, webhook.secret);

  for (const [payload, message] of [
    [{}, /url/],
    [{ url: 'ftp://a.example' }, /^url must be an http or https URL\.$/],
    [{ url: 'https://a.example', secret: 'short' }, /^secret must not have fewer than 16 characters\.$/],
    [{ url: 'https://a.example', severity: 'bad' }, /^severity must be/],
  ] as const) {
    const { statusCode, body } = await app.inject(post(payload));
    t.equal(statusCode, 400);
    t.match(JSON.parse(body).error, message);
  }
  const remove = () => app.inject({ method: 'DELETE', url: `/api/webhooks/${webhook.id}` });
  t.equal((await remove()).statusCode, 204);
  t.match((await remove()).json(), { code: 'WEBHOOK_UNKNOWN' });
});

async function aReceiver(t: Test) {
  const told: { body: string; signature: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    told.push({
      body: Buffer.concat(chunks).toString(),
      signature: String(request.headers['locator-signature']),
    });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** A target whose path changes with the ninth trace. */
async function traceNine(t: Test, options: ServerOptions) {
  let traces = 0;
  const tracer = fakeTracer((trace) => {
    traces += 1;
    const second = traces < 9 ? '198.51.100.1' : '198.51.100.66';
    const startedAt = Date.UTC(2026, 3, 1) + traces * 60_000;
    trace.play(aTrace({ hops: ['192.0.2.1', second, '203.0.113.80'], startedAt }));
  });
  const server = await aListeningServer(t, { ...options, tracer });
  return {
    ...server,
    async trace() {
      for (let n = 0; n < 9; n++) await get(`${server.url}/api/trace?target=a.example&cache=false`);
    },
  };
}

t.test('an event reaches the receiver, signed, right after its trace', async (t) => {
  const receiver = await aReceiver(t);
  const secret = 'a secret between us';
  const { trace, url, app } = await traceNine(t, {});
  await app.inject(post({ url: receiver.url, secret, severity: 'info' }));
  await trace();
  await until(() => receiver.told.length === 1);
  const [{ body, signature }] = receiver.told as [(typeof receiver.told)[number]];
  const [, seconds, code] = /^t=(\d+),v1=(\w+)$/.exec(signature)!;
  t.equal(code, createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'));
  const [event] = JSON.parse((await get(`${url}/api/events`)).body).events;
  t.same(JSON.parse(body), event);
  await until(async () => JSON.parse((await get(`${url}/api/webhooks`)).body).webhooks[0].delivered === 1);
});

t.test('the configuration’s may be private, those of clients of a public server not', async (t) => {
  const [ours, theirs] = [await aReceiver(t), await aReceiver(t)];
  const store = await openMemoryStore();
  const env = {
    LOCATOR_TARGETS: 'public',
    LOCATOR_WEBHOOK_URL: ours.url,
    LOCATOR_WEBHOOK_SECRET: 'sixteen letters!',
  };
  const { trace, app } = await traceNine(t, { env, store, lookup: async () => ['9.9.9.9'] });
  await app.inject(post({ url: theirs.url, severity: 'info' }));
  await trace();
  await until(async () =>
    (await store.webhooks.all()).every(({ seen, attempts }) => seen > 0 || attempts > 0),
  );
  const [configured, clients] = await store.webhooks.all();
  t.match(configured, { origin: 'config', url: ours.url });
  t.match(clients?.progress.problem, /^127\.0\.0\.1 may not be called from here/);
  t.equal(theirs.told.length, 0);
  const removal = await app.inject({ method: 'DELETE', url: `/api/webhooks/${configured!.id}` });
  t.equal(removal.json().code, 'CONFIGURED');
});
