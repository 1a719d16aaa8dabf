/** A route changes in the lab, and everybody who should know gets to know: the analysis, the events, a webhook. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { insideLab } from './lab/inside.js';
import { fiveRouters, openRouters, type RouterLab } from './lab/routers.js';

const locator = fileURLToPath(new URL('../packages/server/bin/locator.js', import.meta.url));
const secret = 'a secret between us';

interface Told {
  readonly body: string;
  readonly signature: string;
}

/** Who is told; each event once it has come. */
async function aReceiver(t: Test) {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    told.push({ body, signature: String(request.headers['locator-signature']) });
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { told, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** The service as a process in the lab, on a fresh data folder. */
async function startService(t: Test, lab: RouterLab): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'locator-change-'));
  const server = lab.spawn(process.execPath, [locator, 'serve', '--port', '0', '--data-dir', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.teardown(async () => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true });
  });
  for await (const line of createInterface({ input: server.stdout! })) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error('the server did not start');
}

await insideLab(t, import.meta.url, 'a route changes', async (t) => {
  // No router keeps answers back: ten traces in a few seconds would meet the limits.
  const sysctls = { 'net.ipv4.icmp_ratelimit': 0 };
  const lab = await openRouters({ ...fiveRouters, sysctls });
  t.teardown(() => lab.close());
  const [usual, other] = lab.hops[2]!.v4 as [string, string];
  const { v4: target } = lab.target;
  const route = async (via: string) => {
    const { code, stderr } = await lab.on('r2', 'ip', ['route', 'replace', 'default', 'via', via]);
    t.equal(code, 0, stderr);
  };

  const url = await startService(t, lab);
  // biome-ignore lint/suspicious/noExplicitAny: as a client without our types would read it
  const get = async (path: string): Promise<any> => (await fetch(`${url}${path}`)).json();
  const trace = async () => {
    const response = await fetch(`${url}/api/trace?target=${target}&cache=false&bandwidth=off`);
    const lines = (await response.text()).trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line).ip);
  };
  const receiver = await aReceiver(t);
  const registered = await fetch(`${url}/api/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: receiver.url, secret, type: 'PathDeviation', severity: 'info' }),
  });
  t.equal(registered.status, 201);

  await route(usual);
  for (let n = 0; n < 8; n++) t.equal((await trace())[2], usual);
  const before = await get(`/api/events?target=${target}&type=PathDeviation`);
  t.same(before.events, [], 'the usual way is no news');

  await route(other);
  t.equal((await trace())[2], other, 'the way has changed');

  const analysis = await get(`/api/analyze?target=${target}`);
  const deviation = analysis.anomalies.find(({ type }: { type: string }) => type === 'PathDeviation');
  t.match(deviation, { hop: 3, evidence: { address: other } });
  t.match(deviation.detail, `New IP ${other} detected at hop 3`);
  t.equal(analysis.baseline.traces, 8, 'judged by the traces before alone');

  const { events } = await get(`/api/events?target=${target}&type=PathDeviation`);
  t.equal(events.length, 1);
  t.match(events[0], { target, hop: 3, state: 'change', detail: deviation.detail });

  while (receiver.told.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const [{ body, signature }] = receiver.told as [Told];
  t.same(JSON.parse(body), events[0]);
  const [, seconds, code] = /^t=(\d+),v1=(\w+)$/.exec(signature)!;
  t.equal(code, createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex'), 'signed');

  const stored = (await get(`/api/history?target=${target}`))[target];
  const [newest, oldest] = [stored[0].id, stored.at(-1).id];
  const comparison = await get(`/api/compare?target=${target}&a=${oldest}&b=${newest}`);
  t.match(comparison, { changed: 1, added: 0, removed: 0 });
  t.match(comparison.hops[2], { change: 'changed', a: { addresses: [usual] }, b: { addresses: [other] } });
});
