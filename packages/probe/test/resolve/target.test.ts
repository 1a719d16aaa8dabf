import t from 'tap';
import { ProbeError } from '../../src/errors.js';
import { parseTarget, resolveTarget } from '../../src/resolve/target.js';

t.test('what people type', async (t) => {
  const cases: [string, string][] = [
    ['example.com', 'example.com'],
    [' Example.COM. ', 'example.com'],
    ['https://example.com/path?q=1#x', 'example.com'],
    ['http://user:secret@example.com:8080/', 'example.com'],
    ['ssh://host.example', 'host.example'],
    ['example.com:443', 'example.com'],
    ['example.com/path', 'example.com'],
    ['localhost', 'localhost'],
    ['_dmarc.example.com', '_dmarc.example.com'],
    ['192.0.2.1', '192.0.2.1'],
    ['http://192.0.2.1/', '192.0.2.1'],
    ['192.0.2.1:80', '192.0.2.1'],
    ['::1', '::1'],
    ['[::1]', '::1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['http://[2001:db8::1]:8000/', '2001:db8::1'],
    ['[2001:db8::1]:8000', '2001:db8::1'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['youtube.com', 'youtube.com'],
  ];
  for (const [text, host] of cases) t.equal(parseTarget(text), host, text);
});

t.test('what cannot be meant', async (t) => {
  const code = (text: string) => {
    try {
      return parseTarget(text);
    } catch (error) {
      t.ok(error instanceof ProbeError);
      return (error as ProbeError).code;
    }
  };
  for (const text of ['', '   ', '\t\n']) t.equal(code(text), 'TARGET_MISSING', JSON.stringify(text));
  const malformed = [
    'a b',
    '-rf',
    'example..com',
    '.example.com',
    'a'.repeat(64),
    `${'a.'.repeat(130)}com`,
    'fe80::1%eth0',
    '[::1',
    ':::',
    'exa$mple.com',
    '; rm -rf /',
    '$(id)',
    'http://',
    '\u0000',
  ];
  for (const text of malformed) t.equal(code(text), 'TARGET_MALFORMED', JSON.stringify(text));
});

t.test('a name with several addresses', async (t) => {
  const lookup = async () => ['127.0.0.1', '127.0.0.2', '::1'];
  const first = await resolveTarget('name.example', { lookup });
  t.same(first, {
    target: 'name.example',
    address: '127.0.0.1',
    family: 4,
    addresses: ['127.0.0.1', '127.0.0.2', '::1'],
  });
  t.equal((await resolveTarget('name.example', { lookup, family: 6 })).address, '::1');
  const permit = (address: string) => address === '127.0.0.2';
  t.same((await resolveTarget('name.example', { lookup, permit })).addresses, ['127.0.0.2']);
});

t.test('refusals', async (t) => {
  const lookup = async () => ['127.0.0.1'];
  const permit = () => false;
  await t.rejects(resolveTarget('name.example', { lookup, permit }), { code: 'TARGET_FORBIDDEN' });
  await t.rejects(resolveTarget('127.0.0.1', { permit }), { code: 'TARGET_FORBIDDEN' });
  await t.rejects(resolveTarget('name.example', { lookup, family: 6 }), { code: 'TARGET_UNRESOLVABLE' });
  await t.rejects(resolveTarget('127.0.0.1', { family: 6 }), { code: 'TARGET_UNRESOLVABLE' });
  const failing = async () => {
    throw Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' });
  };
  await t.rejects(resolveTarget('name.example', { lookup: failing }), { code: 'TARGET_UNRESOLVABLE' });
  await t.rejects(resolveTarget('name.example', { lookup: async () => [] }), { code: 'TARGET_UNRESOLVABLE' });
});

t.test('a look-up that hangs is left alone when the caller stops', async (t) => {
  const stop = new AbortController();
  const hanging = resolveTarget('name.example', { lookup: () => new Promise(() => {}), signal: stop.signal });
  stop.abort();
  await t.rejects(hanging, { code: 'ABORTED' });
});
