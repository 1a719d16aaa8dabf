import { openTracer, type WatchOptions, type WatchRound } from '@locator/probe';
import { addressBook, type Named } from '../address-book.js';
import { readSettings } from '../read-settings.js';
import { openDescriptions } from '../services.js';
import { encodeWatchRound } from '../wire/watch-round.js';
import { type Command, type Io, oneOf, UsageError, type Values, wholeNumber } from './command.js';
import { configFlags } from './config-flags.js';
import { LiveBlock } from './live-block.js';
import { outcomeInWords } from './outcome.js';
import { fitted, printable } from './printable.js';
import { probeFlags } from './trace.js';
import { watchTable } from './watch-table.js';

const DEFAULT_WIDTH = 120;
const { protocol, family, port, 'max-hops': maxHops } = probeFlags;

export const watch: Command = {
  name: 'watch',
  summary: 'Measure the path to a target round after round until stopped, and keep its figures up to date',
  operand: 'TARGET',
  flags: {
    protocol: protocol!,
    'max-hops': maxHops!,
    family: family!,
    port: port!,
    rounds: { type: 'string', value: 'N', about: 'end after so many rounds' },
    interval: {
      type: 'string',
      value: 'SECONDS',
      about: 'from one round to the next, 0.1 to 3600 (default 1)',
    },
    json: { type: 'boolean', about: 'print one JSON object per round as NDJSON, and nothing else' },
    'no-dns': { type: 'boolean', about: 'do not look host names up' },
    ...configFlags('sockets', 'dataDir'),
  },

  async run(target, values, io) {
    const options = { ...readWatch(values), signal: io.signal };
    const config = readSettings(io.env, values);
    const intel = await openDescriptions(config);
    try {
      const tracer = await openTracer({ sockets: config.sockets });
      try {
        const about = addressBook(intel, { names: values['no-dns'] !== true });
        const { name, stamps } = tracer.socket;
        const rounds = tracer.watch(target!, options);
        const how = `${printable(target!)}, over ${name}, ${stamps} time stamps`;
        return await (values.json ? printJson(rounds, about, io) : printTable(rounds, about, how, io));
      } finally {
        await tracer.close();
      }
    } finally {
      await intel.close();
    }
  },
};

/** Throws UsageError. */
function readWatch(values: Values): WatchOptions {
  const family = oneOf(values, 'family', ['4', '6']);
  const protocol = oneOf(values, 'protocol', ['icmp', 'udp']);
  const port = wholeNumber(values, 'port', 1, 65535);
  const maxHops = wholeNumber(values, 'max-hops', 1, 64);
  const rounds = wholeNumber(values, 'rounds', 1, 999_999_999);
  return {
    ...(family !== undefined && { family: family === '4' ? 4 : 6 }),
    ...(protocol !== undefined && { protocol }),
    ...(port !== undefined && { port }),
    ...(maxHops !== undefined && { maxHops }),
    ...(rounds !== undefined && { rounds }),
    ...readInterval(values),
  };
}

function readInterval({ interval }: Values): Pick<WatchOptions, 'intervalMs'> {
  if (typeof interval !== 'string') return {};
  const seconds = /^\d{1,4}(\.\d{1,3})?$/.test(interval) ? Number(interval) : Number.NaN;
  if (seconds >= 0.1 && seconds <= 3600) return { intervalMs: seconds * 1000 };
  throw new UsageError(`--interval must be seconds from 0.1 to 3600, not ${JSON.stringify(interval)}.`);
}

async function printJson(
  rounds: AsyncIterable<WatchRound>,
  about: (address: string) => Named,
  { out }: Io,
): Promise<number> {
  let last: WatchRound | null = null;
  for await (const round of rounds) {
    last = round;
    out.write(`${JSON.stringify(encodeWatchRound(round, about))}\n`);
  }
  return exitCode(last);
}

/** Over and over on a terminal, once at the end elsewhere. */
async function printTable(
  rounds: AsyncIterable<WatchRound>,
  about: (address: string) => Named,
  how: string,
  { out, err, signal }: Io,
): Promise<number> {
  const block = new LiveBlock(out);
  const width = () => out.columns ?? DEFAULT_WIDTH;
  let last: WatchRound | null = null;
  for await (const round of rounds) {
    last = round;
    const table = watchTable(round, width(), about);
    if (out.isTTY) block.show([fitted(`round ${round.round} of ${how}; Ctrl-C ends it`, width()), ...table]);
  }
  block.clear();
  if (signal.reason === 'EPIPE') return exitCode(last);
  if (last === null) err.write('Stopped before the first round was over.\n');
  else out.write(`${[...watchTable(last, width(), about), summary(last, how)].join('\n')}\n`);
  return exitCode(last);
}

function summary(round: WatchRound, how: string): string {
  const { destination } = round;
  const rounds = `${round.round} ${round.round === 1 ? 'round' : 'rounds'}`;
  if (destination === null || destination.received === 0)
    return `${how}: ${outcomeInWords(round)}, ${rounds}`;
  const { address, received, sent } = destination;
  return `${how}: ${address} answered ${received} of ${sent} probes in ${rounds}${round.reached ? '' : ', but not the last'}`;
}

function exitCode(last: WatchRound | null): number {
  return last?.destination != null && last.destination.received > 0 ? 0 : 1;
}
