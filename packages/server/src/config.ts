import { isIP } from 'node:net';

/** How a server behaves; everything it reads from its surroundings at the start. Frozen. */
export interface Config {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly dataDir: string;
  /** `public` refuses private, special and the server's own addresses. */
  readonly targets: 'any' | 'public';
  /** Bearer token asked for on every request but health checks; null for none. */
  readonly token: string | null;
  /** Origins whose pages may read answers; `*` for any, an empty list for none. */
  readonly corsOrigins: '*' | readonly string[];
  /** Seconds for which a stored trace answers a request that allows it. */
  readonly cacheMaxAge: number;
  /** Days after which stored traces are removed; null keeps them. */
  readonly retentionDays: number | null;
  readonly sockets: 'auto' | 'native' | 'unprivileged' | 'raw-socket';
  /** Sources of the threat lists instead of Spamhaus; null for its own. */
  readonly dropUrl: string | null;
  readonly dropV6Url: string | null;
  readonly asndropUrl: string | null;
  /** Traces running at once; the next one is answered 429. */
  readonly maxTraces: number;
  readonly logLevel: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
}

/** A value that cannot be used. Its message is the one sentence to show. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

interface Setting<T> {
  readonly env: `LOCATOR_${string}`;
  /** Completes "expected …". */
  readonly expected: string;
  /** As text, or null for a default that depends on other settings. */
  readonly preset: string | null;
  readonly about: string;
  /** The value, or undefined where the text is none. */
  read(text: string): T | undefined;
}

