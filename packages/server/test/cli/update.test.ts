import { readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { run } from '../../src/cli/run.js';
import { anIo } from './an-io.js';

const metadata = (records: number) =>
  JSON.stringify({
    type: 'metadata',
    timestamp: 1_760_000_000,
    size: 1,
    records,
    copyright: 'c',
    terms: 't',
  });
const lists: Record<string, string> = {
  '/v4': `{"cidr":"198.51.100.0/24","sblid":"SBL1","rir":"test"}\n${metadata(1)}\n`,
  '/v6': `{"cidr":"2001:db8:bad::/48","sblid":"SBL2","rir":"test"}\n${metadata(1)}\n`,
  '/as': `{"asn":64500,"rir":"test","domain":"x.example","cc":"ZZ","asname":"TEST"}\n${metadata(1)}\n`,
};

t.test('update fetches the lists into the data folder, and not twice within the hour', async (t) => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const body = lists[request.url ?? ''];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dataDir = t.testdir();
  const flags = ['--data-dir', dataDir, '--drop-url', `${url}/v4`, '--drop-v6-url', `${url}/v6`];

  const first = anIo({ LOCATOR_ASNDROP_URL: `${url}/as` });
  t.equal(await run(['update', '--json', ...flags], first), 0, first.said.err);
  t.match(JSON.parse(first.said.out), {
    added: 3,
    removed: 0,
    lists: [{ result: 'updated', entries: 1 }, {}, {}],
  });
  t.ok((await readdir(dataDir)).includes('drop_v4.json'));
  t.equal(requests, 3);

  const second = anIo({ LOCATOR_ASNDROP_URL: `${url}/as` });
  t.equal(await run(['update', ...flags], second), 0);
  t.equal(second.said.out.trimEnd().split('\n').length, 3, 'one sentence per list');
  t.equal(requests, 3, 'nothing was asked again');
});

t.test('a list that cannot be had is exit code 1', async (t) => {
  const flags = ['drop-url', 'drop-v6-url', 'asndrop-url'].flatMap((flag) => [
    `--${flag}`,
    'http://127.0.0.1:1/x',
  ]);
  const io = anIo();
  t.equal(await run(['update', '--data-dir', t.testdir(), ...flags], io), 1);
  t.match(io.said.out, /was not updated/);
});
