import t from 'tap';
import { compile, routesOf } from './compile.js';
import type { Internet } from './description.js';
import {
  fifteenHops,
  hardPath,
  home,
  line,
  many,
  routingLoop,
  threeWays,
  unreachable,
} from './descriptions.js';
import { expectedHops } from './expected.js';

const small: Internet = {
  seed: 5,
  home: { v4: '10.0.0.2' },
  nodes: {
    r1: { v4: '198.18.1.1', limits: [{ perSecond: 1, burst: 6, perHost: true }], quote: 8 },
    target: {
      v4: ['198.18.2.1', '198.18.2.2'],
      mpls: [{ label: 16, trafficClass: 5, ttl: 3 }, { label: 17 }],
    },
  },
  links: [
    { between: ['home', 'r1'], there: { delayMs: 0.25, capacityMbps: 10 } },
    {
      between: ['r1', 'target'],
      there: { delayMs: 1, loss: 0.5, jitter: { kind: 'normal', meanUs: 3, deviationUs: 1 } },
      back: { delayMs: 2 },
    },
  ],
  paths: [{ to: 'target', through: ['r1'] }],
  changes: [{ atMs: 500, nodes: { r1: { silent: true } }, wires: { 'target>r1': { delayMs: 4 } } }],
};

t.strictSame(
  compile(small).lines,
  [
    'seed 5',
    'node 0 address=10.0.0.2',
    'node 1 address=198.18.1.1 limits=1/6/host quote=8',
    'node 2 address=198.18.2.1 address=198.18.2.2 mpls=10a03,11101',
    'pipe 0 to=1 delay=250000 rate=10000000 room=125000',
    'pipe 1 to=0 delay=250000 rate=10000000 room=125000',
    'pipe 2 to=2 delay=1000000 loss=0.5 jitter=normal/3000/1000',
    'pipe 3 to=1 delay=2000000',
    'route 1 2 via=2',
    'route 0 2 via=0',
    'at 500 node 1 silent=1',
    'at 500 pipe 3 delay=4000000',
  ],
  'a description becomes lines',
);

t.strictSame(
  routesOf({ to: 'z', through: ['a', [['b', 'c'], ['d'], []], 'e'] }),
  [
    { at: 'e', to: 'z', via: ['z'] },
    { at: 'b', to: 'z', via: ['c'] },
    { at: 'c', to: 'z', via: ['e'] },
    { at: 'd', to: 'z', via: ['e'] },
    { at: 'a', to: 'z', via: ['b', 'd', 'e'] },
    { at: 'home', to: 'z', via: ['a'] },
  ],
  'branches of different lengths, one of them empty',
);

t.throws(() => compile({ ...small, paths: [{ to: 'nobody', through: ['r1'] }] }), /nothing named/);
t.throws(() => compile({ ...small, links: [...small.links, small.links[0]!] }), /two of one link name/);
t.throws(
  () => compile(line({ wires: { 1: { cross: { kind: 'poisson', load: 0.5 } } } })),
  /needs a capacity/,
  'cross traffic without a capacity means nothing',
);

t.test('what an ideal instrument sees', async (t) => {
  const hops = expectedHops(fifteenHops({ wires: { 4: { capacityMbps: 20 } } }), 'target', 4);
  t.equal(hops.length, 15);
  t.match(hops[14], { ttl: 15, addresses: ['198.18.15.1'], end: true, capacityMbps: 20 });
  t.equal(hops[2]!.capacityMbps, null);
  t.equal(Math.round(hops[14]!.rttMs.max * 1e6), 80e6);
  t.strictSame(expectedHops(hardPath(), 'target', 6)[4]!.addresses, [], 'a silent hop has no address');
  t.equal(expectedHops(unreachable(), 'target', 4).length, 9, 'the way ends where it is refused');
  t.equal(expectedHops(routingLoop(), 'target', 4, 12).length, 12);
  t.match(expectedHops(threeWays(), 'target', 6)[2], {
    nodes: ['a3', 'b3', 'c3'],
    rttMs: { min: 5, max: 7 },
  });
});

t.test('many targets', async (t) => {
  const internet = many(100);
  const addresses = Object.values(internet.nodes).map((node) => node.v4);
  t.equal(new Set(addresses).size, addresses.length, 'no address twice');
  t.equal(internet.home, home);
  for (const target of [0, 99]) {
    t.equal(expectedHops(internet, `t${target}`, 4).length, 15);
  }
});