/** Every setting once: its name, its default, what it may be. The flag is the name without `LOCATOR_`. */
export const settings: { readonly [K in keyof Config]: Setting<Config[K]> } = {
  host: {
    env: 'LOCATOR_HOST',
    expected: 'an address or a host name',
    preset: '127.0.0.1',
    about: 'address to listen on',
    read: (text) => (isIP(text) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) ? text : undefined),
  },
  port: {
    env: 'LOCATOR_PORT',
    expected: 'a port from 0 to 65535',
    preset: '8000',
    about: 'port to listen on; 0 lets the system choose',
    read: (text) => wholeNumber(text, 0, 65535),
  },
  dataDir: {
    env: 'LOCATOR_DATA_DIR',
    expected: 'a folder',
    preset: './data',
    about: 'folder of the stored traces, databases and lists',
    read: (text) => (text.includes('\0') ? undefined : text),
  },
  targets: {
    env: 'LOCATOR_TARGETS',
    expected: 'any or public',
    preset: null,
    about: 'what may be traced: any, or public only (default any on loopback, else public)',
    read: (text) => oneOf(text, ['any', 'public']),
  },
  token: {
    env: 'LOCATOR_TOKEN',
    expected: 'letters, digits and - . _ ~ + / =',
    preset: null,
    about: 'bearer token that requests must carry',
    // RFC 6750 section 2.1: what an Authorization header can hold.
    read: (text) => (/^[A-Za-z0-9._~+/-]+=*$/.test(text) ? text : undefined),
  },
  corsOrigins: {
    env: 'LOCATOR_CORS_ORIGINS',
    expected: '*, none, or origins such as https://example.com with commas between them',
    preset: '*',
    about: 'origins whose pages may read answers: *, none, or a list with commas',
    read: readOrigins,
  },
  cacheMaxAge: {
    env: 'LOCATOR_CACHE_MAX_AGE',
    expected: 'seconds, a whole number from 0',
    preset: '3600',
    about: 'seconds for which a stored trace is served instead of a new one',
    read: (text) => wholeNumber(text, 0, Number.MAX_SAFE_INTEGER / 1000),
  },
  retentionDays: {
    env: 'LOCATOR_RETENTION_DAYS',
    expected: 'days, a number above 0',
    preset: null,
    about: 'days after which stored traces are removed (default: never)',
    read: (text) => (/^\d{1,6}(\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
  },
  sockets: {
    env: 'LOCATOR_SOCKETS',
    expected: 'auto, native, unprivileged or raw-socket',
    preset: 'auto',
    about: 'how packets are sent: auto, native, unprivileged or raw-socket',
    read: (text) => oneOf(text, ['auto', 'native', 'unprivileged', 'raw-socket']),
  },
  dropUrl: listUrl('LOCATOR_DROP_URL', 'IPv4 DROP list'),
  dropV6Url: listUrl('LOCATOR_DROP_V6_URL', 'IPv6 DROP list'),
  asndropUrl: listUrl('LOCATOR_ASNDROP_URL', 'ASN-DROP list'),
  maxTraces: {
    env: 'LOCATOR_MAX_TRACES',
    expected: 'a whole number from 1 to 10000',
    preset: '256',
    about: 'traces that may run at once',
    read: (text) => wholeNumber(text, 1, 10_000),
  },
  logLevel: {
    env: 'LOCATOR_LOG_LEVEL',
    expected: 'silent, fatal, error, warn, info, debug or trace',
    preset: 'warn',
    about: 'least severe message that is logged to standard error',
    read: (text) => oneOf(text, ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']),
  },
};

/** `dataDir` → `data-dir`. */
export function flagOf(key: keyof Config): string {
  return settings[key].env.slice('LOCATOR_'.length).toLowerCase().replaceAll('_', '-');
}

/**
 * Reads the configuration: a flag wins over the environment, the environment over the default; an empty
 * variable counts as not set. `flags` are keyed as on the command line, `data-dir`. Throws ConfigError.
 */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  flags: Readonly<Record<string, string | boolean | undefined>> = {},
): Config {
  const value = <K extends keyof Config>(key: K, preset: Config[K]): Config[K] => {
    const setting = settings[key];
    const flag = flags[flagOf(key)];
    const [name, text] =
      typeof flag === 'string'
        ? [`--${flagOf(key)}`, flag]
        : [setting.env, env[setting.env] || setting.preset];
    if (text === null) return preset;
    const read = setting.read(text);
    if (read !== undefined && text !== '') return read;
    const shown = key === 'token' ? 'not usable' : JSON.stringify(text);
    throw new ConfigError(`${name} is ${shown}, expected ${setting.expected}.`);
  };
  const host = value('host', '');
  return Object.freeze({
    host,
    port: value('port', 0),
    dataDir: value('dataDir', ''),
    targets: value('targets', isLoopback(host) ? 'any' : 'public'),
    token: value('token', null),
    corsOrigins: value('corsOrigins', '*'),
    cacheMaxAge: value('cacheMaxAge', 0),
    retentionDays: value('retentionDays', null),
    sockets: value('sockets', 'auto'),
    dropUrl: value('dropUrl', null),
    dropV6Url: value('dropV6Url', null),
    asndropUrl: value('asndropUrl', null),
    maxTraces: value('maxTraces', 0),
    logLevel: value('logLevel', 'warn'),
  });
}

/** Whether only this machine can reach a server bound to `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function listUrl(env: `LOCATOR_${string}`, list: string): Setting<string | null> {
  return {
    env,
    expected: 'an http or https URL',
    preset: null,
    about: `where the ${list} is fetched from, instead of Spamhaus`,
    read: (text) => (/^https?:/i.test(text) && URL.canParse(text) ? text : undefined),
  };
}

function wholeNumber(text: string, low: number, high: number): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return number >= low && number <= high ? number : undefined;
}

function oneOf<T extends string>(text: string, values: readonly T[]): T | undefined {
  return values.find((value) => value === text);
}

function readOrigins(text: string): '*' | readonly string[] | undefined {
  if (text === '*') return '*';
  if (text === 'none') return [];
  const origins = text.split(',').map((origin) => origin.trim());
  // An origin is scheme, host and port and nothing more (RFC 6454): a path in it would never match.
  const sound = origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin);
  return sound ? origins : undefined;
}
