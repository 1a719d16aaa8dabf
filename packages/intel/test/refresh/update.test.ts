import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { systemClock } from '../../src/clock.js';
import { type Intel, openIntel } from '../../src/open-intel.js';
import type { ListReport } from '../../src/refresh/report.js';
import { dropOf, FeedServer, type Handler, prefixes, serves } from './feed-server.js';

const HOUR = 3_600_000;
const V6 = dropOf(['2400:1::/32', '2400:2::/32']);
const ASN = '{"asn":64500,"asname":"X"}\n{"type":"metadata","timestamp":1767225600,"records":1}\n';

interface Setting {
  readonly server: FeedServer;
  readonly dataDir: string;
  readonly intel: Intel;
  /** Lets the hours go by and updates; gives what became of the IPv4 list. */
  update(hours?: number): Promise<ListReport>;
  wait(ms: number): void;
  reopen(): Promise<Intel>;
}

/** Three sound lists served, nothing fetched yet, and time that the test makes go by. */
async function setting(t: Test, options: { downloadTimeoutMs?: number } = {}): Promise<Setting> {
  const server = await new FeedServer().listen();
  server.on('/v4', serves(dropOf(prefixes(20))));
  server.on('/v6', serves(V6));
  server.on('/asn', serves(ASN));
  const dataDir = t.testdir();
  let wall = Date.UTC(2026, 0, 10);
  const opened: Intel[] = [];
  const reopen = async () => {
    const intel = await openIntel({
      dataDir,
      workingDir: dataDir,
      embedded: false,
      reloadMs: 0,
      clock: { ...systemClock, wall: () => wall },
      urls: {
        'drop_v4.json': server.url('/v4'),
        'drop_v6.json': server.url('/v6'),
        'asndrop.json': server.url('/asn'),
      },
      ...options,
    });
    opened.push(intel);
    return intel;
  };
  const intel = await reopen();
  t.teardown(async () => {
    await Promise.all(opened.map((intel) => intel.close()));
    await server.close();
  });
  const wait = (ms: number) => {
    wall += ms;
  };
  const update = async (hours = 2) => {
    wait(hours * HOUR);
    return (await intel.update()).lists.find(({ name }) => name === 'Spamhaus DROP')!;
  };
  return { server, dataDir, intel, update, wait, reopen };
}

t.test('fetches, verifies, puts into use and writes risky_ips.json', async (t) => {
  const { intel, dataDir, server, reopen } = await setting(t);
  t.match(
    intel.sources().find(({ name }) => name === 'Spamhaus DROP'),
    { state: 'not-fetched', problem: null },
  );
  t.same(intel.enrich('20.3.0.1').threats, []);

  const report = await intel.update();
  t.match(report, { startedAt: '2026-01-10T00:00:00.000Z', added: 23, removed: 0 });
  t.match(report.lists, [
    {
      name: 'Spamhaus DROP',
      result: 'updated',
      entries: 20,
      added: 20,
      updatedAt: '2026-01-01T00:00:00.000Z',
      nextAt: '2026-01-10T01:00:00.000Z',
      sentence: 'Spamhaus DROP has 20 entries, 20 of them new; 0 are gone.',
    },
    { name: 'Spamhaus DROP IPv6', result: 'updated', entries: 2 },
    { name: 'Spamhaus ASN-DROP', result: 'updated', entries: 1 },
  ]);
  const threat = {
    list: 'Spamhaus DROP',
    prefix: '20.3.0.0/16',
    reason: 'Spamhaus DROP listed',
    sblId: 'SBL1003',
    listedAt: '2026-01-01T00:00:00.000Z',
  };
  t.same(intel.enrich('20.3.0.1').threats, [threat], 'once, though risky_ips.json has it too');
  t.match(intel.enrich('2400:2::1').threats, [{ prefix: '2400:2::/32' }]);
  t.same(intel.enrich('20.20.0.0').threats, []);
  t.match(
    intel.sources().find(({ name }) => name === 'Spamhaus DROP'),
    {
      entries: 20,
      updatedAt: '2026-01-01T00:00:00.000Z',
      attribution: '(c) 2026 The Spamhaus Project SLU',
      problem: null,
    },
  );

  const risky = JSON.parse(readFileSync(join(dataDir, 'risky_ips.json'), 'utf8'));
  t.equal(Object.keys(risky).length, 22);
  t.equal(risky['20.3.0.0/16'], 'Spamhaus DROP listed');
  t.equal(risky['2400:1::/32'], 'Spamhaus DROP listed');
  t.equal(readFileSync(join(dataDir, 'drop_v4.json'), 'utf8'), dropOf(prefixes(20)), 'kept as it came');

  server.on('/v4', (_request, response) => response.destroy());
  t.same((await reopen()).enrich('20.3.0.1').threats, [threat], 'and after a restart');
});

