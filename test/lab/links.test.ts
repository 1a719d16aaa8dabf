/** What links do: loss, queues, cross traffic, jitter, MTU. */
import { line } from './descriptions.js';
import { count, last, three, withLab } from './with-lab.js';

withLab(
  'loss is near what is asked for, in each direction',
  line({ delaysMs: [0.1], wires: { 1: { loss: 0.1 } }, back: { 1: { loss: 0.3 } } }),
  async (lab, t) => {
    await lab.run('ping', ['-q', '-c', '500', '-i', '0.001', '-W', '0.2', '198.18.1.1']);
    const fates = await lab.truth();
    t.equal(fates.length, 500);
    // Five standard deviations to either side.
    t.ok(Math.abs(count(fates, 'lost-there') - 50) < 5 * Math.sqrt(45), 'lost there');
    t.ok(Math.abs(count(fates, 'lost-back') - 135) < 5 * Math.sqrt(99), 'lost on the way back');
    t.ok(
      fates.every(
        (fate) =>
          fate.at ===
          (fate.outcome === 'lost-there'
            ? 'home>target'
            : fate.outcome === 'lost-back'
              ? 'target>home'
              : 'target'),
      ),
    );
  },
);

withLab(
  'a narrow link spaces packets out, and drops what its queue cannot hold',
  line({
    delaysMs: [0.1, 0.1],
    wires: { 2: { capacityMbps: 10, queueBytes: 4500 } },
    back: { 2: { capacityMbps: 100 } },
  }),
  async (lab, t) => {
    await lab.run('ping', ['-n', '-c', '8', '-l', '8', '-W', '1', '-s', '1472', '198.18.2.1']);
    const fates = await lab.truth();
    t.equal(fates.length, 8);
    const passed = fates.filter((fate) => fate.outcome === 'answered');
    t.ok(passed.length >= 3 && passed.length < 8, `${passed.length} passed`);
    t.equal(passed.length + count(fates, 'queue-full-there'), 8);
    const arrivals = passed.map((fate) => Number(fate.sentAt - fates[0]!.sentAt) / 1e6 + fate.dueMs);
    const gaps = arrivals.slice(1).map((at, index) => at - arrivals[index]!);
    // 1500 bytes at 10 Mbit/s; stamps and clock readings differ by fractions of a microsecond.
    t.ok(
      gaps.every((gap) => gap > 1.199),
      `1.2 ms apart: ${gaps.map((gap) => gap.toFixed(4)).join(' ')}`,
    );
    t.ok(
      Math.abs(passed[0]!.dueMs - (0.4 + 1.2 + 0.12)) < 1e-6,
      'transmission counts once there and once back',
    );
    t.equal(passed[0]!.capacityMbps, 10);
  },
);

withLab(
  'cross traffic fills a queue to its load',
  line({
    delaysMs: [0.1],
    wires: { 1: { capacityMbps: 10, cross: { kind: 'poisson', load: 0.5, bytes: [1500] } } },
    back: { 1: { capacityMbps: 0, cross: { kind: 'poisson', load: 0 } } },
  }),
  async (lab, t) => {
    await lab.run('ping', ['-q', '-c', '400', '-i', '0.005', '198.18.1.1']);
    const waits = (await lab.truth()).map((fate) => fate.dueMs - fate.delayMs - (84 * 8) / 10e3);
    const free = waits.filter((wait) => wait < 1e-5).length / waits.length;
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    // M/D/1: nobody is in the way with probability 1 − ρ; the mean wait is ρs / 2(1 − ρ) = 0.6 ms.
    t.ok(free > 0.35 && free < 0.65, `${free} of the probes found the link free`);
    t.ok(mean > 0.3 && mean < 1, `mean wait ${mean.toFixed(3)} ms`);
  },
);

withLab(
  'jitter is added as described, and keeps the order',
  line({
    delaysMs: [0.1],
    wires: { 1: { jitter: { kind: 'exponential', meanUs: 300 } } },
    back: { 1: { jitter: { kind: 'uniform', lowUs: 0, highUs: 0 } } },
  }),
  async (lab, t) => {
    await lab.run('ping', ['-q', '-c', '400', '-i', '0.003', '198.18.1.1']);
    const extra = (await lab.truth()).map((fate) => fate.dueMs - fate.delayMs);
    const mean = extra.reduce((sum, ms) => sum + ms, 0) / extra.length;
    t.ok(Math.abs(mean - 0.3) < 0.075, `mean ${mean.toFixed(4)} ms of 0.3`);
  },
);

withLab('a small MTU is told', line({ delaysMs: three, wires: { 2: { mtu: 1400 } } }), async (lab, t) => {
  const { stdout } = await lab.run('ping', ['-n', '-c', '1', '-W', '1', '-M', 'do', '-s', '1472', last]);
  t.match(stdout, /From 198\.18\.1\.1 icmp_seq=1 Frag needed and DF set \(mtu = 1400\)/);
  const six = await lab.run('ping', [
    '-6',
    '-n',
    '-c',
    '1',
    '-W',
    '1',
    '-M',
    'do',
    '-s',
    '1452',
    '2001:db8:3::1',
  ]);
  t.match(six.stdout, /From 2001:db8:1::1 icmp_seq=1 Packet too big: mtu=1400/);
});
