import { type Aim, takeAim } from './aim.js';
import { HopAssembler } from './assemble-hop.js';
import { capacityLimits } from './capacity-limits.js';
import type { Clock } from './clock.js';
import type { Hop, TraceEnd, TraceResult } from './hop.js';
import { HopStream } from './hop-stream.js';
import { readOptions, type TraceOptions, type TraceSettings } from './options.js';
import { PathPlan } from './plan/path-plan.js';
import { TracePlan } from './plan/trace-plan.js';
import type { Prober } from './prober.js';
import type { FindSource } from './resolve/source.js';
import type { Destination } from './resolve/target.js';
import { Stop } from './stop.js';

/**
 * A trace under way. Iterating gives each hop in TTL order as soon as it is final, and starts from the first
 * whenever it is called; leaving the loop early stops the trace. It runs whether or not anybody listens.
 */
export interface Trace extends AsyncIterable<Hop> {
  /**
   * The whole, once it has ended; what answered late is in its hops. Rejects, as iterating throws, with the
   * ProbeError that kept the trace from running. A stopped trace resolves with `end: 'aborted'`.
   */
  readonly result: Promise<TraceResult>;
  /**
   * Routers as soon as each answers for the first time, in the order of their answers and with what is known by
   * then: for whoever wants to show or look up addresses before their hops are final. Where capacities are measured,
   * each hop that answers comes once more when only its capacity is still to come.
   */
  readonly sightings: AsyncIterable<Hop>;
}

export interface TraceContext {
  readonly prober: Prober;
  readonly clock: Clock;
  /** Uniform over 0 to 65535, not to be guessed. */
  readonly random: () => number;
  readonly findSource: FindSource;
}

/** Starts a trace: from a target text to hops. The story of a path, with every step's work in its own file. */
export function startTrace(
  open: () => Promise<TraceContext>,
  target: string | Destination,
  options: TraceOptions = {},
): Trace {
  const stop = new Stop(options.signal);
  const hops = new HopStream(() => stop.stop());
  const sightings = new HopStream(() => {});

  async function follow(): Promise<TraceResult> {
    const settings = readOptions(options);
    const context = await open();
    const { prober, random, findSource } = context;
    const tools = { socket: prober.socket, random, findSource };
    await prober.turn(stop);
    const aim = await takeAim(target, tools, settings, options);
    return measure({ context, settings, aim, hops, sightings, stop });
  }

  const result = follow();
  const end = (error?: unknown) => {
    stop.release();
    hops.end(error);
    sightings.end();
  };
  result.then(() => end(), end);
  return {
    result,
    sightings: { [Symbol.asyncIterator]: () => sightings.read() },
    [Symbol.asyncIterator]: () => hops.read(),
  };
}

interface Errand {
  readonly context: TraceContext;
  readonly settings: TraceSettings;
  readonly aim: Aim;
  readonly hops: HopStream;
  readonly sightings: HopStream;
  readonly stop: Stop;
}

/**
 * Once it is its turn: from an aim to hops. All that a trace piles up is made here and hangs on nothing older, so that
 * it is as short-lived for the garbage collector as it is for us, however long the trace waited.
 */
async function measure({ context, settings, aim, hops, sightings, stop }: Errand): Promise<TraceResult> {
  const { prober, clock } = context;
  const { firstTtl, port } = settings;
  const { destination, source, sourceBytes, transport, flow } = aim;
  const { family } = destination;
  const path = new PathPlan(settings);
  const plan = new TracePlan(path, firstTtl, capacityLimits(settings, prober.socket, family, transport));
  const assembler = new HopAssembler(plan, firstTtl, transport);
  const startedAt = clock.wall();
  const began = clock.now();

  const sighted = new Set<number>();
  let shown = firstTtl - 1;
  const progress = () => {
    if (sightings.isRead) {
      for (const { ttl, answer } of path.sent) {
        if (answer?.kind !== 'passed' || ttl <= path.settled || sighted.has(ttl)) continue;
        sighted.add(ttl);
        sightings.push(...assembler.hops(ttl, ttl));
      }
      // Final but for their capacities.
      const settled = assembler.hops(Math.max(shown, plan.settled) + 1, path.settled);
      sightings.push(...settled.filter(({ address }) => address !== null));
      shown = path.settled;
    }
    if (hops.isRead) hops.push(...assembler.hops(firstTtl + hops.length, plan.settled));
  };
  const ending = await prober.run({ family, transport, source: sourceBytes, flow, plan, progress }, stop);

  const end: TraceEnd = ending === 'aborted' ? 'aborted' : path.outcome();
  const all = assembler.hops(firstTtl, Math.min(path.settled, path.end));
  // For whoever comes to read them after all.
  hops.push(...all.slice(hops.length));
  return Object.freeze({
    target: destination.target,
    address: destination.address,
    source,
    family,
    protocol: transport,
    port: transport === 'udp' ? port : null,
    reached: end === 'destination',
    end,
    unreachable: end === 'unreachable' ? (all.at(-1)?.unreachable ?? null) : null,
    loop: end === 'loop' ? path.loop : null,
    startedAt,
    durationMs: clock.now() - began,
    socket: prober.socket.name,
    stamps: prober.socket.stamps,
    hops: Object.freeze(all),
  });
}