t.test('counts what was added and removed, and asks on condition', async (t) => {
  const { server, update, dataDir, intel } = await setting(t);
  t.match(await update(), { result: 'updated', added: 20 });
  t.match(await update(), { result: 'unchanged', entries: 20, added: 0, removed: 0 });
  const conditional = server.requests.filter(({ path }) => path === '/v4').at(-1)!;
  t.match(conditional.headers, {
    'if-none-match': /^"/,
    'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT',
  });

  server.on('/v4', serves(dropOf(prefixes(20, 5))));
  t.match(await update(), { result: 'updated', entries: 20, added: 5, removed: 5 });
  t.same(intel.enrich('20.3.0.1').threats, [], 'what is gone is gone, from risky_ips.json too');
  t.match(intel.enrich('20.24.0.1').threats, [{ prefix: '20.24.0.0/16' }]);

  // The file on disk is no longer the one the entity tag was given for.
  writeFileSync(join(dataDir, 'drop_v4.json'), dropOf(prefixes(7)));
  t.match(await update(), { result: 'updated', entries: 20 });
  t.equal(server.requests.filter(({ path }) => path === '/v4').at(-1)?.headers['if-none-match'], undefined);
});

const answers = (status: number, headers: Record<string, string>, body: string): Handler => {
  return (_request, response) => response.writeHead(status, headers).end(body);
};
const full = dropOf(prefixes(20));
const faults: Record<string, { handler: Handler; result: 'failed' | 'refused'; sentence: RegExp }> = {
  'an empty answer': { handler: answers(200, {}, ''), result: 'refused', sentence: /sent no entries/ },
  'an HTML page': {
    handler: answers(
      200,
      { 'content-type': 'text/html' },
      '<!doctype html>\n<title>Sorry</title>\n<h1>Down</h1>',
    ),
    result: 'refused',
    sentence: /3 of 3 lines cannot be read/,
  },
  '403': { handler: answers(403, {}, 'blocked'), result: 'failed', sentence: /the server answered 403/ },
  '429': {
    handler: answers(429, { 'retry-after': '86400' }, ''),
    result: 'failed',
    sentence: /answered 429/,
  },
  '500': { handler: answers(500, {}, 'oops'), result: 'failed', sentence: /the server answered 500/ },
  'a 304 that was not asked for': {
    handler: answers(304, {}, ''),
    result: 'failed',
    sentence: /nothing changed/,
  },
  'a redirect loop': {
    handler: answers(302, { location: '/v4' }, ''),
    result: 'failed',
    sentence: /more than 5 redirects/,
  },
  'a redirect to a file': {
    handler: answers(302, { location: 'file:///etc/passwd' }, ''),
    result: 'failed',
    sentence: /no web address/,
  },
  'a slow drip': {
    handler: (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    },
    result: 'failed',
    sentence: /took too long: not done after 0\.4 s/,
  },
  'an answer that never comes': { handler: () => {}, result: 'failed', sentence: /took too long/ },
  'a connection cut in the middle': {
    handler: (_request, response) => {
      response.writeHead(200, { 'content-length': String(full.length) }).write(full.slice(0, 300));
      setTimeout(() => response.destroy(), 20);
    },
    result: 'failed',
    sentence: /download failed/,
  },
  'an endless stream': {
    handler: (_request, response) => {
      response.writeHead(200);
      const block = Buffer.alloc(1 << 20, '{"cidr":"20.0.0.0/16"}\n');
      const pump = () => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', pump);
      pump();
    },
    result: 'failed',
    sentence: /too (large: more than 16777216 bytes|long)/,
  },
  'an announced 10 GB': {
    handler: (_request, response) => {
      response.writeHead(200, { 'content-length': '10737418240' }).write('x');
    },
    result: 'failed',
    sentence: /too large/,
  },
  'a wrong record count': {
    handler: serves(dropOf(prefixes(20), { records: 25 })),
    result: 'refused',
    sentence: /has 20 lines and says that it has 25/,
  },
  'more than half gone': {
    handler: serves(dropOf(prefixes(9))),
    result: 'refused',
    sentence: /has 9 entries and had 20: more than half are gone/,
  },
  'nothing but the trailer': { handler: serves(dropOf([])), result: 'refused', sentence: /sent no entries/ },
  'many unreadable lines': {
    handler: serves(dropOf([...prefixes(19), 'nonsense'])),
    result: 'refused',
    sentence: /1 of 20 lines cannot be read/,
  },
  'the whole Internet listed': {
    handler: serves(dropOf([...prefixes(19), '0.0.0.0/0'])),
    result: 'refused',
    sentence: /1 of 20 lines cannot be read.*0\.0\.0\.0\/0/,
  },
};

