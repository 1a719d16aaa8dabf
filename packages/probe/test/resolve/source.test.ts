import { readdirSync } from 'node:fs';
import t, { type Test } from 'tap';
import { findDatagramSource } from '../../src/resolve/datagram-source.js';
import { type FindSource, findSource } from '../../src/resolve/source.js';

async function contract(t: Test, find: FindSource): Promise<void> {
  t.test('the address that packets leave from', async (t) => {
    t.equal(await find('127.0.0.7'), '127.0.0.1');
  });

  t.test('no route is an error of its own, and no other question is the worse for it', async (t) => {
    // Nobody can be reached at the broadcast address by a plain socket.
    const asked = ['127.0.0.2', '255.255.255.255', '127.0.0.3'].map((address) => find(address));
    const [first, refused, last] = await Promise.allSettled(asked);
    t.match(first, { value: '127.0.0.1' });
    t.match(refused, { status: 'rejected', reason: { code: 'TARGET_UNROUTABLE' } });
    t.match(last, { value: '127.0.0.1' });
  });

  t.test(
    'many at once need no descriptor each',
    { skip: process.platform !== 'linux' && 'needs /proc' },
    async (t) => {
      const descriptors = () => readdirSync('/proc/self/fd').length;
      const before = descriptors();
      let most = 0;
      const look = async (n: number) => {
        const source = await find(`127.0.${n >> 8}.${n & 255}`);
        if (n % 50 === 0) most = Math.max(most, descriptors());
        return source;
      };
      const found = await Promise.all(Array.from({ length: 500 }, (_, n) => look(n + 1)));
      t.same([...new Set(found)], ['127.0.0.1']);
      t.ok(most <= before + 1, `${most - before} more at most`);
    },
  );

  t.test('what is no address has no route', async (t) => {
    for (const text of ['1.2.3', '127.0.0.1'.padEnd(60, '0'), `::1${' '.repeat(50)}`])
      await t.rejects(find(text), { code: 'TARGET_UNROUTABLE' }, JSON.stringify(text));
  });
}

t.test('by what the machine has best', (t) => contract(t, findSource));
t.test('by datagram sockets', (t) => contract(t, findDatagramSource));
