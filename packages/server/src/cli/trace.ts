import { openTracer, systemClock } from '@locator/probe';
import { readSettings } from '../read-settings.js';
import { openDescriptions, openStore } from '../services.js';
import type { Store } from '../store/store.js';

import { TraceKeeper } from '../trace-keeper.js';
import { type TraceRequest, traceRequest } from '../trace-request.js';
import { type SessionTools, traceSession } from '../trace-session.js';
import { encodeHop } from '../wire/hop.js';
import { type Command, type Io, oneOf, type Values, wholeNumber } from './command.js';
import { configFlags } from './config-flags.js';
import { hopTable } from './hop-table.js';
import { outcomeInWords } from './outcome.js';
import { StatusLine } from './status-line.js';

/** A person at a terminal likes names better than a fast first row. */
const NAME_WAIT_MS = 500;
const DEFAULT_WIDTH = 120;

/** What is asked of the tracer, also by other commands. */
export const probeFlags: Command['flags'] = {
  protocol: { type: 'string', value: 'icmp|udp', about: 'kind of probe' },
  probes: { type: 'string', value: 'N', about: 'probes per hop, 1 to 100' },
  'max-hops': { type: 'string', value: 'N', about: 'largest TTL, 1 to 64' },
  family: { type: 'string', value: '4|6', about: 'IP version, for names that have both' },
  port: { type: 'string', value: 'N', about: 'destination port of UDP probes' },
  'no-bandwidth': { type: 'boolean', about: 'do not measure capacities, the same as --bandwidth off' },
  ...configFlags('bandwidth', 'bandwidthBytes', 'bandwidthMbps'),
};

export const trace: Command = {
  name: 'trace',
  summary: 'Trace the path to a target, show each hop as it becomes known, and store the trace',
  operand: 'TARGET',
  flags: {
    ...probeFlags,
    json: { type: 'boolean', about: 'print the hops as NDJSON, as /api/trace does, and nothing else' },
    'no-dns': { type: 'boolean', about: 'do not look host names up' },
    ...configFlags('sockets', 'dataDir'),
  },

  async run(target, values, io) {
    const request = readRequest(target!, values);
    const config = readSettings(io.env, values);
    const tracer = await openTracer({ sockets: config.sockets });
    const store = openStore(config);
    const intel = openDescriptions(config);
    const keeper = store.then((store) => keeperOf(store, io));
    const opened = Promise.allSettled([keeper, intel]);
    // Stamps that are taken in this process would have its other work in them, and trains have little time to leave in.
    const measuresCapacities = (request.bandwidth ?? config.bandwidth) !== 'off';
    if (tracer.socket.stamps === 'user' || measuresCapacities) await opened;
    const nameWaitMs = values['no-dns'] ? null : NAME_WAIT_MS;
    try {
      const tools = { tracer, intel, keeper, config, clock: systemClock, nameWaitMs, permit: () => true };
      return await (values.json ? printJson(tools, request, io) : printTable(tools, request, io));
    } catch (error) {
      if (!io.signal.aborted) throw error;
      return 1;
    } finally {
      await tracer.close();
      await opened;
      await (await store).close();
      await (await intel).close();
    }
  },
};

/** Throws or ServerError for a combination that cannot be. */
export function readRequest(target: string, values: Values): TraceRequest {
  const family = oneOf(values, 'family', ['4', '6']);
  return traceRequest({
    target,
    protocol: oneOf(values, 'protocol', ['icmp', 'udp', 'tcp']),
    probes: wholeNumber(values, 'probes', 1, 100),
    maxHops: wholeNumber(values, 'max-hops', 1, 64),
    family: family === undefined ? undefined : family === '4' ? 4 : 6,
    port: wholeNumber(values, 'port', 1, 65535),
    bandwidth: values['no-bandwidth'] ? 'off' : undefined,
  });
}

function keeperOf(store: Store, { err }: Io): TraceKeeper {
  if (store.problem) err.write(`${store.problem}\n`);
  const complain = (details: object, message: string) => err.write(`${message}: ${reason(details)}\n`);
  return new TraceKeeper(store, { warn: complain, error: complain });
}

async function printJson(tools: SessionTools, request: TraceRequest, { out, signal }: Io): Promise<number> {
  let reached = false;
  for await (const event of traceSession(tools, request, signal)) {
    if (event.kind === 'end') reached = event.trace.reached;
    else if (event.complete) out.write(`${JSON.stringify(encodeHop(event.hop))}\n`);
  }
  return reached ? 0 : 1;
}

async function printTable(tools: SessionTools, request: TraceRequest, io: Io): Promise<number> {
  const { out, err, signal } = io;
  const table = hopTable(out.columns ?? DEFAULT_WIDTH);
  const status = new StatusLine(err);
  status.show(`tracing ${request.target} …`);
  let shown = 0;
  const sighted = new Set<number>();
  try {
    for await (const event of traceSession(tools, request, signal)) {
      status.clear();
      if (event.kind === 'end') {
        const { target, address, reached, hops, durationMs, protocol, socket, stamps } = event.trace;
        const name = target === address ? target : `${target} (${address})`;
        const how = outcomeInWords({ ...event.trace, hops: hops.map(({ hop }) => hop) });
        const kept = event.stored ? `stored as ${event.trace.id}` : 'not stored';
        out.write(
          `${name} ${how}: ${hops.length} ${hops.length === 1 ? 'hop' : 'hops'} in ${Math.round(durationMs)} ms, ${protocol} over ${socket}, ${stamps} time stamps, ${kept}\n`,
        );
        return reached ? 0 : 1;
      }
      sighted.add(event.hop.hop.ttl);
      if (!event.complete) {
        status.show(`waiting for hop ${shown + 1}, ${sighted.size} have answered …`);
        continue;
      }
      if (shown === 0) out.write(`${table.heading}\n`);
      shown = event.hop.hop.ttl;
      out.write(`${table.rows(event.hop).join('\n')}\n`);
      status.show(`waiting for hop ${shown + 1} …`);
    }
  } finally {
    status.clear();
    if (signal.aborted && signal.reason !== 'EPIPE') err.write('Stopped; nothing is stored.\n');
  }
  return 1;
}

function reason(details: object): string {
  return 'err' in details && details.err instanceof Error ? details.err.message : JSON.stringify(details);
}