t.test('whatever the server does, the last good list stays, and one sentence says why', async (t) => {
  const { server, dataDir, intel, update, wait } = await setting(t, { downloadTimeoutMs: 400 });
  await update();
  const before = readdirSync(dataDir).sort();
  for (const [name, { handler, result, sentence }] of Object.entries(faults)) {
    // Without a tag to compare, so that each fault answers a plain request.
    writeFileSync(join(dataDir, 'requests.json'), '{}');
    server.on('/v4', handler);
    const report = await update();
    t.equal(report.result, result, name);
    t.match(report.sentence, sentence, name);
    t.match(
      report.sentence,
      /^Spamhaus DROP was not updated: [^\n]*; the one of 2026-01-01 stays in use\.$/,
      name,
    );
    t.match(report, { entries: 20, added: 0, removed: 0 });
    t.match(intel.enrich('20.19.0.1').threats, [{ sblId: 'SBL1019' }], name);
    t.equal(readFileSync(join(dataDir, 'drop_v4.json'), 'utf8'), full, name);
    t.same(readdirSync(dataDir).sort(), before, `no file is left by ${name}`);
    wait(24 * HOUR);
  }
});

t.test('10 GB that nobody announced are given up after 16 MB, without keeping them', async (t) => {
  const { server, dataDir, update } = await setting(t);
  await update();
  const block = Buffer.alloc(1 << 20, '{"cidr":"20.0.0.0/16"}\n');
  let sent = 0;
  server.on('/v4', (_request, response) => {
    response.writeHead(200);
    const pump = () => {
      while (!response.destroyed && sent < 10_240) {
        sent += 1;
        if (!response.write(block)) return;
      }
      response.end();
    };
    response.on('drain', pump);
    pump();
  });
  const before = process.memoryUsage.rss();
  t.match(await update(), { result: 'failed', sentence: /too large: more than 16777216 bytes/ });
  const grown = (process.memoryUsage.rss() - before) >> 20;
  t.ok(sent < 64, `${sent} of 10240 MB were sent, memory grew by ${grown} MB`);

  const bomb = gzipSync(Buffer.alloc(256 << 20));
  server.on('/v4', (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
  t.match(await update(), { result: 'failed', sentence: /too large/ }, 'nor unpacked');
  t.equal(readFileSync(join(dataDir, 'drop_v4.json'), 'utf8'), full);
});

t.test('a list cut off anywhere is refused', async (t) => {
  const { server, update, dataDir } = await setting(t);
  await update();
  const lines = full.trimEnd().split('\n');
  for (let kept = 1; kept < lines.length; kept++) {
    server.on('/v4', serves(lines.slice(0, kept).join('\n')));
    t.match(await update(), { result: 'refused', sentence: /incomplete|cannot be read/ });
  }
  server.on('/v4', serves(full.slice(0, -10)));
  t.match(await update(), { result: 'refused', sentence: /incomplete|cannot be read/ });
  server.on('/v4', serves(lines.slice(3).join('\n')));
  t.match(await update(), { result: 'refused', sentence: /has 17 lines and says that it has 20/ });
  t.equal(readFileSync(join(dataDir, 'drop_v4.json'), 'utf8'), full);
});

t.test('a line that stands twice passes, counted once or twice', async (t) => {
  const { server, update } = await setting(t);
  const twice = [...prefixes(20), '20.4.0.0/16'];
  server.on('/v4', serves(dropOf(twice, { records: 20 })));
  t.match(await update(), { result: 'updated', entries: 20 });
  server.on('/v4', serves(dropOf([...twice, '20.99.0.0/16'], { records: 22 })));
  t.match(await update(), { result: 'updated', entries: 21, added: 1 });
});

t.test('a list that shrank can be accepted by a person', async (t) => {
  const { server, update, intel, wait } = await setting(t);
  await update();
  server.on('/v4', serves(dropOf(prefixes(3))));
  t.match(await update(), { result: 'refused' });
  wait(2 * HOUR);
  t.match((await intel.update({ acceptShrink: true })).lists[0], {
    result: 'updated',
    entries: 3,
    removed: 17,
  });
});

t.test('a list half as long passes', async (t) => {
  const { server, update } = await setting(t);
  await update();
  server.on('/v4', serves(dropOf(prefixes(10))));
  t.match(await update(), { result: 'updated', entries: 10, removed: 10 });
});

t.test('follows redirects', async (t) => {
  const { server, update } = await setting(t);
  server.on('/v4', answers(301, { location: '/moved' }, ''));
  server.on('/moved', answers(302, { location: server.url('/there') }, ''));
  server.on('/there', serves(full));
  t.match(await update(), { result: 'updated', entries: 20 });
});

t.test('never more than one request per list and hour, over a hundred restarts and failures', async (t) => {
  const { server, wait, reopen } = await setting(t);
  server.on('/v4', answers(500, {}, ''));
  for (let restart = 0; restart < 100; restart++) {
    const intel = await reopen();
    const report = await intel.update();
    if (restart > 0) t.same(new Set(report.lists.map(({ result }) => result)), new Set(['too-soon']));
    wait(35_000);
    await intel.close();
  }
  t.equal(server.requests.length, 3, 'within 58 minutes');
  wait(HOUR);
  await (await reopen()).update();
  t.equal(server.requests.length, 6);
});

t.test('waits as long as the server asks, within reason', async (t) => {
  const { server, update } = await setting(t);
  server.on('/v4', answers(429, { 'retry-after': String(5 * 3600) }, ''));
  t.match(await update(), { result: 'failed', nextAt: '2026-01-10T07:00:00.000Z' });
  server.on('/v4', serves(full));
  t.match(await update(4), {
    result: 'too-soon',
    sentence: /asked for again from 2026-01-10T07:00:00.000Z on\.$/,
  });
  t.match(await update(2), { result: 'updated' });
  server.on('/v4', answers(503, { 'retry-after': '99999999' }, ''));
  await update();
  server.on('/v4', serves(full));
  t.match(await update(7 * 24), { result: 'unchanged' }, 'a week is the longest');
});

t.test('updates at the same time are one', async (t) => {
  const { server, intel } = await setting(t);
  const [one, other] = await Promise.all([intel.update(), intel.update()]);
  t.equal(one, other);
  t.equal(server.requests.length, 3);
});

t.test('can be stopped', async (t) => {
  const { server, intel, dataDir } = await setting(t);
  server.on('/v4', () => stop.abort());
  const stop = new AbortController();
  await t.rejects(intel.update({ signal: stop.signal }), { code: 'ABORTED' });
  t.notOk(existsSync(join(dataDir, 'drop_v4.json')));
  await t.rejects(intel.update({ signal: AbortSignal.abort() }), { code: 'ABORTED' });
});

t.test('a clock that was wrong does not stop updates for ever', async (t) => {
  const { update, dataDir, server } = await setting(t);
  const state = { url: server.url('/v4'), requestedAt: Date.UTC(2040, 0), notBefore: Date.UTC(2041, 0) };
  writeFileSync(join(dataDir, 'requests.json'), JSON.stringify({ 'drop_v4.json': state }));
  t.match(await update(), { result: 'updated' });
});

t.test(
  'a killed update leaves risky_ips.json behind its lists: what is outdated in it does not count',
  async (t) => {
    const { intel, dataDir, wait } = await setting(t);
    await intel.update();
    wait(2 * HOUR);
    const risky = JSON.parse(readFileSync(join(dataDir, 'risky_ips.json'), 'utf8'));
    writeFileSync(
      join(dataDir, 'risky_ips.json'),
      JSON.stringify({ ...risky, '30.0.0.0/24': 'added by hand' }),
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    writeFileSync(join(dataDir, 'drop_v4.json'), dropOf(prefixes(19)));
    await intel.reload();
    t.same(intel.enrich('20.19.0.1').threats, []);
    t.match(intel.enrich('20.18.0.1').threats, [{ sblId: 'SBL1018' }]);
    t.match(intel.enrich('30.0.0.1').threats, [{ list: 'risky_ips.json', reason: 'added by hand' }]);
  },
);

t.test('without a data folder, or after closing, there is no update', async (t) => {
  const intel = await openIntel({ workingDir: t.testdir(), embedded: false });
  await t.rejects(intel.update(), { code: 'DATA_DIR_MISSING' });
  await intel.close();
  await t.rejects(intel.update(), { code: 'CLOSED' });
});

t.test('a data folder that cannot be written: nothing is asked, and one sentence says why', async (t) => {
  const server = await new FeedServer().listen();
  const folder = t.testdir({ file: 'not a folder' });
  const urls = {
    'drop_v4.json': server.url('/v4'),
    'drop_v6.json': server.url('/v6'),
    'asndrop.json': server.url('/asn'),
  };
  const intel = await openIntel({
    dataDir: join(folder, 'file'),
    workingDir: folder,
    embedded: false,
    reloadMs: 0,
    urls,
  });
  await t.rejects(intel.update(), {
    code: 'DATA_DIR_UNUSABLE',
    message: /^The data folder cannot be written: /,
  });
  t.equal(server.requests.length, 0);
  await intel.close();
  await server.close();
});

t.test('sources that are no web address are refused at once', async (t) => {
  for (const url of ['nonsense', 'ftp://example.com/x', 'file:///etc/passwd']) {
    await t.rejects(openIntel({ embedded: false, urls: { 'drop_v4.json': url } }), {
      code: 'OPTION_INVALID',
    });
  }
  process.env.LOCATOR_DROP_V6_URL = 'drop_v6';
  t.teardown(() => {
    delete process.env.LOCATOR_DROP_V6_URL;
  });
  await t.rejects(openIntel({ embedded: false }), {
    message: /LOCATOR_DROP_V6_URL is "drop_v6", expected an http or https address/,
  });
});
