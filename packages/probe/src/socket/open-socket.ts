import { ProbeError } from '../errors.js';
import type { PacketSocket, SocketName } from './packet-socket.js';

/** Which socket to open: one and no other, or the best that works. */
export type SocketChoice = 'auto' | RealSocket;
type RealSocket = Exclude<SocketName, 'scripted'>;
type Openers = Readonly<Record<RealSocket, () => Promise<PacketSocket>>>;

export interface OpenSocketOptions {
  /** Default `auto`. */
  readonly prefer?: SocketChoice;
  /** Where LOCATOR_SOCKETS is looked up, which decides when `prefer` does not; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The system to choose for, default this one. */
  readonly platform?: string;
  /** Instead of the real ones. */
  readonly openers?: Openers;
}

export interface OpenedSocket {
  readonly socket: PacketSocket;
  /** Those that would have been better, with one sentence each. */
  readonly passedOver: readonly { readonly name: SocketName; readonly reason: string }[];
}

/** Each is loaded only when its turn comes: a binary that cannot be loaded costs nobody else anything. */
const realOpeners: Openers = {
  native: async () => (await import('./native-socket.js')).openNativeSocket(),
  unprivileged: async () => (await import('./unprivileged-socket.js')).openUnprivilegedSocket(),
  'raw-socket': async () => (await import('./raw-socket.js')).openRawSocketSocket(),
};

/**
 * Best first. `native` and `unprivileged` are one binary, and where it was compiled the first needs CAP_NET_RAW
 * and the second nothing, so the third gets its turn on Linux only without the binary, where it is all there
 * is, or where neither of them works. It never gets before `unprivileged`: what it has more, ICMP echo, it
 * has only with CAP_NET_RAW, and whoever has that and the binary has `native`.
 */
const order: readonly RealSocket[] = ['native', 'unprivileged', 'raw-socket'];
const choices: readonly string[] = ['auto', ...order];

/**
 * Opens the socket that is asked for, or the best that works here. A bad choice is OPTION_INVALID; when
 * nothing works it is SOCKET_FORBIDDEN (a privilege is missing) or SOCKET_UNAVAILABLE, with a sentence that
 * says what would help and `cause` an AggregateError of what each one said.
 */
export async function openSocket(options: OpenSocketOptions = {}): Promise<OpenedSocket> {
  const { env = process.env, platform = process.platform, openers = realOpeners } = options;
  const candidates = candidatesOf(options.prefer, env.LOCATOR_SOCKETS, platform);
  const passedOver: { name: SocketName; reason: string }[] = [];
  const errors: unknown[] = [];
  for (const name of candidates) {
    try {
      return { socket: await openers[name](), passedOver };
    } catch (error) {
      errors.push(error);
      passedOver.push({ name, reason: (error as Error).message });
    }
  }
  throw nothingWorks(candidates, errors, platform);
}

function candidatesOf(
  prefer: string | undefined,
  fromEnvironment: string | undefined,
  platform: string,
): readonly RealSocket[] {
  // An empty variable is one that was not set.
  const [said, choice] =
    prefer !== undefined && prefer !== 'auto'
      ? ['sockets', prefer]
      : ['LOCATOR_SOCKETS', fromEnvironment || 'auto'];
  if (!choices.includes(choice)) {
    throw new ProbeError('OPTION_INVALID', `${said} is '${choice}', expected ${choices.join(', ')}`);
  }
  if (choice !== 'auto') return [choice as RealSocket];
  return platform === 'linux' ? order : ['raw-socket'];
}

function nothingWorks(
  candidates: readonly RealSocket[],
  errors: readonly unknown[],
  platform: string,
): ProbeError {
  const reasons = candidates.map((name, index) => `${name} (${reasonOf(errors[index])})`).join('; ');
  const isForbidden = errors.some(
    (error) => error instanceof ProbeError && error.code === 'SOCKET_FORBIDDEN',
  );
  const cause = new AggregateError(errors);
  if (isForbidden) {
    const remedy = platform === 'linux' ? 'run as root or grant it' : 'run as root or administrator';
    return new ProbeError('SOCKET_FORBIDDEN', `${remedy}. Tried: ${reasons}`, cause);
  }
  const compile = 'install a C compiler and reinstall @locator/probe';
  const remedy =
    platform === 'linux' && !(candidates.length === 1 && candidates[0] === 'raw-socket')
      ? `${compile}, or install the optional package raw-socket and run with CAP_NET_RAW`
      : 'install the optional package raw-socket, which needs a C++ compiler';
  return new ProbeError('SOCKET_UNAVAILABLE', `${remedy}. Tried: ${reasons}`, cause);
}

function reasonOf(error: unknown): string {
  return (error as Error).message;
}
