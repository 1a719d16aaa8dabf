import { networkInterfaces } from 'node:os';
import t from 'tap';
import { parseAddress } from '../../src/packet/address.js';
import { OwnAddresses } from '../../src/socket/own-addresses.js';

t.test('knows the addresses of all interfaces, and no others', (t) => {
  const own = new OwnAddresses();
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  t.ok(addresses.length > 0);
  for (const { address } of addresses) {
    t.ok(own.has(parseAddress(address.split('%')[0]!)!), address);
  }
  t.ok(own.has(Uint8Array.of(127, 1, 2, 3)), 'all of 127.0.0.0/8');
  for (const foreign of ['198.51.100.77', '2001:db8:77::77', '0.0.0.0', '::', '255.255.255.255']) {
    t.notOk(own.has(parseAddress(foreign)!), foreign);
  }
  t.end();
});
