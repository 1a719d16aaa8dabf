import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { openTracer } from '@locator/probe';
import t from 'tap';
import { run } from '../../src/cli/run.js';
import { get } from '../http.js';
import { until } from '../until.js';
import { anIo } from './an-io.js';

/** Why nothing can be traced here, or null. */
async function obstacle(): Promise<string | null> {
  try {
    const tracer = await openTracer();
    await tracer.close();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const why = await obstacle();
if (why !== null && process.env.LOCATOR_LAB === 'required') t.fail(`nothing can be traced here: ${why}`);
/** One for all tests: the databases' caches are built in it once. */
const dataDir = t.testdir();
const options = { skip: why === null ? false : `nothing can be traced here: ${why}` };

t.test('trace: a table, its summary, and the trace in the store', options, async (t) => {
  const io = anIo();
  t.equal(await run(['trace', '127.0.0.1', '--data-dir', dataDir], io), 0, io.said.err);
  const [heading = '', row = '', ...rest] = io.said.out.split('\n');
  t.match(heading, /^hop {2}host/);
  t.match(row, /^ {2}1 {2}127\.0\.0\.1.* 0% /);
  t.match(
    rest.at(-2),
    /^127\.0\.0\.1 answered: 1 hop in \d+ ms, icmp|udp over [a-z-]+, (kernel|user) time stamps, stored as 1$/,
  );
  const history = anIo();
  t.equal(await run(['history', '127.0.0.1', '--json', '--data-dir', dataDir], history), 0);
  t.match(JSON.parse(history.said.out), { '127.0.0.1': [{ id: 1 }] });
});

t.test('trace --json: the hop objects and nothing else', options, async (t) => {
  const io = anIo();
  const argv = ['trace', '127.0.0.1', '--json', '--probes', '2', '--no-dns', '--data-dir', dataDir];
  t.equal(await run(argv, io), 0, io.said.err);
  t.equal(io.said.err, '');
  const hops = io.said.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.match(hops, [
    { hop: 1, ip: '127.0.0.1', special: 'loopback', hostname: null, loss: { sent: 2, received: 2 } },
  ]);
});

t.test('a data folder that cannot be used does not keep anybody from tracing', options, async (t) => {
  const dir = t.testdir({ file: '' });
  const io = anIo();
  t.equal(await run(['trace', '127.0.0.1', '--json', '--data-dir', join(dir, 'file')], io), 0);
  t.match(io.said.err, /^The data folder .* cannot be used/);
  t.equal(io.said.out.trimEnd().split('\n').length, 1);
  const table = anIo();
  await run(['trace', '127.0.0.1', '--no-bandwidth', '--data-dir', join(dir, 'file')], table);
  t.match(table.said.out, /, not stored\n$/);
});

t.test('a target that is none', options, async (t) => {
  for (const target of ['a..b', 'https://']) {
    const io = anIo();
    t.equal(await run(['trace', target, '--data-dir', dataDir], io), 2);
    t.match(io.said.err, /\n$/);
    t.equal(io.said.out, '');
  }
});

t.test('serve: one line, answers, ends in order', options, async (t) => {
  const stop = new AbortController();
  const io = anIo({ LOCATOR_PORT: '0', LOCATOR_DATA_DIR: dataDir }, stop.signal);
  const ended = run(['serve'], io);
  await until(() => io.said.out.includes('\n') || io.said.err !== '');
  t.equal(io.said.err, '');
  t.match(
    io.said.out,
    /^Locator \d\S* listens on http:\/\/127\.0\.0\.1:\d+ and traces with the [a-z-]+ socket \(.*\n$/,
  );
  const [url = ''] = /http:\S+/.exec(io.said.out) ?? [];
  t.match(JSON.parse((await get(`${url}/api/ready`)).body), { ready: true, store: { problem: null } });
  const live = await get(`${url}/api/trace?target=127.0.0.1&cache=false`);
  t.equal(live.headers['transfer-encoding'], 'chunked');
  t.match(JSON.parse(live.body), { hop: 1, ip: '127.0.0.1', packet_loss: '0%' });
  const cached = await get(`${url}/api/trace?target=127.0.0.1`);
  t.equal(cached.headers['x-locator-cache'], 'hit');
  t.strictSame(JSON.parse(cached.body), [JSON.parse(live.body)]);
  t.match(JSON.parse((await get(`${url}/api/analyze?target=127.0.0.1`)).body), {
    riskScore: 0,
    baseline: { traces: Number },
  });
  stop.abort();
  t.equal(await ended, 0);
  await t.rejects(get(`${url}/api/live`), { code: 'ECONNREFUSED' });
});

t.test('serve: a port in use is one sentence and exit code 2', options, async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.teardown(() => other.close());
  const { port } = other.address() as AddressInfo;
  const io = anIo();
  t.equal(await run(['serve', '--port', String(port), '--data-dir', dataDir], io), 2);
  t.equal(
    io.said.err,
    `Another program uses port ${port} on 127.0.0.1: choose another with LOCATOR_PORT or --port.\n`,
  );
});

t.test('doctor', options, async (t) => {
  const io = anIo();
  t.equal(await run(['doctor', '--data-dir', dataDir], io), 0, io.said.err);
  for (const title of [
    'System',
    'Sockets',
    'Round-trip time to this machine',
    'Databases and lists',
    'Store',
  ]) {
    t.match(io.said.out, new RegExp(`^${title}$`, 'm'));
  }
  for (const socket of ['native', 'unprivileged', 'raw-socket']) {
    t.match(io.said.out, new RegExp(`^  ${socket}: (works, (kernel|user) time stamps|no\\. .+)$`, 'm'));
  }
  t.match(io.said.out, /^ {2}ours: \d+\.\d{3} ms \(median of 3; /m);
  t.match(io.said.out, /^ {2}net-ping: (\d+ ms \(whole milliseconds|not measured\. )/m);
});

const bin = new URL('../../bin/locator.js', import.meta.url).pathname;
const built = existsSync(new URL('../../dist/cli/main.js', import.meta.url));
const asProcess = built ? options : { skip: 'the package is not built' };

function locator(...argv: string[]) {
  return spawn(process.execPath, [bin, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
}

t.test('as a process: exit code, Ctrl-C, a reader that goes away', asProcess, async (t) => {
  const serving = locator('serve', '--port', '0', '--data-dir', dataDir);
  let said = '';
  serving.stdout.on('data', (text) => {
    said += text;
  });
  await until(() => said.includes('\n') || serving.exitCode !== null);
  serving.kill('SIGINT');
  const [code] = await once(serving, 'exit');
  t.equal(code, 0);

  const piped = locator('trace', '127.0.0.1', '--data-dir', dataDir);
  let complaint = '';
  piped.stderr.on('data', (text) => {
    complaint += text;
  });
  piped.stdout.destroy();
  const [, signal] = await once(piped, 'exit');
  t.equal(signal, null);
  t.equal(complaint, '', 'no stack, no EPIPE');
});
