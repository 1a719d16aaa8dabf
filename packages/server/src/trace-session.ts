import { isDeepStrictEqual } from 'node:util';
import type { Intel } from '@locator/intel';
import { type Clock, type Hop, type ResolveOptions, resolveTarget, type Tracer } from '@locator/probe';
import { describeHop } from './describe-hop.js';
import { describeHops, type Revision } from './describe-hops.js';
import { ServerError } from './errors.js';
import type { Permission } from './policy/permission.js';
import type { Config } from './settings.js';
import type { Kept, TraceKeeper } from './trace-keeper.js';
import type { TraceRequest } from './trace-request.js';

/** A thing, or one that is being opened. */
export type Opening<T> = T | Promise<T>;

export interface SessionTools {
  readonly tracer: Tracer;
  readonly intel: Opening<Pick<Intel, 'enrich' | 'hostname'>>;
  readonly clock: Clock;
  readonly keeper: Opening<TraceKeeper>;
  readonly permit: Permission;
  readonly lookup?: ResolveOptions['lookup'];
  /** As in `describeHops`. */
  readonly nameWaitMs: number | null;
  /** What capacities may cost where the request does not say, and where this machine is. */
  readonly config: Pick<Config, 'bandwidth' | 'bandwidthBytes' | 'bandwidthMbps'> &
    Partial<Pick<Config, 'position'>>;
}

export type SessionEvent = ({ readonly kind: 'hop' } & Revision) | ({ readonly kind: 'end' } & Kept);

/**
 * The story of one trace, from the text a person typed to the stored record: resolve, permit, measure,
 * describe, publish, store. Yields every hop as it becomes known and, once the trace is stored, its end.
 *
 * Throws ProbeError as `resolveTarget` and the tracer do, and STOPPED when `signal` ended it early: a
 * trace that was stopped is no trace, so nothing of it is kept. A failing store does not throw.
 */
export async function* traceSession(
  tools: SessionTools,
  request: TraceRequest,
  signal: AbortSignal,
): AsyncGenerator<SessionEvent, void> {
  const { tracer, clock, permit, lookup } = tools;
  const { target: text, ...options } = request;

  const destination = await resolveTarget(text, { family: options.family, permit, lookup, signal });
  const { target, family } = destination;
  const protocol = tracer.protocol(family, options.protocol);
  const trace = tracer.trace(destination, { ...loadOf(tools.config), ...options, signal });
  // The same error comes out of the iteration below; here it must only not be an unhandled one.
  trace.result.catch(() => {});

  // Probes are on their way while what describes and keeps them may still be opening.
  const [intel, keeper] = await Promise.all([tools.intel, tools.keeper]);
  const entry = await keeper.begin({ target, family, protocol }, clock.wall());

  try {
    const published = new Map<number, Revision>();
    for await (const revision of describeHops(trace, { ...tools, intel })) {
      published.set(revision.hop.hop.ttl, revision);
      yield { kind: 'hop', ...revision };
    }
    const result = await trace.result;
    if (result.end === 'aborted') throw new ServerError('STOPPED');

    const hops = [];
    for (const hop of result.hops) {
      const before = published.get(hop.ttl);
      const last =
        before && isDeepStrictEqual(before.hop.hop, hop) ? before : revise(before, hop, intel, tools);
      if (last !== before) yield { kind: 'hop', ...last };
      hops.push(last.hop);
    }
    const about = intel.enrich(result.address);
    yield { kind: 'end', ...(await entry.keep({ ...result, hops, about })) };
  } finally {
    await entry.drop();
  }
}

function loadOf({ bandwidth, bandwidthBytes, bandwidthMbps }: SessionTools['config']) {
  return {
    bandwidth,
    ...(bandwidthBytes !== null && { bandwidthBytes }),
    ...(bandwidthMbps !== null && { bandwidthMbps }),
  };
}

/** A hop published before, with what answered since: late replies count as long as the trace lives. */
function revise(
  before: Revision | undefined,
  hop: Hop,
  intel: Pick<Intel, 'enrich'>,
  { config }: Pick<SessionTools, 'config'>,
): Revision {
  const same = before?.hop.hop.address === hop.address;
  const about = same ? before.hop.about : hop.address === null ? null : intel.enrich(hop.address);
  const hostname = same ? before.hop.hostname : null;
  const described = describeHop(hop, about, hostname, config.position ?? null);
  return { hop: described, revision: (before?.revision ?? 0) + 1, complete: false };
}

/** A stored trace as the events it once was. */
export async function* replay(kept: Kept): AsyncGenerator<SessionEvent, void> {
  for (const hop of kept.trace.hops) yield { kind: 'hop', hop, revision: 1, complete: true };
  yield { kind: 'end', ...kept };
}

/** Lets a session run to its end and gives what came of it. */
export async function outcome(session: AsyncIterable<SessionEvent>): Promise<Kept> {
  for await (const event of session) {
    if (event.kind === 'end') return event;
  }
  throw new ServerError('STOPPED');
}
