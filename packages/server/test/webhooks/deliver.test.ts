import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@locator/probe';
import t, { type Test } from 'tap';
import { permission } from '../../src/policy/permission.js';
import { type Delivery, deliver, signature } from '../../src/webhooks/deliver.js';
import { HandClock } from '../hand-clock.js';
import { until } from '../until.js';

async function aReceiver(t: Test, answer: RequestListener) {
  const requests: { request: IncomingMessage; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      requests.push({ request, body });
      answer(request, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function a(url: string, rest: Partial<Delivery> = {}): Delivery {
  const any = permission('any');
  return {
    url,
    secret: 'a secret of ours',
    id: 7,
    body: '{"id":7}',
    permit: any,
    clock: systemClock,
    ...rest,
  };
}

t.test('the receiver can tell who calls, and when', async (t) => {
  const { requests, url } = await aReceiver(t, (_request, response) => response.writeHead(202).end('thanks'));
  t.equal(await deliver(a(`${url}/hook?x=1`)), null);
  const [{ request, body }] = requests as [(typeof requests)[number]];
  t.equal(request.method, 'POST');
  t.equal(request.url, '/hook?x=1');
  t.equal(body, '{"id":7}');
  t.match(request.headers, { 'content-type': 'application/json', 'locator-event': '7' });
  const [, seconds, code] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['locator-signature']))!;
  t.equal(code, createHmac('sha256', 'a secret of ours').update(`${seconds}.${body}`).digest('hex'));
  t.ok(Math.abs(Number(seconds) - Date.now() / 1000) < 600);
});

t.test('a known signature', async (t) => {
  // printf '1700000000.{}' | openssl dgst -sha256 -hmac key
  const expected = '9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae';
  t.equal(signature('key', 1_700_000_000, '{}'), `t=1700000000,v1=${expected}`);
  t.not(signature('key', 1_700_000_001, '{}'), signature('key', 1_700_000_000, '{}'));
});

t.test('other answers are no delivery, and redirects are not followed', async (t) => {
  const other = await aReceiver(t, (_request, response) => response.end());
  const { url } = await aReceiver(t, (request, response) => {
    const status = Number(request.url!.slice(1));
    response.writeHead(status, { location: other.url }).end();
  });
  t.equal(await deliver(a(`${url}/500`)), 'The receiver answered with status 500.');
  t.equal(await deliver(a(`${url}/404`)), 'The receiver answered with status 404.');
  for (const status of [301, 302, 307, 308]) {
    t.match(await deliver(a(`${url}/${status}`)), /status 30\d, a redirect, which is not followed\.$/);
  }
  t.same(other.requests, []);
});

t.test('a receiver that is away or silent', async (t) => {
  t.match(await deliver(a('http://127.0.0.1:1/')), /^The receiver could not be reached: .*ECONNREFUSED.*\.$/);
  const clock = new HandClock();
  const { requests, url } = await aReceiver(t, () => {});
  const delivery = deliver(a(url, { clock }));
  await until(() => requests.length === 1);
  clock.advance(10_000);
  t.equal(await delivery, 'The receiver did not answer within 10 s.');
  t.equal(clock.alarms, 0);
});

t.test('addresses that may not be called are not, by number or by name', async (t) => {
  const { requests, url } = await aReceiver(t, (_request, response) => response.end());
  const permit = permission('public', () => []);
  const { port } = new URL(url);
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '10.0.0.1']) {
    t.match(await deliver(a(`http://${host}:${port}/`, { permit })), /may not be called from here/, host);
  }
  t.same(requests, []);
});
