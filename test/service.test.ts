/** The service as its users have it: started as a process inside the lab, asked over HTTP. */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import type { Internet } from './lab/description.js';
import { fifteenHops, line } from './lab/descriptions.js';
import { expectedHops } from './lab/expected.js';
import { insideLab } from './lab/inside.js';
import { openInternet } from './lab/internet.js';
import { pathWithSbin } from './lab/path.js';

const locator = fileURLToPath(new URL('../packages/server/bin/locator.js', import.meta.url));
const target = { 4: '198.18.15.1', 6: '2001:db8:f::1' } as const;

interface Line {
  readonly ip: string;
  readonly hop: number;
  readonly [field: string]: unknown;
}

await insideLab(t, import.meta.url, 'the service', async (t) => {
  /** A server with an internet of its own around it, on a fresh data folder. */
  async function withService(
    t: Test,
    internet: Internet,
    use: (service: { url: string; lab: Awaited<ReturnType<typeof openInternet>> }) => Promise<unknown>,
    files: Readonly<Record<string, string>> = {},
  ) {
    const lab = await openInternet(internet);
    const data = await mkdtemp(join(tmpdir(), 'locator-service-'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(data, name), text);
    const server = lab.spawn(process.execPath, [locator, 'serve', '--port', '0', '--data-dir', data], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // No name server answers in here, which is seen in a second as well as in ten (resolv.conf(5)).
      env: { ...pathWithSbin(), RES_OPTIONS: 'timeout:1 attempts:1' },
    });
    try {
      let complaint = '';
      server.stderr!.on('data', (text) => {
        complaint += text;
      });
      const said = createInterface({ input: server.stdout! });
      const url = await new Promise<string>((resolve, reject) => {
        said.on('line', (line) => {
          const found = /http:\/\/\S+/.exec(line)?.[0];
          if (found !== undefined) resolve(found);
        });
        server.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${complaint}`)));
      });
      await use({ url, lab });
    } finally {
      if (server.exitCode === null && server.signalCode === null) {
        const exit = once(server, 'exit');
        server.kill('SIGTERM');
        const [code] = await exit;
        t.equal(code, 0, 'the server ends when asked to');
      }
      await lab.close();
      await rm(data, { recursive: true });
    }
  }

  /** Reads a live trace line by line, with the time each line came after the request. */
  async function stream(url: string, query: string) {
    const began = performance.now();
    const response = await fetch(`${url}/api/trace?${query}`);
    const lines: Line[] = [];
    const times: number[] = [];
    let rest = '';
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split('\n');
      rest = parts.pop()!;
      for (const part of parts) {
        lines.push(JSON.parse(part));
        times.push(performance.now() - began);
      }
    }
    return { response, lines, times, rest };
  }
  // biome-ignore lint/suspicious/noExplicitAny: as a client without our types would read it
  const get = async (url: string): Promise<any> => (await fetch(url)).json();

  await t.test('over one path', async (t) => {
    const internet = fifteenHops();
    await withService(t, internet, async ({ url, lab }) => {
      await t.test('what cannot be traced is said in a sentence', async (t) => {
        const cases: [string, number, RegExp][] = [
          ['', 400, /^[A-Z]/],
          ['target=', 400, /target/i],
          ['target=a%20b', 400, /host name/],
          ['target=no-such-name.invalid&family=4', 400, /no-such-name\.invalid/],
          ['target=198.18.15.1&protocol=tcp', 400, /TCP/],
          ['target=198.18.15.1&max_hops=0', 400, /max_hops/],
        ];
        for (const [query, status, message] of cases) {
          const response = await fetch(`${url}/api/trace?${query}`);
          t.equal(response.status, status, query);
          const body = (await response.json()) as { error: string; code: string };
          t.match(body.error, message, query);
          t.match(body.code, /^[A-Z_]+$/, query);
        }
      });

      await t.test('a silent hop is one line', async (t) => {
        await lab.change({ nodes: { r7: { silent: true } } });
        const { lines } = await stream(url, `target=${target[6]}&cache=false`);
        await lab.change({ nodes: { r7: { silent: false } } });
        t.equal(lines.length, 15);
        t.match(lines[6], {
          ip: '*',
          hop: 7,
          latency: null,
          jitter: 'None',
          packet_loss: '100%',
          bandwidth_mbps: 'None',
          location: 'Unknown',
          asn: 'Unknown',
          isp: 'Unknown',
          geo: 'Unknown',
        });
      });

      await t.test('a live trace, then the same from history', async (t) => {
        // A line waits for its capacity, and capacities are known all at once.
        const query = `target=${target[4]}&cache=false&bandwidth=off`;
        // The last link alone takes longer than a busy machine may hold lines up.
        await lab.change({ wires: { 'r14>target': { delayMs: 400 } } });
        const { response, lines, times, rest } = await stream(url, query);
        await lab.change({ wires: { 'r14>target': { delayMs: 9 } } });
        t.equal(response.status, 200);
        t.equal(response.headers.get('transfer-encoding'), 'chunked');
        t.match(response.headers.get('content-type'), /^application\/x-ndjson/);
        t.equal(rest, '', 'every line ends in a line feed');
        t.same(
          lines.map(({ ip }) => ip),
          expectedHops(internet, 'target', 4).map(({ addresses }) => addresses[0]),
        );
        t.same(
          lines.map(({ hop }) => hop),
          Array.from({ length: 15 }, (_, index) => index + 1),
        );
        t.comment(`lines came after ${times.map((ms) => ms.toFixed(0)).join(', ')} ms`);
        t.ok(times[0]! < times[14]! - 100, 'the first line is there well before the last');

        const cached = await fetch(`${url}/api/trace?target=${target[4]}`);
        t.equal(cached.headers.get('transfer-encoding'), null);
        t.equal(cached.headers.get('x-locator-cache'), 'hit');
        const array = (await cached.json()) as Line[];
        t.same(
          array.map(({ ip, latency }) => [ip, latency]),
          lines.map(({ ip, latency }) => [ip, latency]),
        );

        const history = (await get(`${url}/api/history?target=${target[4]}`))[target[4]];
        t.equal(history.length, 1);
        t.equal(history[0].result.length, 15);

        const analysis = await get(`${url}/api/analyze?target=${target[4]}`);
        t.same(analysis.anomalies, []);
        t.equal(analysis.riskScore, 0);
        t.equal(analysis.baseline.traces, 0);

        for (const query of [
          `target=${target[4]}&protocol=udp`,
          `target=${target[6]}`,
          `target=[${target[6]}]&protocol=udp`,
        ]) {
          const other = await stream(url, `${query}&cache=false`);
          const family = query.includes(':') ? 6 : 4;
          const wanted = expectedHops(internet, 'target', family).map(({ addresses }) => addresses[0]);
          t.same(
            other.lines.map(({ ip }) => ip),
            wanted,
            query,
          );
        }
      });

      await t.test('a client that goes away stops the probing', async (t) => {
        await lab.change({ nodes: { target: { silent: true } } });
        await lab.truth();
        const stop = new AbortController();
        const query = `target=${target[4]}&cache=false&probes=50`;
        // Fifty probes per hop take a minute, so the first line is not there yet when the client goes.
        const asking = t.rejects(fetch(`${url}/api/trace?${query}`, { signal: stop.signal }), {
          name: 'AbortError',
        });
        await new Promise((resolve) => setTimeout(resolve, 1500));
        t.ok((await lab.truth()).length > 0, 'it was probing');
        stop.abort();
        await asking;
        await new Promise((resolve) => setTimeout(resolve, 500));
        await lab.truth();
        await new Promise((resolve) => setTimeout(resolve, 2500));
        t.same(await lab.truth(), [], 'no probe 500 ms later');
      });
    });
  });

  await t.test('place, network and threats of hops', async (t) => {
    // Addresses of well-known operators; 45.83.64.0/24 is listed here and its neighbour is not.
    const nodes = {
      2: { v4: '9.9.9.9' },
      3: { v4: '193.0.6.139' },
      4: { v4: '45.83.64.1' },
      5: { v4: '45.83.65.1' },
      6: { v4: '10.1.2.3' },
    };
    const internet = line({ delaysMs: [0.2, 0.3, 0.5, 0.5, 1, 1, 1], nodes });
    const drop = [
      { cidr: '45.83.64.0/24', sblid: 'SBL1', rir: 'ripencc' },
      {
        type: 'metadata',
        timestamp: 1_767_225_600,
        size: 60,
        records: 1,
        copyright: 'none: made for a test',
      },
    ];
    await withService(
      t,
      internet,
      async ({ url }) => {
        const { lines } = await stream(url, 'target=198.18.7.1&cache=false');
        t.equal(lines.length, 7);
        t.match(lines[1], { ip: '9.9.9.9', asn: 19281 });
        t.match(lines[2], { ip: '193.0.6.139', asn: 3333, location: /Netherlands/ });
        for (const { isp, geo } of lines.slice(1, 3)) {
          t.not(isp, 'Unknown');
          t.type((geo as { lat: unknown }).lat, 'number');
        }
        t.match(lines[3]?.threats, [{ prefix: '45.83.64.0/24', list: 'Spamhaus DROP' }]);
        t.same(lines[4]?.threats, []);
        t.match(lines[5], { special: 'private', location: 'Unknown', threats: [] });

        const analysis = await get(`${url}/api/analyze?target=198.18.7.1`);
        t.match(analysis.alerts, ['IP 45.83.64.1 flagged as malicious: listed on Spamhaus DROP']);
        t.match(analysis.anomalies, [{ type: 'MaliciousIP', hop: 4 }]);
        t.ok(analysis.riskScore > 0);
        const points = analysis.riskFactors.reduce(
          (sum: number, factor: { points: number }) => sum + factor.points,
          0,
        );
        t.equal(points, analysis.riskScore, 'the factors add up');
      },
      { 'drop_v4.json': drop.map((entry) => `${JSON.stringify(entry)}\n`).join('') },
    );
  });
});
