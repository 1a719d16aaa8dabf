import { parseArgs } from 'node:util';
import { IntelError } from '@locator/intel';
import { ProbeError } from '@locator/probe';
import { ConfigError } from '../config.js';
import { ServerError } from '../errors.js';
import { ListenError } from '../serve.js';
import { StoreError } from '../store/store-error.js';
import { version } from '../version.js';
import { analyze } from './analyze.js';
import { backup } from './backup.js';
import { type Command, type Io, UsageError, type Values } from './command.js';
import { doctor } from './doctor.js';
import { commandHelp, overview } from './help.js';
import { history } from './history.js';
import { importOld } from './import.js';
import { processIo } from './process-io.js';
import { serve } from './serve.js';
import { trace } from './trace.js';
import { update } from './update.js';
import { watch } from './watch.js';

const commands: readonly Command[] = [
  serve,
  trace,
  watch,
  history,
  analyze,
  update,
  backup,
  importOld,
  doctor,
];

/** Runs one command line (without node and script) and gives its exit code. Never throws. */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.err : io.out).write(overview(commands));
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    io.out.write(`${version}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    io.err.write(`There is no command ${JSON.stringify(name)}: see locator --help.\n`);
    return 2;
  }
  try {
    const { values, positionals } = read(command, rest);
    if (values.help) {
      io.out.write(commandHelp(command));
      return 0;
    }
    return await command.run(operand(command, positionals), values, io);
  } catch (error) {
    io.err.write(`${explain(error, command)}\n`);
    return 2;
  }
}

function read(command: Command, args: readonly string[]): { values: Values; positionals: readonly string[] } {
  const flags = Object.entries(command.flags).map(([flag, { type }]) => [flag, { type }] as const);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...Object.fromEntries(flags), help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    return { values: values as Values, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function operand({ name, operand }: Command, positionals: readonly string[]): string | undefined {
  const most = operand === '' ? 0 : 1;
  if (positionals.length > most)
    throw new UsageError(`${JSON.stringify(positionals[most])} is one argument too many.`);
  if (positionals.length === 0 && operand !== '' && !operand.startsWith('[')) {
    const what = operand === 'TARGET' ? 'target: a host name, an address or a URL' : operand.toLowerCase();
    throw new UsageError(`locator ${name} needs a ${what}.`);
  }
  return positionals[0];
}

/** Errors with a code are meant for people; of any other the stack is needed. */
function explain(error: unknown, { name }: Command): string {
  if (error instanceof UsageError) return `${error.message}\nSee locator ${name} --help.`;
  const known = [ConfigError, IntelError, ListenError, ProbeError, ServerError, StoreError].some(
    (type) => error instanceof type,
  );
  if (known) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
