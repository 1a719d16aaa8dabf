import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Network, Router } from '../src/scripted/network.js';
import { quantile } from '../src/statistics/quantile.js';
import type { WatchRound } from '../src/watch-round.js';
import { stage, to } from './watch-over.js';

export interface LongWatch {
  readonly rounds: number;
  /** Bytes of the heap in use after a collection, when a tenth of the rounds was over and at the end. */
  readonly heap: readonly [number, number];
  readonly hops: readonly {
    readonly ttl: number;
    readonly address: string;
    readonly sent: number;
    readonly received: number;
    /** Relative error of p50, p95 and p99 against those of all true RTTs. */
    readonly errors: readonly number[];
  }[];
  /** Answers said to be missing while the network lost nothing and the path changed. */
  readonly falseMisses: number;
  /** Round of the first snapshot that shows the new path whole. */
  readonly changedAt: number;
  readonly verdicts: readonly string[];
  readonly tookMs: number;
}

const SHARES = [0.5, 0.95, 0.99];
/** Rounds without any loss before the path changes, and after. */
const QUIET = 100;

/**
 * So many rounds in virtual time over a path with jitter and loss, on which in the middle, while nothing is
 * lost, one router is replaced and one more comes in.
 */
export async function longWatch(rounds: number, seed: number): Promise<LongWatch> {
  const middle = 0.4 * rounds;
  const changeAt = middle * 1000 - 500;
  const truths = Array.from({ length: 4 }, () => ({ count: 0, rtts: new Float64Array(rounds + 32) }));
  let began = 0;
  const { clock, tracer } = await stage(network(changeAt, seed), ({ distance, rttMs, at }) => {
    const isGrown = at - began > changeAt;
    const truth = truths[Math.min(distance, isGrown && distance === 5 ? 4 : distance) - 1];
    if (isGrown && distance === 4) return;
    if (truth !== undefined) truth.rtts[truth.count++] = rttMs;
  });
  began = clock.now();

  const missing: number[] = [];
  const heap: number[] = [];
  let changedAt = 0;
  let last: WatchRound | null = null;
  const started = performance.now();
  const reading = (async () => {
    for await (const snapshot of tracer.watch(to, { rounds })) {
      const { round, hops } = snapshot;
      last = snapshot;
      if (hops.length === 5 && changedAt === 0) changedAt = round;
      if (round === middle - QUIET || round === middle + QUIET) missing.push(missed(snapshot));
      if (round === rounds / 10 || round === rounds) heap.push(heapInUse());
    }
  })();
  await clock.runUntil(reading);
  const tookMs = performance.now() - started;
  await tracer.close();

  const { hops } = last!;
  const kept = hops.filter(({ ttl }) => ttl !== 4);
  return {
    rounds,
    heap: [heap[0]!, heap[1]!],
    hops: kept.map(({ ttl, address, sent, received, rtt }, index) => {
      const { rtts, count } = truths[index]!;
      const sorted = Array.from(rtts.subarray(0, count).sort());
      const read = [rtt!.median, rtt!.p95, rtt!.p99];
      const errors = SHARES.map((share, at) => Math.abs(read[at]! / quantile(sorted, share) - 1));
      return { ttl, address: address!, sent, received, errors };
    }),
    falseMisses: missing[1]! - missing[0]!,
    changedAt,
    verdicts: hops.map(({ loss }) => loss.verdict),
    tookMs,
  };
}

/** Answers that any hop is said to have missed so far. */
function missed({ hops }: WatchRound): number {
  return hops.reduce((sum, { sent, received }) => sum + sent - received, 0);
}

function network(changeAt: number, seed: number): Network {
  const router = (n: number, more: Partial<Router>): Router => ({
    address: `10.0.${n}.1`,
    forwardMs: 5,
    jitterMs: 4,
    icmpJitterMs: 1,
    ...more,
  });
  // The second router keeps answers back, the link to the third loses packets.
  const old = (lossy: number) => [
    router(1, {}),
    router(2, { replyLoss: 0.05 * lossy }),
    router(3, { loss: 0.02 * lossy }),
  ];
  const grown = (lossy: number) => [
    router(1, {}),
    router(12, { replyLoss: 0.05 * lossy, forwardMs: 9 }),
    router(3, { loss: 0.02 * lossy }),
    router(4, {}),
  ];
  const quietMs = (QUIET + 5) * 1000;
  return {
    seed,
    paths: [
      {
        to,
        // A first round in which the destination's only probe is lost sees it one hop further away.
        hops: old(0),
        destination: { forwardMs: 5, jitterMs: 4 },
        changes: [
          { atMs: 500, hops: old(1) },
          { atMs: changeAt - quietMs, hops: old(0) },
          { atMs: changeAt, hops: grown(0) },
          { atMs: changeAt + quietMs, hops: grown(1) },
        ],
      },
    ],
  };
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
