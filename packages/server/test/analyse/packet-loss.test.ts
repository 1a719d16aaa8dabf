import t from 'tap';
import { baselineOf } from '../../src/analyse/baseline.js';
import { packetLoss } from '../../src/analyse/packet-loss.js';
import { aTrace, type HopSpec, QUIET } from '../a-trace.js';

/** Hops of the quiet path of which so many of ten probes are missing, with the verdict on that. */
function path(...losses: readonly (readonly [missing: number, verdict?: HopSpec['verdict']])[]) {
  return losses.map(
    ([missing, verdict], index): HopSpec => ({
      address: missing === 10 ? null : QUIET[index]!,
      rtt: Array(10 - missing).fill(5),
      sent: 10,
      verdict: verdict ?? (missing === 0 ? 'none' : 'forwarding'),
    }),
  );
}

const judge = (hops: readonly HopSpec[], ...earlier: readonly (readonly HopSpec[])[]) =>
  packetLoss(
    aTrace({ hops, address: QUIET[4] }),
    baselineOf(earlier.map((hops) => aTrace({ hops, address: QUIET[4] }))),
  );

t.test('loss on the way, from its first hop on', async (t) => {
  t.same(judge(path([0], [0], [0], [0], [0])), []);
  t.match(judge(path([0], [0], [3], [2], [2])), [
    {
      type: 'PacketLoss',
      detail: 'Packet loss detected: 20% from hop 3 on',
      hop: 3,
      severity: 'medium',
      evidence: { sent: 10, received: 8, address: QUIET[2], usual: null },
    },
  ]);
  t.equal(judge(path([0], [0], [0], [0], [6]))[0]?.severity, 'high');
});

t.test('answers that are held back are no loss', async (t) => {
  for (const verdict of [
    'rate-limited',
    'silent',
    'path-changed',
    'unreachable-beyond',
    'unknown',
  ] as const) {
    t.same(judge(path([0], [5, verdict], [0], [0], [9, verdict])), [], verdict);
  }
  const found = judge(path([0], [8, 'rate-limited'], [2], [2], [2]));
  t.same([found[0]?.hop, found[0]?.detail], [3, 'Packet loss detected: 20% from hop 3 on']);
});

t.test('loss as in earlier traces is no news, more of it is', async (t) => {
  const lossy = path([0], [0], [2], [2], [2]);
  const clean = path([0], [0], [0], [0], [0]);
  const some = Array.from({ length: 10 }, () => lossy);
  t.match(judge(lossy, ...some), [
    { detail: 'Packet loss detected: 20% from hop 3 on, as in earlier traces', severity: 'info' },
  ]);
  t.equal(judge(path([0], [0], [8], [8], [8]), ...some)[0]?.severity, 'high');
  t.equal(judge(lossy, clean, clean)[0]?.severity, 'medium', 'none before, so any is new');
});

t.test('some is never called none, nor all', async (t) => {
  const of = (sent: number, received: number) =>
    judge([{ address: QUIET[0], rtt: Array(received).fill(5), sent, verdict: 'forwarding' }])[0]?.detail;
  t.equal(of(1000, 999), 'Packet loss detected: 1% from hop 1 on');
  t.equal(of(1000, 1), 'Packet loss detected: 99% from hop 1 on');
});
