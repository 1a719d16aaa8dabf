/** The real server around a tracer that plays what it is told: for the page's states that no lab can bring about. */
import { systemClock, type Tracer, type WatchHop, type WatchRound } from '@locator/probe';
import { build } from '../../packages/server/src/app.js';
import { readConfig } from '../../packages/server/src/config.js';
import { openMemoryStore } from '../../packages/server/src/store/memory-store.js';
import { fakeIntel } from '../../packages/server/test/fake-intel.js';
import { type FakeTrace, fakeTracer } from '../../packages/server/test/fake-tracer.js';
import { destination, hostnames, known, type Way, worldHops, worldTrace } from './world-path.js';

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface PageServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
  /** Earlier traces to begin with. */
  readonly past?: number;
  /** From one hop of a trace to the next. */
  readonly hopMs?: number;
  readonly watch?: WatchScript;
}

export interface WatchScript {
  readonly hops: number;
  readonly rounds: number;
  readonly roundMs: number;
  /** Rounds from one change of the path to the next; 50 unless told. */
  readonly changeEvery?: number;
  /** Waited for after a round has been told: until the page has shown it, say. */
  readonly told?: (round: number) => Promise<void> | undefined;
}

export async function openPageServer(options: PageServerOptions = {}): Promise<PageServer> {
  const { env = {}, port = 0, past = 0, hopMs = 5 } = options;
  const store = await openMemoryStore();
  await store.appendAll(pastTraces(past));
  const { watch = { hops: 12, rounds: Number.POSITIVE_INFINITY, roundMs: 200 } } = options;
  let traces = 0;
  const script = (trace: FakeTrace) => void play(trace, hopMs, ++traces % 3 === 0 ? 'detour' : 'usual');
  const tracer: Tracer = {
    ...fakeTracer(script),
    watch: (_target, { signal } = {}) => watchRounds(watch, signal),
  };
  const source = { entries: 1, updatedAt: '2026-11-01T00:00:00Z', state: 'in-use', problem: null } as const;
  const app = build({
    tracer,
    store,
    clock: systemClock,
    config: readConfig(env),
    lookup: async () => [destination],
    intel: fakeIntel({
      known,
      hostname: async (address) => hostnames.get(address) ?? null,
      sources: [
        {
          ...source,
          name: 'dbip',
          kind: 'place',
          attribution: 'IP Geolocation by DB-IP',
          url: 'https://db-ip.com',
        },
        {
          ...source,
          name: 'Spamhaus DROP',
          kind: 'threats',
          entries: 1650,
          attribution: 'The Spamhaus Project',
          url: 'https://www.spamhaus.org',
        },
      ],
    }),
  });
  const url = await app.listen({ host: '127.0.0.1', port });
  return { url, close: () => app.close().then(() => store.close()) };
}

async function play(trace: FakeTrace, hopMs: number, way: Way): Promise<void> {
  const hops = worldHops(way, way === 'usual' ? 0 : 30);
  for (const hop of hops) {
    await new Promise((resolve) => setTimeout(resolve, hopMs));
    if (trace.aborted) return;
    trace.emit(hop);
  }
  const startedAt = Date.now() - hops.length * hopMs;
  trace.end({ hops, reached: true, end: 'destination', startedAt, durationMs: hops.length * hopMs });
}

/** One every ten minutes: most the usual way, the rest by a detour, the latest ones slower. */
function pastTraces(count: number) {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const age = count - index;
    const way = index % 7 === 3 || index % 11 === 5 ? 'detour' : 'usual';
    return worldTrace(now - age * 600_000, way, age < count / 6 ? 14 : 0);
  });
}

/** A path whose figures move, with a loss now and then and, every so many rounds, a change. */
async function* watchRounds(
  { hops, rounds, roundMs, changeEvery = 50, told }: WatchScript,
  signal: AbortSignal | undefined,
): AsyncGenerator<WatchRound, void> {
  const base = worldHops();
  for (let round = 1; round <= rounds && !signal?.aborted; round++) {
    const isMoved = Math.floor(round / changeEvery) % 2 === 1;
    const watched = Array.from({ length: hops }, (_, index) => watchHop(index, round, isMoved, base, hops));
    const last = watched.at(-1)!;
    yield {
      round,
      startedAt: Date.now(),
      hops: watched,
      destination: last,
      reached: last.lastRttMs !== null,
      end: 'destination',
      unreachable: null,
      loop: null,
      changes:
        round % changeEvery === 0
          ? [{ ttl: 5, from: addressOf(4, !isMoved, base)!, to: addressOf(4, isMoved, base)! }]
          : [],
      unsent: 0,
    };
    await new Promise((resolve) => setTimeout(resolve, roundMs));
    await told?.(round);
  }
}

function addressOf(index: number, isMoved: boolean, base: ReturnType<typeof worldHops>): string | null {
  if (index === 4 && isMoved) return '62.115.125.9';
  return index < base.length ? base[index]!.address : `198.18.${index}.1`;
}

function watchHop(
  index: number,
  round: number,
  isMoved: boolean,
  base: ReturnType<typeof worldHops>,
  hops: number,
): WatchHop {
  const address = addressOf(index, isMoved, base);
  const usual = base[index]?.rtt?.median ?? 10 + 3 * index;
  const isMissing = address === null || (round * 7 + index * 13) % 29 === 0;
  const rttMs = usual * (1 + 0.04 * Math.sin(round / 3 + index)) + ((round * 31 + index * 17) % 13) * 0.1;
  const received = address === null ? 0 : round - Math.floor(round / 29);
  return {
    ttl: index + 1,
    address,
    addresses: address === null ? [] : [address],
    since: address === null ? null : Date.now(),
    lastRttMs: isMissing ? null : rttMs,
    rtt:
      address === null
        ? null
        : {
            samples: received,
            min: usual * 0.96,
            median: usual,
            p95: usual * 1.03 + 1,
            p99: usual * 1.04 + 1.2,
            max: usual * 1.05 + 1.3,
            stddev: usual * 0.02,
            stamps: 'kernel',
          },
    jitter:
      address === null ? null : { mean: usual * 0.02, rfc3550: usual * 0.018, p95MinusMin: usual * 0.07 + 1 },
    sent: round,
    received,
    loss: {
      sent: Math.min(100, round),
      received: Math.min(100, received),
      ratio: address === null ? 1 : 1 - received / round,
      verdict: address === null ? 'silent' : received === round ? 'none' : 'unknown',
      evidence: `${received} of ${round} probes answered`,
    },
    mpls: [],
    unreachable: null,
    mtu: null,
    destination: index === hops - 1,
    discarded: 0,
  };
}
