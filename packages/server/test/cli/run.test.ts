import t from 'tap';
import { run } from '../../src/cli/run.js';
import { anIo } from './an-io.js';

const commands = ['serve', 'trace', 'history', 'analyze', 'update', 'doctor'];

t.test('help', async (t) => {
  for (const argv of [['--help'], ['-h'], ['help']]) {
    const io = anIo();
    t.equal(await run(argv, io), 0);
    for (const name of commands) t.match(io.said.out, new RegExp(`^  ${name}\\b`, 'm'));
    t.equal(io.said.err, '');
  }
  const io = anIo();
  t.equal(await run([], io), 2, 'no command is wrong usage');
  t.match(io.said.err, /^Usage: locator COMMAND/m);
  t.equal(io.said.out, '');
});

t.test('help of each command names all of its flags', async (t) => {
  for (const name of commands) {
    const io = anIo();
    t.equal(await run([name, '--help'], io), 0);
    t.match(io.said.out, new RegExp(`^Usage: locator ${name}\\b`, 'm'));
    t.match(io.said.out, /^ {2}--help +show this$/m);
  }
  const io = anIo();
  await run(['serve', '--help'], io);
  for (const name of ['LOCATOR_HOST', 'LOCATOR_PORT, default 8000', 'LOCATOR_TOKEN', 'LOCATOR_DROP_URL']) {
    t.match(io.said.out, name);
  }
});

t.test('version', async (t) => {
  const io = anIo();
  t.equal(await run(['--version'], io), 0);
  t.match(io.said.out, /^\d+\.\d+\.\d+\n$/);
});

const wrong: readonly [argv: string[], sentence: RegExp][] = [
  [['trasse'], /^There is no command "trasse": see locator --help\.\n$/],
  [['trace'], /^locator trace needs a target: [^\n]*\.\nSee locator trace --help\.\n$/],
  [['trace', 'a', 'b'], /^"b" is one argument too many\.\n/],
  [['history', 'a', 'b'], /^"b" is one argument too many\.\n/],
  [['update', 'a'], /^"a" is one argument too many\.\n/],
  [['trace', 'a', '--nonsense'], /--nonsense/],
  [['trace', 'a', '--probes'], /--probes/],
  [['trace', 'a', '--probes', '0'], /^--probes must be a whole number from 1 to 100, not "0"\.\n/],
  [['trace', 'a', '--max-hops', '1.5'], /^--max-hops must be a whole number from 1 to 64, not "1\.5"\.\n/],
  [['trace', 'a', '--family', '5'], /^--family must be 4 or 6, not "5"\.\n/],
  [['trace', 'a', '--protocol', 'sctp'], /^--protocol must be icmp or udp or tcp, not "sctp"\.\n/],
  [['trace', 'a', '--protocol', 'tcp'], /TCP/],
  [['trace', 'a', '--protocol', 'icmp', '--port', '53'], /^port goes with protocol=udp/],
  [
    ['trace', 'a', '--sockets', 'best'],
    /^--sockets is "best", expected auto, native, unprivileged or raw-socket\.\n$/,
  ],
  [['trace', 'a', '--bandwidth', 'much'], /^--bandwidth is "much", expected off, quick or thorough\.\n$/],
  [['history', '--limit', 'many'], /^--limit must be a whole number from 1 to 1000, not "many"\.\n/],
  [['history', '--before', 'yesterday'], /^--before must be a time such as /],
  [['serve', '--port', '99999'], /^--port is "99999", expected a port from 0 to 65535\.\n$/],
  [['serve', '--cache-max-age=-1'], /^--cache-max-age is "-1", expected /],
];

for (const [argv, sentence] of wrong) {
  t.test(`exit code 2 for: locator ${argv.join(' ')}`, async (t) => {
    const io = anIo();
    t.equal(await run(argv, io), 2);
    t.match(io.said.err, sentence);
    t.notMatch(io.said.err, /^\s+at /m, 'a sentence, not a stack');
    t.equal(io.said.out, '');
  });
}

t.test('a bad environment stops the start with one sentence', async (t) => {
  const io = anIo({ LOCATOR_PORT: 'eighty' });
  t.equal(await run(['serve'], io), 2);
  t.equal(io.said.err, 'LOCATOR_PORT is "eighty", expected a port from 0 to 65535.\n');
});
