/** How routers and hosts answer, and when they do not. */
import { limits } from './description.js';
import { hardPath, line, mplsTunnel, shortQuotes, silentDestination, unreachable } from './descriptions.js';
import { count, last, three, withLab } from './with-lab.js';

withLab(
  'Linux limits its errors: six at once, then one per second',
  line({ delaysMs: three, nodes: { 2: { limits: limits.linux } } }),
  async (lab, t) => {
    const { stdout } = await lab.run('traceroute', [
      '-n',
      '-I',
      '-q',
      '10',
      '-w',
      '0.2',
      '-f',
      '2',
      '-m',
      '2',
      last,
    ]);
    const fates = await lab.truth();
    t.equal(count(fates, 'answered'), 6);
    t.equal(count(fates, 'limited'), 4);
    t.ok(fates.every((fate) => fate.at === 'r2'));
    t.equal(stdout.match(/\*/g)?.length, 4);
  },
);

withLab(
  'echo replies are exempt from limits',
  line({ delaysMs: three, nodes: { 3: { limits: limits.linux } } }),
  async (lab, t) => {
    await lab.run('fping', ['-c', '20', '-p', '10', '-q', last]);
    t.equal(count(await lab.truth(), 'answered'), 20);
  },
);

withLab(
  'a slow processor makes errors one at a time',
  line({ delaysMs: three, nodes: { 2: { service: { kind: 'uniform', lowUs: 1000, highUs: 1000 } } } }),
  async (lab, t) => {
    await lab.run('traceroute', ['-n', '-I', '-q', '4', '-N', '4', '-f', '2', '-m', '2', last]);
    const fates = await lab.truth();
    t.equal(fates.length, 4);
    const made = fates.map((fate) => Number(fate.sentAt - fates[0]!.sentAt) / 1e6 + fate.dueMs);
    const gaps = made.slice(1).map((at, index) => at - made[index]!);
    t.ok(
      gaps.every((gap) => gap > 0.999),
      `at least 1 ms apart: ${gaps.map((gap) => gap.toFixed(4)).join(' ')}`,
    );
  },
);

withLab('silent hops, a limited one and loss', hardPath(), async (lab, t) => {
  const { stdout } = await lab.run('traceroute', ['-n', '-I', '-q', '3', '-w', '0.3', '198.18.15.1']);
  for (const ttl of [5, 9]) t.match(stdout, new RegExp(`^ ?${ttl}  \\* \\* \\*$`, 'm'));
  const fates = await lab.truth();
  t.ok(
    fates
      .filter((fate) => fate.hopLimit === 5)
      .every((fate) => fate.outcome === 'silent' && fate.at === 'r5'),
  );
  t.ok(fates.every((fate) => fate.outcome !== 'lost-there' || fate.at === 'r10>r11'));
});

withLab('quotes of eight bytes are enough for traceroute', shortQuotes(), async (lab, t) => {
  const { stdout } = await lab.run('traceroute', ['-n', '-q', '1', '198.18.15.1']);
  t.match(stdout, /^15 {2}198\.18\.15\.1/m);
});

withLab('label stacks are read by the peers', mplsTunnel(), async (lab, t) => {
  const four = await lab.run('traceroute', ['-n', '-e', '-q', '1', '198.18.15.1']);
  t.match(four.stdout, / 5 {2}198\.18\.5\.1 <MPLS:L=24013,E=0,S=0,T=1\/L=300544,E=5,S=1,T=2>/);
  const six = await lab.run('traceroute', ['-6', '-n', '-e', '-q', '1', '2001:db8:f::1']);
  t.match(six.stdout, / 4 {2}2001:db8:4::1 <MPLS:L=24012,E=0,S=1,T=1>/);
});

for (const [refuse, mark4, mark6] of [
  ['host', '!H', '!H'],
  ['network', '!N', '!N'],
  ['prohibited', '!X', '!X'],
] as const) {
  withLab(`${refuse} unreachable`, unreachable(refuse), async (lab, t) => {
    const four = await lab.run('traceroute', ['-n', '-I', '-q', '1', '198.18.15.1']);
    t.match(four.stdout, new RegExp(`^ 9  198\\.18\\.9\\.1  [\\d.]+ ms ${mark4}$`, 'm'));
    const six = await lab.run('traceroute', ['-6', '-n', '-q', '1', '2001:db8:f::1']);
    t.match(six.stdout, new RegExp(`^ 9  2001:db8:9::1  [\\d.]+ ms ${mark6}$`, 'm'));
  });
}

withLab('a silent destination', silentDestination(), async (lab, t) => {
  for (const way of ['-I', '-U', '-T']) {
    await lab.run('traceroute', ['-n', way, '-q', '1', '-f', '15', '-m', '16', '-w', '0.2', '198.18.15.1']);
  }
  const fates = await lab.truth();
  t.strictSame([...new Set(fates.map((fate) => fate.transport))].sort(), ['icmp', 'tcp', 'udp']);
  t.ok(fates.every((fate) => fate.outcome === 'silent' && fate.at === 'target'));
});
