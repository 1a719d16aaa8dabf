import { parseArgs } from 'node:util';
import { IntelError } from '@locator/intel';
import { ProbeError } from '@locator/probe';
import { ServerError } from '../errors.js';
import { ListenError } from '../listen-error.js';
import { ConfigError } from '../read-settings.js';
import { StoreError } from '../store/store-error.js';
import { version } from '../version.js';
import { type Command, type Io, UsageError, type Values } from './command.js';
import { commandHelp, overview } from './help.js';
import { processIo } from './process-io.js';

/** Each is loaded when it is run: a trace need not wait for what a server is made of. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.js')).serve,
  trace: async () => (await import('./trace.js')).trace,
  watch: async () => (await import('./watch.js')).watch,
  history: async () => (await import('./history.js')).history,
  analyze: async () => (await import('./analyze.js')).analyze,
  update: async () => (await import('./update.js')).update,
  backup: async () => (await import('./backup.js')).backup,
  import: async () => (await import('./import.js')).importOld,
  doctor: async () => (await import('./doctor.js')).doctor,
};

/** Runs one command line (without node and script) and gives its exit code. Never throws. */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const all = await Promise.all(Object.values(commands).map((load) => load()));
    (name === undefined ? io.err : io.out).write(overview(all));
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    io.out.write(`${version}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    io.err.write(`There is no command ${JSON.stringify(name)}: see locator --help.\n`);
    return 2;
  }
  const command = await load();
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
