import t from 'tap';
import { ProbeError } from '../../src/errors.js';
import { type OpenSocketOptions, openSocket } from '../../src/socket/open-socket.js';
import type { PacketSocket } from '../../src/socket/packet-socket.js';

const works = (name: string) => async () => ({ name }) as PacketSocket;
const forbidden = async () => {
  throw new ProbeError('SOCKET_FORBIDDEN');
};
const unavailable = async () => {
  throw new ProbeError('SOCKET_UNAVAILABLE', 'not built');
};
const all = {
  native: works('native'),
  unprivileged: works('unprivileged'),
  'raw-socket': works('raw-socket'),
};

/** Names of what was opened and passed over. */
async function opened(options: OpenSocketOptions): Promise<[string, string[]]> {
  const { socket, passedOver } = await openSocket({ env: {}, platform: 'linux', openers: all, ...options });
  for (const { reason } of passedOver) t.match(reason, /\w/, 'each with its reason');
  return [socket.name, passedOver.map(({ name }) => name)];
}

t.test('the best that works', async (t) => {
  t.same(await opened({}), ['native', []]);
  t.same(await opened({ openers: { ...all, native: forbidden } }), ['unprivileged', ['native']]);
  t.same(await opened({ openers: { ...all, native: unavailable, unprivileged: unavailable } }), [
    'raw-socket',
    ['native', 'unprivileged'],
  ]);
  t.same(await opened({ platform: 'darwin' }), ['raw-socket', []], 'only Linux has others');
});

t.test('what is asked for and nothing else', async (t) => {
  t.same(await opened({ env: { LOCATOR_SOCKETS: 'raw-socket' } }), ['raw-socket', []]);
  t.same(await opened({ prefer: 'auto', env: { LOCATOR_SOCKETS: 'unprivileged' } }), ['unprivileged', []]);
  t.same(await opened({ prefer: 'native', env: { LOCATOR_SOCKETS: 'unprivileged' } }), ['native', []]);
  t.same(await opened({ env: { LOCATOR_SOCKETS: '' } }), ['native', []], 'an empty variable is none');
  t.same(await opened({ platform: 'darwin', prefer: 'native' }), ['native', []]);
  const only = { ...all, native: forbidden };
  await t.rejects(opened({ prefer: 'native', openers: only }), { code: 'SOCKET_FORBIDDEN' });
});

t.test('a bad choice is named', async (t) => {
  await t.rejects(opened({ env: { LOCATOR_SOCKETS: 'fast' } }), {
    code: 'OPTION_INVALID',
    message: /LOCATOR_SOCKETS is 'fast', expected auto, native, unprivileged, raw-socket/,
  });
  await t.rejects(opened({ env: { LOCATOR_SOCKETS: 'scripted' } }), { code: 'OPTION_INVALID' });
  await t.rejects(opened({ prefer: 'toString' as 'auto' }), {
    code: 'OPTION_INVALID',
    message: /sockets is/,
  });
});

t.test('when nothing works it says what would help', async (t) => {
  const none = { native: unavailable, unprivileged: unavailable, 'raw-socket': unavailable };
  const failure = (options: OpenSocketOptions) =>
    opened(options).then(
      () => t.fail('opened'),
      (error: ProbeError) => error,
    );
  const missing = (await failure({ openers: none })) as ProbeError;
  t.match(missing, { code: 'SOCKET_UNAVAILABLE', message: /compiler.*raw-socket.*CAP_NET_RAW.*not built/ });
  t.equal((missing.cause as AggregateError).errors.length, 3);
  t.match(await failure({ openers: { ...none, 'raw-socket': forbidden } }), {
    code: 'SOCKET_FORBIDDEN',
    message: /CAP_NET_RAW.*root/,
  });
  t.match(await failure({ openers: none, platform: 'darwin' }), {
    code: 'SOCKET_UNAVAILABLE',
    message: /optional package raw-socket/,
  });
});

t.test('here', async (t) => {
  const { socket, passedOver } = await openSocket({ env: {} });
  t.comment(
    `${socket.name}; passed over: ${passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('; ')}`,
  );
  t.ok(socket.terms(4, 'udp') ?? socket.terms(6, 'udp'), 'what is opened can send');
  await socket.close();
});
