import { parseTarget } from '@locator/probe';
import { readSettings } from '../read-settings.js';
import { openStore } from '../services.js';
import type { TargetTraces } from '../store/trace-store.js';
import { encodeHistory } from '../wire/history.js';
import { readInstant } from '../wire/instant.js';
import { type Command, type Values, wholeNumber } from './command.js';
import { configFlags } from './config-flags.js';

const DEFAULT_LIMIT = 20;

export const history: Command = {
  name: 'history',
  summary: 'List stored traces, newest first: of a target, its subdomains or an address, or of all',
  operand: '[TARGET]',
  flags: {
    limit: { type: 'string', value: 'N', about: `traces per target, 1 to 1000 (default ${DEFAULT_LIMIT})` },
    before: { type: 'string', value: 'TIME', about: 'only traces started before, 2025-05-05T10:00:00Z' },
    after: { type: 'string', value: 'TIME', about: 'only traces started after' },
    json: { type: 'boolean', about: 'print what /api/history answers' },
    ...configFlags('dataDir'),
  },

  async run(target, values, { out, err, env }) {
    const page = readPage(values);
    const store = await openStore(readSettings(env, values));
    const { problem = null } = store;
    try {
      if (problem !== null) {
        err.write(`${problem}\n`);
        return 2;
      }
      const found =
        target === undefined ? await store.recent(page) : await store.find(parseTarget(target), page);
      if (found.length === 0)
        err.write(target === undefined ? 'Nothing is stored.\n' : `No trace of ${target} is stored.\n`);
      if (values.json) out.write(`${JSON.stringify(encodeHistory(found))}\n`);
      else out.write(found.map(list).join('\n'));
      return found.length === 0 ? 1 : 0;
    } finally {
      await store.close();
    }
  },
};

function readPage(values: Values) {
  const { before, after } = values;
  return {
    limit: wholeNumber(values, 'limit', 1, 1000) ?? DEFAULT_LIMIT,
    ...(typeof before === 'string' && { before: readInstant('--before', before) }),
    ...(typeof after === 'string' && { after: readInstant('--after', after) }),
  };
}

function list({ target, traces }: TargetTraces): string {
  const rows = traces.map((trace) => {
    const end = trace.reached ? 'answered' : trace.end;
    return [
      `  ${new Date(trace.startedAt).toISOString()}`,
      String(trace.id).padStart(6),
      trace.protocol.padEnd(4),
      trace.address,
      `${trace.hops.length} hops`,
      end,
      `${Math.round(trace.durationMs)} ms`,
      `path ${trace.pathId.slice(0, 8)}`,
    ].join('  ');
  });
  return [target, ...rows, ''].join('\n');
}
