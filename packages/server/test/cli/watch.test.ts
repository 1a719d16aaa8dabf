import { openTracer } from '@locator/probe';
import t from 'tap';
import { run } from '../../src/cli/run.js';
import { until } from '../until.js';
import { anIo } from './an-io.js';

async function obstacle(): Promise<string | null> {
  try {
    await (await openTracer()).close();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const why = await obstacle();
if (why !== null && process.env.LOCATOR_LAB === 'required') t.fail(`nothing can be traced here: ${why}`);
const options = { skip: why === null ? false : `nothing can be traced here: ${why}` };
const dataDir = t.testdir();
const argv = (...more: readonly string[]) => [
  'watch',
  '127.0.0.1',
  '--interval',
  '0.1',
  '--data-dir',
  dataDir,
  ...more,
];

t.test('elsewhere than on a terminal: the last table, and a summary', options, async (t) => {
  const io = anIo();
  t.equal(await run(argv('--rounds', '3'), io), 0, io.said.err);
  const [heading, row, summary, ...rest] = io.said.out.split('\n');
  t.match(heading, /^hop {2}host +loss +sent +last ms +min +median +p95 +max +jitter/);
  t.match(row, /^ {2}1 {2}127\.0\.0\.1.* 0% +3 +\d+\.\d{3} /);
  t.match(
    summary,
    /^127\.0\.0\.1, over [a-z-]+, (kernel|user) time stamps: 127\.0\.0\.1 answered 3 of 3 probes in 3 rounds$/,
  );
  t.same(rest, ['']);
});

t.test('--json: one object per round and nothing else', options, async (t) => {
  const io = anIo();
  t.equal(await run(argv('--rounds', '3', '--json', '--no-dns', '--protocol', 'udp'), io), 0, io.said.err);
  t.equal(io.said.err, '');
  const rounds = io.said.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.same(
    rounds.map(({ round }) => round),
    [1, 2, 3],
  );
  t.match(rounds[2], {
    started_at: /^\d{4}-.*Z$/,
    reached: true,
    end: 'destination',
    changes: [],
    hops: [
      {
        hop: 1,
        ip: '127.0.0.1',
        hostname: null,
        destination: true,
        packet_loss: '0%',
        sent: 3,
        received: 3,
        loss: { verdict: 'none' },
        rtt: { samples: 3, median: Number, p95: Number },
        special: 'loopback',
      },
    ],
  });
});

t.test('on a terminal: over and over, until Ctrl-C, and the last table stays', options, async (t) => {
  const stop = new AbortController();
  const io = anIo({}, stop.signal);
  Object.assign(io.out, { isTTY: true, columns: 80, rows: 24 });
  const ended = run(argv('--no-dns'), io);
  await until(() => io.said.out.includes('round 3 of') || io.said.err !== '');
  stop.abort('SIGINT');
  t.equal(await ended, 0, io.said.err);
  t.equal(io.said.err, '');
  const shown = io.said.out.split('\u001b[3F\u001b[J');
  t.ok(shown.length >= 4, 'written over after each round');
  t.match(
    shown.at(-1),
    /^hop {2}host.*\n {2}1 {2}127\.0\.0\.1.*\n127\.0\.0\.1, over .* answered \d+ of \d+ probes/,
  );
  for (const block of shown) for (const line of block.split('\n').slice(1, 3)) t.ok(line.length <= 120, line);
});

t.test('stopped before it began', options, async (t) => {
  const io = anIo({}, AbortSignal.abort('SIGINT'));
  t.equal(await run(argv(), io), 1);
  t.equal(io.said.err, 'Stopped before the first round was over.\n');
});

t.test('bad usage is one sentence and exit code 2', async (t) => {
  for (const [flag, value] of [
    ['--interval', '0.05'],
    ['--interval', '1e3'],
    ['--rounds', '0'],
    ['--protocol', 'tcp'],
    ['--family', '5'],
    ['--max-hops', '65'],
    ['--port', '0'],
  ] as const) {
    const io = anIo();
    t.equal(await run(['watch', '127.0.0.1', flag, value], io), 2);
    t.match(io.said.err, new RegExp(`^${flag} must be .*\nSee locator watch --help\\.\n$`));
  }
  const io = anIo();
  t.equal(await run(['watch'], io), 2);
  t.match(io.said.err, /needs a target/);
  const help = anIo();
  t.equal(await run(['watch', '--help'], help), 0);
  t.match(help.said.out, /--interval SECONDS/);
});
