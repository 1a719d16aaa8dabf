import fc from 'fast-check';
import t from 'tap';
import { holds, seedOf } from '../../../probe/test/seed.js';
import { digest, rttCode, rttOfCode } from '../../src/analyse/digest.js';
import { aTrace, QUIET } from '../a-trace.js';

t.test('an RTT is kept within 0.02 %, and kept again it is the same', async (t) => {
  const rtts = fc.double({ min: 0.001, max: 120_000, noNaN: true });
  holds(t, 'from a microsecond to two minutes', seedOf(t), 1000, rtts, (rtt) => {
    const kept = rttOfCode(rttCode(rtt));
    if (Math.abs(kept / rtt - 1) > 2e-4) throw new Error(`${rtt} became ${kept}`);
    if (rttOfCode(rttCode(kept)) !== kept) throw new Error(`${kept} does not stay`);
  });
  t.same([rttCode(1e-9), rttCode(1e9)], [1, 65535], 'what is outside is at the ends');
});

t.test('what is kept of a trace', async (t) => {
  const kept = digest(
    aTrace({
      hops: [
        { address: QUIET[0], rtt: [1, 3, 2] },
        null,
        { address: QUIET[2], rtt: [5], sent: 3, verdict: 'rate-limited' },
        { addresses: [QUIET[3], '198.51.100.99'], rtt: [7, 70, 7], verdict: 'path-changed' },
        { address: QUIET[4], rtt: [9, 9], sent: 3, verdict: 'forwarding' },
        null,
      ],
      reached: false,
    }),
  );
  t.match(kept, { firstTtl: 1, length: null });
  t.same(
    kept.hops.map(({ address, rttMs, sent, received }) => [
      address,
      rttMs && Math.round(rttMs),
      sent,
      received,
    ]),
    [
      [QUIET[0], 2, 3, 3],
      [null, null, 3, 0],
      [QUIET[2], 5, 3, 1],
      [QUIET[3], null, 0, 0],
      [QUIET[4], 9, 3, 2],
    ],
    'no RTTs and no answers of two paths, no silence at the end',
  );
});
