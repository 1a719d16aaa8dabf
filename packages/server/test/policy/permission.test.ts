import { networkInterfaces } from 'node:os';
import t from 'tap';
import { permission } from '../../src/policy/permission.js';

const own = () => ['198.18.5.5', '8.8.4.4', '2a00:1450::1', 'fe80::1'];

t.test('any permits everything', async (t) => {
  const permit = permission('any', own);
  for (const address of ['127.0.0.1', '10.0.0.1', '8.8.4.4', '::1']) t.ok(permit(address), address);
});

t.test('public permits what is public and not our own', async (t) => {
  const permit = permission('public', own);
  for (const address of ['8.8.8.8', '1.1.1.1', '2a00:1450::2', '2606:4700::1111'])
    t.ok(permit(address), address);
  const refused = [
    '127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '192.0.2.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '2001:db8::1',
    '::ffff:10.0.0.1',
    '::ffff:8.8.8.8',
    '64:ff9b::a00:1',
  ];
  for (const address of refused) t.notOk(permit(address), address);
  for (const address of ['8.8.4.4', '2a00:1450::1', '2a00:1450:0:0::1'])
    t.notOk(permit(address), `own ${address}`);
});

t.test("this machine's own addresses are found", async (t) => {
  const permit = permission('public');
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  t.ok(all.length > 0, 'there is one at least');
  for (const { address } of all) t.notOk(permit(address.split('%')[0]!), address);
});
