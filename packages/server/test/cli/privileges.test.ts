import t from 'tap';
import { heldCapabilities, pingGroups, privileges } from '../../src/cli/privileges.js';

t.test('capabilities are bits of CapEff', async (t) => {
  const status = (set: string) =>
    `Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t${set}\nCapBnd:\t000001ffffffffff\n`;
  t.strictSame(heldCapabilities(status('000001ffffffffff')), ['CAP_NET_ADMIN', 'CAP_NET_RAW']);
  t.strictSame(heldCapabilities(status('0000000000002000')), ['CAP_NET_RAW']);
  t.strictSame(heldCapabilities(status('0000000000001000')), ['CAP_NET_ADMIN']);
  t.strictSame(heldCapabilities(status('0000000000000000')), []);
  t.strictSame(heldCapabilities(''), []);
});

t.test('groups that may open ICMP datagram sockets', async (t) => {
  t.match(pingGroups('1\t0\n', [0, 1]), /: not allowed .* 1 0\)$/);
  t.match(pingGroups('0\t2147483647\n', [1000]), /: allowed .* 0 2147483647\)$/);
  t.match(pingGroups('100 200', [1000, 150]), /: allowed/);
  t.match(pingGroups('100 200', [1000]), /: not allowed/);
});

t.test(
  'this process',
  { skip: process.platform === 'linux' ? false : 'only Linux says it in files' },
  async (t) => {
    t.match(await privileges(), [
      /^running as (root|user \d+), capabilities for the network: /,
      /ping_group_range/,
    ]);
  },
);
