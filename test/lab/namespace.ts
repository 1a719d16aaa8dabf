import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathWithSbin } from './path.js';

/**
 * A network of its own for the processes started in it. It has no name: a process holds it that ends when its
 * standard input does, so however this process dies, everything in it is gone with it.
 */
export interface Namespace {
  /** What to start, as `spawn` takes it, so that it runs in here. It is killed when its parent dies. */
  command(file: string, args?: readonly string[]): readonly [string, string[]];
  /** Runs to the end. Never throws for what the program says or exits with; `code` is null after a signal. */
  run(file: string, args?: readonly string[], options?: RunOptions): Promise<Output>;
  spawn(file: string, args?: readonly string[], options?: SpawnOptions): ChildProcess;
  close(): Promise<void>;
}

export interface RunOptions {
  /** Kills it after so long. Default 60 s. */
  readonly timeoutMs?: number;
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Set for a process that runs inside: see inside.ts. */
export const insideVariable = 'LOCATOR_LAB_INSIDE';

/** A fresh namespace; inside of one (inside.ts) the one this process is in. Throws with the system's words. */
export async function openNamespace(): Promise<Namespace> {
  if (process.env[insideVariable]) return namespaceOf([], async () => {});
  return freshNamespace();
}

/** Even inside of one, a fresh one. */
export async function freshNamespace(): Promise<Namespace> {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  // A private /run: `ip netns` keeps its names there, and nobody outside sees them or has to clear them away.
  const script = 'mount -t tmpfs lab /run && ip link set lo up && echo open && exec cat';
  const holder = spawn(
    'unshare',
    [...user, '--net', '--mount', '--propagation', 'private', 'sh', '-c', script],
    { stdio: ['pipe', 'pipe', 'pipe'], env: pathWithSbin() },
  );
  const ended = once(holder, 'close').catch(() => {});
  let complaint = '';
  holder.stderr.on('data', (text) => {
    complaint += text;
  });
  const first = await Promise.race([
    once(holder.stdout, 'data'),
    ended,
    once(holder, 'error').then(([error]) => {
      complaint += error.message;
    }),
  ]);
  if (!String(first).startsWith('open')) {
    throw new Error(`No network namespace: ${complaint.trim() || 'it could not be opened'}`);
  }
  holder.stdout.resume();
  holder.unref();
  for (const pipe of [holder.stdin, holder.stdout, holder.stderr])
    (pipe as unknown as { unref(): void }).unref();
  const enter = user.length === 0 ? [] : ['--user', '--preserve-credentials'];
  return namespaceOf(
    ['nsenter', '--target', `${holder.pid}`, ...enter, '--net', '--mount', `--wdns=${process.cwd()}`, '--'],
    async () => {
      holder.ref();
      holder.stdin.destroy();
      await ended;
    },
  );
}

function namespaceOf(prefix: readonly string[], close: () => Promise<void>): Namespace {
  const command = (file: string, args: readonly string[] = []) => {
    const [first, ...rest] = [...prefix, 'setpriv', '--pdeathsig', 'KILL', '--', file, ...args];
    return [first!, rest] as const;
  };
  return {
    command,
    run: (file, args, options = {}) => runToEnd(command(file, args), options),
    spawn: (file, args, options = {}) => spawn(...command(file, args), { env: pathWithSbin(), ...options }),
    close,
  };
}

function runToEnd([file, args]: readonly [string, string[]], options: RunOptions): Promise<Output> {
  const { timeoutMs = 60_000, input, env = pathWithSbin() } = options;
  return new Promise((resolve, reject) => {
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 2 ** 28 } as const;
    const child = execFile(file, args, { ...limits, env }, (error, stdout, stderr) => {
      if (error && typeof error.code === 'string') reject(error);
      else resolve({ code: error ? ((error.code as number | undefined) ?? null) : 0, stdout, stderr });
    });
    child.stdin?.on('error', () => {}); // it may end without reading
    child.stdin?.end(input ?? '');
  });
}
