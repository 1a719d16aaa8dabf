import type { Hop, Sample } from '@locator/probe';
import { type HopAttempts, judgeLoss } from '../../../probe/src/statistics/loss.js';
import { summariseRtt } from '../../../probe/src/statistics/rtt.js';
import type { DescribedHop, PathRecord } from '../../src/path-record.js';
import { type Fault, moved, type Outage } from './faults.js';
import type { Network, Router, Stage } from './network.js';
import type { Random } from './random.js';

/** A router of this trace's path, and what is the matter with it and the link to it. */
interface Step {
  readonly router: Router;
  /** Index of its stage in the path of that time. */
  readonly stage: number;
  readonly delayMs: number;
  readonly loss: number;
  readonly withheld: number;
}

const PROBES = 3;
const HOUR_MS = 3_600_000;
const UNMEASURED = { kind: 'unmeasured', cause: 'off', reason: 'a simulation' } as const;
const NONE = 'all answered';

/** Stages of the path at trace number `at`. */
export function stagesAt(network: Network, faults: readonly Fault[], at: number): readonly Stage[] {
  return faults.reduce(
    (stages, fault) =>
      fault.kind === 'move' && fault.from <= at && at < fault.to ? moved(stages, fault) : stages,
    network.stages,
  );
}

/** Whether it shows at that trace, started then (wall-clock milliseconds). */
export function isActive(fault: Fault, at: number, startedAt: number): boolean {
  if (at < fault.from || at >= fault.to) return false;
  if (fault.kind !== 'congestion') return true;
  const hour = (startedAt / HOUR_MS) % 24;
  return hour >= fault.hours[0] && hour < fault.hours[1];
}

/** One trace as the tracer would report it: three probes per hop of one flow. */
export function observe(
  random: Random,
  network: Network,
  faults: readonly Fault[],
  at: number,
  startedAt: number,
): PathRecord {
  const active = faults.filter((fault) => isActive(fault, at, startedAt));
  const end = active.find((fault): fault is Outage => fault.kind === 'outage' || fault.kind === 'loop');
  let steps = walk(random, stagesAt(network, faults, at), active);
  if (end !== undefined) steps = cutShort(steps, end.at, end.kind === 'loop');
  return record(network, steps, startedAt, end?.kind ?? null, rounds(random, steps));
}

function walk(random: Random, stages: readonly Stage[], active: readonly Fault[]): Step[] {
  return stages.flatMap(({ branches }, stage) =>
    random.pick(branches).map((router, index): Step => {
      const here = active.filter((fault) => fault.at === stage);
      const step = { router, stage, delayMs: 0, loss: 0, withheld: 0 };
      for (const fault of here) {
        if (fault.kind === 'limit' || fault.kind === 'silence') step.withheld = fault.share;
        if (index > 0) continue;
        if (fault.kind === 'latency') step.delayMs = fault.ms;
        if (fault.kind === 'congestion') step.delayMs = fault.ms * random.between(0.7, 1.2);
        if (fault.kind === 'loss') step.loss = fault.share;
      }
      return step;
    }),
  );
}

function cutShort(steps: readonly Step[], stage: number, isLoop: boolean): Step[] {
  const kept = steps.filter((step) => step.stage < stage);
  if (!isLoop || kept.length < 2) return kept;
  const [a, b] = kept.slice(-2).map((step) => ({ ...step, router: { ...step.router, silent: false } }));
  return [...kept.slice(0, -2), a!, b!, a!, b!, a!, b!];
}

/** RTTs by hop and probe; null where no answer came. */
function rounds(random: Random, steps: readonly Step[]): (number | null)[][] {
  let base = 0;
  let passes = 1;
  const packetQueues: number[] = [];
  return steps.map(({ router, delayMs, loss, withheld }) => {
    base += router.linkMs + delayMs + random.exponential(router.traceQueueMs);
    passes *= 1 - loss;
    packetQueues.push(router.packetQueueMs);
    let left = router.burst;
    return Array.from({ length: PROBES }, () => {
      // One draw for each link's queue.
      const queued = packetQueues.reduce((sum, mean) => sum + random.exponential(mean), 0);
      const slow = random.exponential(router.slowMs) + (random.chance(0.01) ? random.between(20, 120) : 0);
      const isLost = !random.chance(passes) || random.chance(0.0003);
      if (router.silent || isLost || left <= 0 || random.chance(withheld)) return null;
      left -= 1;
      return base + queued + router.detourMs + slow;
    });
  });
}

function record(
  network: Network,
  steps: readonly Step[],
  startedAt: number,
  end: 'outage' | 'loop' | null,
  rtts: readonly (readonly (number | null)[])[],
): PathRecord {
  const { destination } = network;
  const answers = [...rtts, ...(end === 'outage' ? Array.from({ length: 5 }, () => [null, null, null]) : [])];
  const attempts = answers.map((hop, index): HopAttempts => {
    const router = steps[index]?.router;
    return {
      ttl: index + 1,
      destination: router === destination,
      unreachable: false,
      echo: true,
      attempts: hop.map((rtt, round) => ({
        sentAt: 0.45 * (round * answers.length + index),
        answeredBy: rtt === null ? null : router!.address,
      })),
    };
  });
  const hops = answers.map((hop, index) => describedHop(steps[index]?.router ?? null, hop, attempts, index));
  const reached = hops.at(-1)!.hop.destination && hops.at(-1)!.hop.address !== null;
  return {
    target: network.target,
    address: destination.address,
    source: '192.0.2.100',
    family: 4,
    protocol: 'icmp',
    port: null,
    reached,
    end: reached ? 'destination' : end === 'loop' ? 'loop' : 'silence',
    unreachable: null,
    loop: end === 'loop' ? { from: steps.length - 5, to: steps.length - 4 } : null,
    startedAt,
    durationMs: 100,
    socket: 'scripted',
    stamps: 'kernel',
    hops,
    about: destination.about,
  };
}

function describedHop(
  router: Router | null,
  rtts: readonly (number | null)[],
  attempts: readonly HopAttempts[],
  index: number,
): DescribedHop {
  const received = rtts.filter((rtt) => rtt !== null).length;
  const address = received === 0 || router === null ? null : router.address;
  const samples = rtts.flatMap((rttMs, attempt): Sample[] =>
    rttMs === null ? [] : [{ attempt, address: address!, rttMs, stamp: 'kernel', replyHopLimit: null }],
  );
  const sent = rtts.length;
  const hop: Hop = {
    ttl: index + 1,
    address,
    addresses: address === null ? [] : [address],
    samples,
    rtt: summariseRtt(samples),
    jitter: null,
    loss:
      received === sent
        ? { sent, received, ratio: 0, verdict: 'none', evidence: NONE }
        : judgeLoss(attempts, index),
    capacity: UNMEASURED,
    mpls: [],
    unreachable: null,
    mtu: null,
    destination: attempts[index]!.destination && address !== null,
    discarded: 0,
  };
  return { hop, about: address === null ? null : router!.about, hostname: null };
}
