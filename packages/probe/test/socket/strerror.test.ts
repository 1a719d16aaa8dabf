import t from 'tap';
import { errorCode } from '../../src/socket/strerror.js';

t.test('the texts of several systems', (t) => {
  t.equal(errorCode(new Error('Cannot assign requested address')), 'EADDRNOTAVAIL', 'glibc');
  t.equal(errorCode(new Error("Can't assign requested address")), 'EADDRNOTAVAIL', 'BSD');
  t.equal(errorCode(new Error('Address not available')), 'EADDRNOTAVAIL', 'musl');
  t.equal(errorCode(new Error('constructor')), 'UNKNOWN');
  t.equal(errorCode('Invalid argument'), 'UNKNOWN', 'only of errors');
  t.end();
});
