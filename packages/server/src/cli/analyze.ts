import type { Intel } from '@locator/intel';
import { openTracer, parseTarget, systemClock } from '@locator/probe';
import type { Judgement } from '../analyse/judgement.js';
import { fromHistory } from '../from-history.js';
import { judge } from '../judge.js';
import { readSettings } from '../read-settings.js';
import { openDescriptions, openStore } from '../services.js';
import type { Config } from '../settings.js';
import type { Store } from '../store/store.js';
import { TraceKeeper } from '../trace-keeper.js';
import type { TraceRequest } from '../trace-request.js';
import { outcome, traceSession } from '../trace-session.js';
import { encodeAnalysis } from '../wire/analysis.js';
import type { Command, Io } from './command.js';
import { configFlags } from './config-flags.js';
import { printable } from './printable.js';
import { probeFlags, readRequest } from './trace.js';

export const analyze: Command = {
  name: 'analyze',
  summary: 'Judge the newest stored trace of a target against earlier ones; trace first where there is none',
  operand: 'TARGET',
  flags: {
    fresh: { type: 'boolean', about: 'trace first in any case' },
    json: { type: 'boolean', about: 'print what /api/analyze answers' },
    ...probeFlags,
    ...configFlags('sockets', 'dataDir', 'riskWeights'),
  },

  async run(target, values, io) {
    const config = readSettings(io.env, values);
    const request = { ...readRequest(target!, values), target: parseTarget(target!) };
    const store = await openStore(config);
    const { problem = null } = store;
    if (problem !== null) io.err.write(`${problem}\n`);
    const intel = await openDescriptions(config);
    try {
      const stored = values.fresh ? null : await newest(store, request);
      const current = stored ?? (await traceNow(store, intel, config, request, io));
      const judgement = await judge({ store, intel, config }, current);
      if (values.json) io.out.write(`${JSON.stringify(encodeAnalysis(judgement, intel.sources()))}\n`);
      else io.out.write(report(request.target, current.startedAt, judgement));
      return current.reached ? 0 : 1;
    } finally {
      await store.close();
      await intel.close();
    }
  },
};

function newest(store: Store, request: TraceRequest) {
  const permit = () => true;
  return fromHistory({ store, clock: systemClock, permit }, request, Number.POSITIVE_INFINITY);
}

async function traceNow(store: Store, intel: Intel, config: Config, request: TraceRequest, io: Io) {
  const tracer = await openTracer({ sockets: config.sockets });
  const complain = (_details: object, message: string) => io.err.write(`${message}\n`);
  const keeper = new TraceKeeper(store, { warn: complain, error: complain });
  const always = () => true;
  const tools = { tracer, intel, clock: systemClock, keeper, permit: always, nameWaitMs: null, config };
  try {
    return (await outcome(traceSession(tools, request, io.signal))).trace;
  } finally {
    await tracer.close();
  }
}

function report(target: string, startedAt: number, judgement: Judgement): string {
  const { findings, alerts, riskScore, riskFactors, baseline } = judgement;
  const since = baseline.since === null ? '' : ` since ${new Date(baseline.since).toISOString()}`;
  const against =
    baseline.traces === 0
      ? 'no earlier trace to compare with'
      : `against ${baseline.traces} earlier ${baseline.traces === 1 ? 'trace' : 'traces'}${since}`;
  return [
    `${target}: risk ${riskScore} of 100 (trace of ${new Date(startedAt).toISOString()}, ${against})`,
    ...riskFactors.map(({ name, points, because }) => `  ${String(points).padStart(3)}  ${name}: ${because}`),
    ...(findings.length === 0 ? ['  Nothing out of the ordinary was found.'] : []),
    ...findings.map(({ type, severity, detail }) => `  ${type} (${severity}): ${detail}`),
    ...alerts.map((alert) => `  ! ${alert}`),
    '',
  ]
    .map((line) => printable(line))
    .join('\n');
}
