import { randomInt } from 'node:crypto';
import { type Clock, systemClock } from './clock.js';
import { ProbeError } from './errors.js';
import type { TraceOptions, WatchOptions } from './options.js';
import { Prober } from './prober.js';
import { type FindSource, findSource } from './resolve/source.js';
import type { Destination } from './resolve/target.js';
import { chooseTransport } from './socket/choose-transport.js';
import { openSocket, type SocketChoice } from './socket/open-socket.js';
import type { Family, PacketSocket, SocketName, StampSource, Transport } from './socket/packet-socket.js';
import { startTrace, type Trace } from './trace.js';
import { startWatch, type Watch } from './watch.js';

export interface TracerOptions {
  /** Which socket to use; `auto`, the default, takes the best that works. LOCATOR_SOCKETS says the same. */
  readonly sockets?: SocketChoice;
  /** An open socket to use instead; the tracer owns it from now on. */
  readonly socket?: PacketSocket;
  readonly clock?: Clock;
  /** Most packets per second over all traces, default 5000. */
  readonly packetsPerSecond?: number;
  /** Uniform over 0 to 65535; what makes replies unforgeable. Tests pass a seeded one. */
  readonly random?: () => number;
  /** By default asks the system's routing table; a simulated network has its own. */
  readonly findSource?: FindSource;
}

/** Owns the sockets and shares them between any number of concurrent traces. */
export interface Tracer {
  readonly socket: {
    readonly name: SocketName;
    readonly stamps: StampSource;
    /** Better sockets that could not be used, and why. */
    readonly passedOver: readonly { readonly name: SocketName; readonly reason: string }[];
  };
  /** The kind of probe a trace sends that asks for none, or for this one. Throws PROTOCOL_UNAVAILABLE. */
  protocol(family: Family, wanted?: Transport): Transport;
  /** Starts at once; bad options or targets reject the trace's result, nothing is thrown here. */
  trace(target: string | Destination, options?: TraceOptions): Trace;
  /**
   * Traces round after round, one probe per hop and second, until its signal, its number of rounds or leaving
   * the loop stops it. Starts at once; bad options or targets make iterating throw.
   */
  watch(target: string | Destination, options?: WatchOptions): Watch;
  /** Ends every trace and watch and gives all descriptors back. Idempotent. */
  close(): Promise<void>;
}

/** Rejects with SOCKET_UNAVAILABLE or SOCKET_FORBIDDEN and a sentence that says what would help. */
export async function openTracer(options: TracerOptions = {}): Promise<Tracer> {
  const { clock = systemClock, packetsPerSecond = 5000, random = () => randomInt(0x10000) } = options;
  if (!(packetsPerSecond > 0)) {
    throw new ProbeError('OPTION_INVALID', `packetsPerSecond is ${packetsPerSecond}, expected more than 0`);
  }
  const { socket, passedOver } =
    options.socket === undefined
      ? await openSocket({ prefer: options.sockets })
      : { socket: options.socket, passedOver: [] };
  const prober = new Prober(socket, clock, packetsPerSecond);
  const context = { prober, clock, random, findSource: options.findSource ?? findSource };
  let closing: Promise<void> | undefined;
  const open = async () => {
    if (closing !== undefined) throw new ProbeError('TRACER_CLOSED');
    return context;
  };
  return {
    socket: Object.freeze({ name: socket.name, stamps: socket.stamps, passedOver }),
    protocol: (family, wanted) => chooseTransport(socket, family, wanted ?? null),
    trace: (target, traceOptions) => startTrace(open, target, traceOptions),
    watch: (target, watchOptions) => startWatch(open, target, watchOptions),
    close() {
      closing ??= prober.close();
      return closing;
    },
  };
}

let shared: Promise<Tracer> | undefined;

/**
 * Traces with a tracer that the whole process shares, opened at the first call. An idle one does not keep the
 * process alive.
 *
 *     for await (const hop of trace('example.com')) console.log(hop.ttl, hop.address, hop.rtt?.median);
 */
export function trace(target: string | Destination, options?: TraceOptions): Trace {
  // The trace starts in the shared tracer as soon as that is open; until then it is only a promise.
  return deferred(sharedTracer(), target, options);
}

/**
 * Watches with the same shared tracer.
 *
 *     for await (const { round, hops } of watch('example.com')) console.log(round, hops.at(-1)?.rtt?.p95);
 */
export function watch(target: string | Destination, options?: WatchOptions): Watch {
  const started = sharedTracer().then((open) => open.watch(target, options));
  started.catch(() => {});
  async function* rounds() {
    yield* await started;
  }
  return { [Symbol.asyncIterator]: rounds };
}

function sharedTracer(): Promise<Tracer> {
  shared ??= openTracer().catch((error) => {
    shared = undefined;
    throw error;
  });
  return shared;
}

function deferred(tracer: Promise<Tracer>, target: string | Destination, options?: TraceOptions): Trace {
  const started = tracer.then((open) => open.trace(target, options));
  const result = started.then((running) => running.result);
  result.catch(() => {});
  async function* hops() {
    yield* await started;
  }
  async function* sightings() {
    yield* (await started).sightings;
  }
  return { result, sightings: { [Symbol.asyncIterator]: sightings }, [Symbol.asyncIterator]: hops };
}
