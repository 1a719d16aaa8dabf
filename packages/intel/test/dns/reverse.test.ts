import t, { type Test } from 'tap';
import { type Clock, systemClock } from '../../src/clock.js';
import { hostnameOf } from '../../src/dns/hostname.js';
import { ReverseLookup } from '../../src/dns/reverse.js';
import { nameServer, type Zone } from './name-server.js';

t.test('only what can be a host name is one', async (t) => {
  t.equal(hostnameOf('One.Example.COM.'), 'one.example.com');
  t.equal(hostnameOf('_dmarc.xn--bcher-kva.example'), '_dmarc.xn--bcher-kva.example');
  t.equal(hostnameOf('localhost'), 'localhost');
  const wrong = [
    '',
    '.',
    'a..b',
    '-a.example',
    'a-.example',
    'a b.example',
    '<script>.example',
    "a'b",
    'a\u001b[31m',
    'ü.example',
  ];
  for (const name of [...wrong, 'a/b', `${'a'.repeat(64)}.example`, `${'a.'.repeat(127)}a`, 7, null]) {
    t.equal(hostnameOf(name), null, String(name));
  }
  t.ok(hostnameOf(`${'a'.repeat(63)}.example`));
});

const lookup = async (t: Test, zone: Zone, clock: Clock = systemClock) => {
  const server = await nameServer(zone);
  const reverse = new ReverseLookup({ clock, nameServers: [server.address], timeoutMs: 300 });
  t.teardown(() => {
    reverse.close();
    server.close();
  });
  return { server, reverse };
};

t.test('asks for IPv4 and IPv6, and takes the first sane name', async (t) => {
  const { reverse } = await lookup(t, {
    '1.2.0.192.in-addr.arpa': ['Router-1.Example.COM'],
    '2.2.0.192.in-addr.arpa': ['<b>evil</b>.example', 'second.example'],
    '3.2.0.192.in-addr.arpa': ['<b>evil</b>.example'],
    '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa': ['six.example'],
  });
  t.equal(await reverse.hostname('192.0.2.1'), 'router-1.example.com');
  t.equal(await reverse.hostname('192.0.2.2'), 'second.example');
  t.equal(await reverse.hostname('192.0.2.3'), null);
  t.equal(await reverse.hostname('192.0.2.4'), null);
  t.equal(await reverse.hostname('2001:db8::1'), 'six.example');
});

t.test('remembers names, and that there is none, for a while', async (t) => {
  let now = 0;
  const clock: Clock = {
    ...systemClock,
    now: () => now,
    at: (_time, wake) => systemClock.at(systemClock.now() + 2000, wake),
  };
  const { reverse, server } = await lookup(t, { '1.2.0.192.in-addr.arpa': ['one.example'] }, clock);
  const ask = async () => [await reverse.hostname('192.0.2.1'), await reverse.hostname('192.0.2.9')];
  t.same(await ask(), ['one.example', null]);
  t.same(await ask(), ['one.example', null]);
  t.equal(server.questions.length, 2);
  now += 600_001;
  await ask();
  t.equal(server.questions.length, 3, 'no name is asked for again sooner');
  now += 3_600_001;
  await ask();
  t.equal(server.questions.length, 5);
});

t.test('the same question at the same time is one', async (t) => {
  const { reverse, server } = await lookup(t, { '1.2.0.192.in-addr.arpa': ['one.example'] });
  const names = await Promise.all(Array.from({ length: 50 }, () => reverse.hostname('192.0.2.1')));
  t.same(new Set(names), new Set(['one.example']));
  t.equal(server.questions.length, 1);
});

t.test(
  'a server that does not answer is given up, and a bounded number of questions is under way',
  async (t) => {
    const silent: Zone = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i}.2.0.192.in-addr.arpa`, null]),
    );
    const { reverse, server } = await lookup(t, silent);
    const names = Array.from({ length: 40 }, (_, i) => reverse.hostname(`192.0.2.${i}`));
    await new Promise((resolve) => setTimeout(resolve, 50));
    t.ok(new Set(server.questions).size <= 16, `${new Set(server.questions).size} questions at once`);
    t.same(new Set(await Promise.all(names)), new Set([null]));
    t.equal(new Set(server.questions).size, 40, 'all were asked in the end');
  },
);

t.test('closing ends what is under way', async (t) => {
  const silent: Zone = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`${i}.2.0.192.in-addr.arpa`, null]),
  );
  const { reverse } = await lookup(t, silent);
  const names = Array.from({ length: 40 }, (_, i) => reverse.hostname(`192.0.2.${i}`));
  reverse.close();
  t.same(new Set(await Promise.all(names)), new Set([null]));
  t.equal(await reverse.hostname('192.0.2.200'), null);
});
