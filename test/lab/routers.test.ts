/** Real Linux routers, with the system's own ICMP limits: every test asks few enough questions for them. */
import t from 'tap';
import { labOptions } from './available.js';
import { fiveRouters, openRouters, type Routers, refusedPrefixes } from './routers.js';

const options = await labOptions(['traceroute', 'ping', 'nft', 'tc', 'sysctl']);

async function open(t: { teardown(end: () => unknown): void }, routers: Routers = fiveRouters) {
  const lab = await openRouters(routers);
  t.teardown(() => lab.close());
  return lab;
}

/** `ttl address mark` of every line. */
const hopsIn = (text: string) =>
  [...text.matchAll(/^\s*(\d+) {2}(\S+)(?: {2}[\d.]+ ms)?(?: (!\S+))?/gm)].map((line) => line.slice(1, 4));

t.test('the chain as it is described, IPv4 and IPv6', options, async (t) => {
  const lab = await open(t);
  t.equal(lab.hops.length, 6);
  for (const args of [['-I'], ['-6', '-I']]) {
    const six = args.includes('-6');
    const target = six ? lab.target.v6 : lab.target.v4;
    const { stdout } = await lab.run('traceroute', ['-n', '-q', '1', '-N', '1', ...args, target]);
    const hops = hopsIn(stdout);
    t.equal(hops.length, 6, `${args.join(' ')} sees six hops`);
    hops.forEach(([ttl, address], index) => {
      const hop = lab.hops[index]!;
      t.equal(Number(ttl), index + 1);
      t.ok((six ? hop.v6 : hop.v4).includes(address!), `${address} is one of ${hop.nodes}`);
    });
  }
});

t.test('the fork is chosen by flow', options, async (t) => {
  const lab = await open(t, { ...fiveRouters, sysctls: { 'net.ipv4.icmp_ratelimit': 0 } });
  const third = ['-f', '3', '-m', '3', lab.target.v4];
  const from = (text: string) => [...new Set(text.match(/10\.80\.[\d.]+/g))].sort();
  const ports = await lab.run('traceroute', ['-n', '-q', '10', '-N', '10', ...third]);
  const more = await lab.run('traceroute', ['-n', '-p', '40000', '-q', '10', '-N', '10', ...third]);
  t.strictSame(from(ports.stdout + more.stdout), [...lab.hops[2]!.v4].sort(), 'many ports take both ways');
  const one = await lab.run('traceroute', ['-n', '-U', '--sport=33000', '-q', '10', ...third]);
  t.equal(from(one.stdout).length, 1, 'one pair of ports takes one way');
});

t.test('the limit of the system: six errors at once', options, async (t) => {
  const lab = await open(t);
  const { stdout } = await lab.run('traceroute', [
    '-n',
    '-I',
    '-q',
    '10',
    '-N',
    '10',
    '-w',
    '0.3',
    '-f',
    '2',
    '-m',
    '2',
    lab.target.v4,
  ]);
  t.equal(stdout.match(/ ms/g)?.length, 6);
});

t.test('a silent router', options, async (t) => {
  const lab = await open(t, { ...fiveRouters, silent: ['r2'] });
  for (const [family, target] of [
    ['-4', lab.target.v4],
    ['-6', lab.target.v6],
  ] as const) {
    const { stdout } = await lab.run('traceroute', [
      '-n',
      '-I',
      family,
      '-q',
      '1',
      '-N',
      '1',
      '-w',
      '0.3',
      target,
    ]);
    t.strictSame(
      hopsIn(stdout).map(([, address]) => address === '*'),
      [false, true, false, false, false, false],
    );
  }
});

t.test('random loss', options, async (t) => {
  const lab = await open(t, { ...fiveRouters, loss: { r4: 0.3 } });
  const { stdout } = await lab.run('ping', [
    '-n',
    '-q',
    '-c',
    '500',
    '-i',
    '0.002',
    '-W',
    '0.2',
    lab.target.v4,
  ]);
  const received = Number(/(\d+) received/.exec(stdout)?.[1]);
  // Both ways lose: 0.49 come back, ± five standard deviations.
  t.ok(Math.abs(received - 245) < 56, `${received} of 500 came back`);
});

t.test('a shaped link', options, async (t) => {
  const lab = await open(t, { ...fiveRouters, shaped: { 'r4>r5': { mbps: 10 } } });
  const { stdout } = await lab.run('ping', ['-n', '-c', '8', '-l', '8', '-s', '1472', lab.target.v4]);
  const times = [...stdout.matchAll(/time=([\d.]+)/g)].map((match) => Number(match[1]));
  t.equal(times.length, 8);
  // Seven frames of 1514 bytes at 10 Mbit/s behind the first: 8.5 ms, if the filter is there at all.
  t.ok(Math.max(...times) - Math.min(...times) > 6, `${times.join(' ')} ms`);
});

t.test('prefixes that are refused', options, async (t) => {
  const marks = { host: ['!H', '!N'], network: ['!N', '!N'], prohibited: ['!X', '!X'] } as const;
  for (const kind of ['host', 'network', 'prohibited'] as const) {
    const lab = await open(t);
    const { v4, v6 } = refusedPrefixes[kind];
    for (const [index, prefix] of [v4, v6].entries()) {
      const address = prefix.replace(/0\/24$/, '1').replace(/\/64$/, '1');
      const { stdout } = await lab.run('traceroute', [
        '-n',
        ...(index ? ['-6'] : []),
        '-q',
        '1',
        '-N',
        '1',
        address,
      ]);
      t.strictSame(
        hopsIn(stdout)
          .at(-1)
          ?.filter((_, part) => part !== 1),
        ['4', marks[kind][index]],
        `${kind} ${address}`,
      );
    }
  }
});

t.test('one can work on a router', options, async (t) => {
  const lab = await open(t);
  const { stdout } = await lab.on('r3a', 'sysctl', ['-n', 'net.ipv4.icmp_ratelimit']);
  t.equal(stdout, '1000\n', "the system's own limit");
});
