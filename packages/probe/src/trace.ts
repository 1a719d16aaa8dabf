import { assembleHop } from './assemble-hop.js';
import type { Clock } from './clock.js';
import { ProbeError } from './errors.js';
import type { Hop, TraceEnd, TraceResult } from './hop.js';
import { HopStream } from './hop-stream.js';
import { Flow } from './match/flow.js';
import { readOptions, type TraceOptions } from './options.js';
import { parseAddress } from './packet/address.js';
import { PathPlan } from './plan/path-plan.js';
import type { Prober } from './prober.js';
import type { FindSource } from './resolve/source.js';
import { type Destination, resolveTarget } from './resolve/target.js';
import { chooseTransport } from './socket/choose-transport.js';

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
   * then: for whoever wants to show or look up addresses before their hops are final.
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
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const hops = new HopStream(() => stop.abort());
  const sightings = new HopStream(() => {});

  async function follow(): Promise<TraceResult> {
    const settings = readOptions(options);
    const { prober, clock, random, findSource } = await open();
    const destination =
      typeof target === 'string' ? await resolveTarget(target, { ...options, signal }) : target;
    const source = await findSource(destination.address);
    const transport = chooseTransport(prober.socket, destination.family, settings.protocol);

    const { family } = destination;
    const { port, size, firstTtl } = settings;
    const terms = prober.socket.terms(family, transport)!;
    const ends = { source: bytesOf(source), destination: bytesOf(destination.address) };
    const flow = new Flow({ family, transport, ...ends, port, size, terms, random });
    const plan = new PathPlan(settings);
    const startedAt = clock.wall();
    const began = clock.now();

    const sighted = new Set<number>();
    const progress = () => {
      if (sightings.isRead) {
        for (const { ttl, answer } of plan.sent) {
          if (answer?.kind !== 'passed' || ttl <= plan.settled || sighted.has(ttl)) continue;
          sighted.add(ttl);
          sightings.push(assembleHop(plan, transport, firstTtl, ttl));
        }
      }
      for (let ttl = firstTtl + hops.length; ttl <= plan.settled; ttl++)
        hops.push(assembleHop(plan, transport, firstTtl, ttl));
    };
    const ending = await prober.run({ family, transport, source: ends.source, flow, plan, progress }, signal);

    const end: TraceEnd = ending === 'aborted' ? 'aborted' : plan.outcome();
    const told = Math.min(hops.length, plan.end - firstTtl + 1);
    const all = Array.from({ length: told }, (_, index) =>
      assembleHop(plan, transport, firstTtl, firstTtl + index),
    );
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
      startedAt,
      durationMs: clock.now() - began,
      socket: prober.socket.name,
      stamps: prober.socket.stamps,
      hops: Object.freeze(all),
    });
  }

  const result = follow();
  result.then(
    () => hops.end(),
    (error) => hops.end(error),
  );
  result.catch(() => {}).then(() => sightings.end());
  return {
    result,
    sightings: { [Symbol.asyncIterator]: () => sightings.read() },
    [Symbol.asyncIterator]: () => hops.read(),
  };
}

function bytesOf(address: string): Uint8Array {
  const bytes = parseAddress(address);
  if (bytes === null) throw new ProbeError('TARGET_MALFORMED', JSON.stringify(address));
  return bytes;
}
