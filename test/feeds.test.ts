/** Block lists in the running service: fetched by request, kept over restarts, never asked for too often. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';
import { dropOf, FeedServer, prefixes, serves } from '../packages/intel/test/refresh/feed-server.js';

const locator = fileURLToPath(new URL('../packages/server/bin/locator.js', import.meta.url));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Ready {
  readonly problems: readonly string[];
  readonly next_update_at: string | null;
  readonly sources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly state: string;
    readonly entries: number | null;
    readonly updated_at: string | null;
    readonly problem: string | null;
  }[];
}

async function withServer(t: Test, env: NodeJS.ProcessEnv, use: (url: string) => Promise<unknown>) {
  const server: ChildProcess = spawn(process.execPath, [locator, 'serve', '--port', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: server.stdout! }).on('line', (line) => {
        const found = /http:\/\/\S+/.exec(line)?.[0];
        if (found !== undefined) resolve(found);
      });
      server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    });
    await use(url);
  } finally {
    if (server.exitCode === null) {
      server.kill('SIGTERM');
      const [code] = await once(server, 'exit');
      t.equal(code, 0);
    }
  }
}

const ready = async (url: string) => (await (await fetch(`${url}/api/ready`)).json()) as Ready;
const lists = ({ sources }: Ready) => sources.filter(({ kind }) => kind === 'threats');
const minutesUntil = (instant: string | null) => (Date.parse(instant ?? '') - Date.now()) / MINUTE;

t.test('block lists in the running service', async (t) => {
  const feeds = await new FeedServer().listen();
  t.teardown(() => feeds.close());
  feeds.on('/v4', serves(dropOf(prefixes(20))));
  feeds.on('/v6', serves(dropOf(['2400:1::/32'])));
  feeds.on('/asn', serves('{"asn":64500,"asname":"X"}\n{"type":"metadata","timestamp":1,"records":1}\n'));
  const env = {
    ...process.env,
    LOCATOR_DATA_DIR: t.testdir(),
    LOCATOR_DROP_URL: feeds.url('/v4'),
    LOCATOR_DROP_V6_URL: feeds.url('/v6'),
    LOCATOR_ASNDROP_URL: feeds.url('/asn'),
  };

  await withServer(t, env, async (url) => {
    const first = await ready(url);
    t.match(lists(first), [{ name: 'Spamhaus DROP', state: 'not-fetched', entries: null, problem: null }]);
    t.equal(lists(first).length, 1, 'that nothing was fetched yet is said once');
    t.notMatch(first.problems.join(' '), /fetched/, 'and is no problem');
    t.ok(minutesUntil(first.next_update_at) > 0.5 && minutesUntil(first.next_update_at) < 5);
    t.equal(feeds.requests.length, 0, 'nothing is asked before its time');

    const report = await (await fetch(`${url}/api/threat-intel/update`, { method: 'POST' })).json();
    t.match(report, {
      added: 22,
      lists: [{ result: 'updated' }, { result: 'updated' }, { result: 'updated' }],
    });
    t.match(lists(await ready(url)), [
      { name: 'Spamhaus DROP', state: 'in-use', entries: 20, updated_at: '2026-01-01T00:00:00.000Z' },
      { name: 'Spamhaus DROP IPv6', state: 'in-use', entries: 1 },
      { name: 'Spamhaus ASN-DROP', state: 'in-use', entries: 1 },
      { name: 'risky_ips.json', state: 'in-use', entries: 21 },
    ]);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    t.match(metrics, 'locator_source_up{source="Spamhaus DROP"} 1\n');
    t.match(metrics, /^locator_source_age_seconds\{source="Spamhaus DROP"\} \d+$/m);
    t.match(metrics, /^locator_update_next_timestamp_seconds \d+$/m);

    // Another process, on the same folder, meanwhile.
    const { stdout } = await promisify(execFile)(process.execPath, [locator, 'update'], { env });
    t.equal(stdout.match(/is asked for again from /g)?.length, 3, stdout);
    t.equal(feeds.requests.length, 3);
  });

  feeds.on('/v4', (_request, response) => response.writeHead(500).end());
  await withServer(t, env, async (url) => {
    const again = await ready(url);
    t.match(lists(again)[0], { state: 'in-use', entries: 20, problem: null });
    const hours = (minutesUntil(again.next_update_at) * MINUTE) / HOUR;
    t.ok(
      hours > 23.9 && hours < 27.1,
      `a restart leaves the next update where it was, in ${hours.toFixed(1)} h`,
    );
    t.equal(feeds.requests.length, 3);
  });
});
