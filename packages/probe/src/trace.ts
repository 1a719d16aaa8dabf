import { type Aim, takeAim } from './aim.js';
import { HopAssembler } from './assemble-hop.js';
import { capacityLimits } from './capacity-limits.js';
import type { Clock } from './clock.js';
import type { Hop, TraceEnd, TraceResult } from './hop.js';
import { HopStream } from './hop-stream.js';
import { HopTeller } from './hop-teller.js';
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
  const { firstTtl } = settings;
  const { family } = aim.destination;
  const { transport, sourceBytes: source, flow } = aim;
  const path = new PathPlan(settings);
  const plan = new TracePlan(path, firstTtl, capacityLimits(settings, prober.socket, family, transport));
  const assembler = new HopAssembler(plan, firstTtl, transport);
  const teller = new HopTeller(plan, assembler, firstTtl, hops, sightings);
  const startedAt = clock.wall();
  const began = clock.now();

  const ending = await prober.run(
    { family, transport, source, flow, plan, progress: () => teller.tell() },
    stop,
  );

  const all = assembler.hops(firstTtl, Math.min(path.settled, path.end));
  // For whoever comes to read them after all.
  hops.push(...all.slice(hops.length));
  const durationMs = clock.now() - began;
  return toResult({ context, settings, aim, path, ending, startedAt, durationMs, hops: all });
}

interface Outcome extends Pick<Errand, 'context' | 'settings' | 'aim'> {
  readonly path: PathPlan;
  readonly ending: 'done' | 'aborted';
  readonly startedAt: number;
  readonly durationMs: number;
  readonly hops: readonly Hop[];
}

function toResult({
  context,
  settings,
  aim,
  path,
  ending,
  startedAt,
  durationMs,
  hops,
}: Outcome): TraceResult {
  const { socket } = context.prober;
  const { destination, source, transport } = aim;
  const end: TraceEnd = ending === 'aborted' ? 'aborted' : path.outcome();
  return Object.freeze({
    target: destination.target,
    address: destination.address,
    source,
    family: destination.family,
    protocol: transport,
    port: transport === 'udp' ? settings.port : null,
    reached: end === 'destination',
    end,
    unreachable: end === 'unreachable' ? (hops.at(-1)?.unreachable ?? null) : null,
    loop: end === 'loop' ? path.loop : null,
    startedAt,
    durationMs,
    socket: socket.name,
    stamps: socket.stamps,
    hops: Object.freeze(hops),
  });
}
