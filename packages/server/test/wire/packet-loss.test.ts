import fc from 'fast-check';
import t from 'tap';
import { packetLoss } from '../../src/wire/packet-loss.js';
import { seedOf } from '../seed.js';

t.test('whole per cent', async (t) => {
  t.equal(packetLoss({ sent: 3, received: 3 }), '0%');
  t.equal(packetLoss({ sent: 3, received: 2 }), '33%');
  t.equal(packetLoss({ sent: 3, received: 1 }), '67%');
  t.equal(packetLoss({ sent: 3, received: 0 }), '100%');
  t.equal(packetLoss({ sent: 0, received: 0 }), '100%', 'nothing asked, nothing answered');
  t.equal(packetLoss({ sent: 1000, received: 999 }), '1%', 'something was lost');
  t.equal(packetLoss({ sent: 1000, received: 1 }), '99%', 'something arrived');
  t.equal(packetLoss({ sent: 3, received: 4 }), '0%', 'a duplicated reply is no negative loss');
});

t.test('0% and 100% mean exactly that', async (t) => {
  const counts = fc
    .nat(100_000)
    .chain((sent) => fc.record({ sent: fc.constant(sent), received: fc.nat(sent) }));
  fc.assert(
    fc.property(counts, ({ sent, received }) => {
      const text = packetLoss({ sent, received });
      const percent = Number(/^(\d{1,3})%$/.exec(text)?.[1]);
      const off = Math.abs(percent - 100 * (1 - received / Math.max(1, sent)));
      return (
        (text === '100%') === (received === 0) &&
        (text === '0%') === (received === sent && sent > 0) &&
        (received === 0 || off < 1)
      );
    }),
    { seed: seedOf(t) },
  );
  t.pass('for any counts');
});
