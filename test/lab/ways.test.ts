/** Which way packets take: balancing, loops, changes, many targets. */
import { line, many, routeChange, routingLoop, threeWays } from './descriptions.js';
import { expectedHops } from './expected.js';
import type { Fate } from './truth.js';
import { last, three, withLab } from './with-lab.js';

withLab('a routing loop goes round until the TTL ends', routingLoop(), async (lab, t) => {
  const { stdout } = await lab.run('traceroute', ['-n', '-I', '-q', '1', '-m', '13', '198.18.15.1']);
  const hops = [...stdout.matchAll(/^\s*\d+ {2}198\.18\.(\d+)\.1 {2}([\d.]+)/gm)];
  t.strictSame(
    hops.slice(7).map((hop) => Number(hop[1])),
    [8, 9, 8, 9, 8, 9],
  );
});

for (const [balance, flows, paris] of [
  ['flow', true, true],
  ['addresses', false, true],
  ['packet', true, false],
] as const) {
  withLab(`balancing by ${balance}`, threeWays(balance), async (lab, t) => {
    const target = '198.18.11.1';
    await lab.run('traceroute', ['-n', '-q', '10', '-f', '3', '-m', '3', target]);
    const classic = new Set((await lab.truth()).map((fate) => fate.at));
    t.equal(classic.size > 1, flows, `ten ports met ${[...classic]}`);
    await lab.run('traceroute', ['-n', '-U', '--sport=33000', '-q', '10', '-f', '3', '-m', '3', target]);
    const constant = new Set((await lab.truth()).map((fate) => fate.at));
    t.equal(constant.size > 1, !paris, `one pair of ports met ${[...constant]}`);
  });
}

withLab('the way changes when it is time', routeChange(400), async (lab, t) => {
  const { stdout } = await lab.run('ping', [
    '-n',
    '-c',
    '5',
    '-i',
    '0.2',
    '-t',
    '5',
    '-W',
    '1',
    '198.18.15.1',
  ]);
  const from = [...stdout.matchAll(/From 198\.18\.(\d+)\.1/g)].map((match) => match[1]);
  t.equal(from[0], '5');
  t.equal(from.at(-1), '105');
});

withLab('what is asked for changes at once', line({ delaysMs: three }), async (lab, t) => {
  const ask = async () => {
    await lab.run('ping', ['-n', '-c', '1', '-W', '0.2', last]);
    return (await lab.truth()).map((fate) => fate.outcome);
  };
  t.strictSame(await ask(), ['answered']);
  await lab.change({ nodes: { target: { echo: 'silent' } } });
  t.strictSame(await ask(), ['silent']);
  await lab.change({ nodes: { target: { echo: 'reply' } }, wires: { 'r2>target': { loss: 1 } } });
  t.strictSame(await ask(), ['lost-there']);
  await lab.change({
    wires: { 'r2>target': { loss: 0 } },
    routes: [{ at: 'r1', to: 'target', discard: true }],
  });
  t.strictSame(await ask(), ['discarded']);
});

withLab('many targets at once', many(200), async (lab, t) => {
  const internet = many(200);
  const addresses = Array.from({ length: 200 }, (_, n) => String(internet.nodes[`t${n}`]!.v4));
  const { stdout } = await lab.run('fping', ['-i', '1', '-r', '0', '-t', '500', ...addresses]);
  t.equal(stdout.match(/is alive/g)?.length, 200, 'all answer');
  await lab.truth();

  const asked = [0, 57, 199];
  await Promise.all(asked.map((n) => lab.run('traceroute', ['-n', '-I', '-q', '1', addresses[n]!])));
  const fates = await lab.truth();
  for (const n of asked) {
    const hops = expectedHops(internet, `t${n}`, 4);
    t.strictSame(
      new Set(fates.filter((fate) => fate.destination === addresses[n] && fate.hopLimit <= 15).map(seenFrom)),
      new Set(hops.map((hop) => `${hop.ttl} ${hop.addresses[0]} ${hop.rttMs.max.toFixed(3)}`)),
      `the hops to t${n}`,
    );
  }
});

const seenFrom = (fate: Fate) => `${fate.hopLimit} ${fate.answer?.from} ${fate.delayMs.toFixed(3)}`;
