import t from 'tap';
import { openRawSocketSocket } from '../../src/socket/raw-socket.js';
import { runChild } from './run-child.js';

t.test('works on the main thread only, and says so', async (t) => {
  const { code, stdout, stderr } = await runChild('open-in-worker.child.ts', []);
  t.equal(code, 0, stderr);
  t.match(JSON.parse(stdout), { code: 'SOCKET_UNAVAILABLE', message: /main thread only/ });
});

t.test('without the package', async (t) => {
  const { code, stdout, stderr } = await runChild('open-raw-socket.child.ts', ['uninstalled']);
  t.equal(code, 0, stderr);
  t.match(JSON.parse(stdout), {
    code: 'SOCKET_UNAVAILABLE',
    message: /the optional package raw-socket is not installed/,
  });
});

t.test('without CAP_NET_RAW', async (t) => {
  const why = process.getuid?.() === 0 ? false : 'only root can give a right away';
  t.test('an ordinary user', { skip: why }, async (t) => {
    const { code, stdout, stderr } = await runChild('open-raw-socket.child.ts', ['nobody']);
    t.equal(code, 0, stderr);
    t.match(JSON.parse(stdout), { code: 'SOCKET_FORBIDDEN', message: /CAP_NET_RAW/ });
  });
});

t.test('says what it cannot know', async (t) => {
  let socket: Awaited<ReturnType<typeof openRawSocketSocket>>;
  try {
    socket = await openRawSocketSocket();
  } catch (error) {
    t.pass('cannot be opened here', { skip: (error as Error).message });
    return;
  }
  t.equal(socket.stamps, 'user');
  t.equal(socket.skew(), 0);
  t.equal(socket.dropped(), 0);
  t.match(socket.terms(4, 'udp'), { echoId: null, quotesHeader: true, sourcePort: Number });
  await socket.close();
});
