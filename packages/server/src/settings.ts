import { isIP } from 'node:net';
import type { Bandwidth } from '@locator/probe';
import type { RiskWeights } from './analyse/risk-score.js';
import { RISK_WEIGHT_NAMES, readRiskWeights } from './read-risk-weights.js';
import { isWebUrl, oneOf, readOrigins, readPosition, readWebUrls, wholeNumber } from './setting-text.js';
import type { MonitorSpec } from './store/monitor-store.js';

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
  /** Most stored traces, the oldest are removed; null keeps them. */
  readonly retentionTraces: number | null;
  /** Targets traced on a schedule. */
  readonly monitors: readonly MonitorSpec[];
  /** Monitored targets traced at once. */
  readonly monitorTraces: number;
  /** Packets a second that monitors may send, on average. */
  readonly monitorPackets: number;
  /** URLs that are told of change events. */
  readonly webhookUrls: readonly string[];
  /** Key of the signatures for `webhookUrls`; null only without any. */
  readonly webhookSecret: string | null;
  /** Points of the risk score. */
  readonly riskWeights: RiskWeights;
  /** What a trace spends on capacities where nobody says. */
  readonly bandwidth: Bandwidth;
  /** Most bytes that the capacities of one trace may cost; null for the tracer's own limit. */
  readonly bandwidthBytes: number | null;
  /** Most that they may load a path with, Mbit/s; null for the tracer's own limit. */
  readonly bandwidthMbps: number | null;
  readonly sockets: 'auto' | 'native' | 'unprivileged' | 'raw-socket';
  /** Sources of the threat lists instead of Spamhaus; null for its own. */
  readonly dropUrl: string | null;
  readonly dropV6Url: string | null;
  readonly asndropUrl: string | null;
  /** Whether lists and databases are updated once a day. */
  readonly updates: 'daily' | 'off';
  /** Account for GeoLite2 databases; null for none. */
  readonly maxmindAccountId: string | null;
  readonly maxmindLicenseKey: string | null;
  /** Where its databases are fetched from; null for MaxMind's own server. */
  readonly maxmindUrl: string | null;
  /** Where this machine is; null when nobody said. */
  readonly position: { readonly lat: number; readonly lon: number } | null;
  /** Traces running at once; the next one is answered 429. */
  readonly maxTraces: number;
  readonly logLevel: 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
}

interface Setting<T> {
  readonly env: `LOCATOR_${string}` | `MAXMIND_${string}`;
  /** Completes "expected …". */
  readonly expected: string;
  /** As text, or null for a default that depends on other settings. */
  readonly preset: string | null;
  readonly about: string;
  /** The value, or undefined where the text is none. */
  read(text: string): T | undefined;
}

export type Settings = { readonly [K in keyof Config]: Setting<Config[K]> };

/** Every setting once: its name, its default, what it may be. The flag is the name without `LOCATOR_`. */
export const settings: Settings = {
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
  retentionTraces: {
    env: 'LOCATOR_RETENTION_TRACES',
    expected: 'a whole number above 0',
    preset: null,
    about: 'most stored traces, beyond which the oldest are removed (default: no limit)',
    read: (text) => wholeNumber(text, 1, Number.MAX_SAFE_INTEGER),
  },
  monitors: {
    env: 'LOCATOR_MONITORS',
    expected: 'a file or a JSON array',
    preset: null,
    about: 'targets to trace on a schedule: a JSON array, or a file that holds one',
    // Only a server has them (config.ts): the schemas that they are read by take longer to load than a trace takes.
    read: () => [],
  },
  monitorTraces: {
    env: 'LOCATOR_MONITOR_TRACES',
    expected: 'a whole number from 1 to 1000',
    preset: '4',
    about: 'monitored targets that are traced at once',
    read: (text) => wholeNumber(text, 1, 1000),
  },
  monitorPackets: {
    env: 'LOCATOR_MONITOR_PACKETS',
    expected: 'a whole number from 1 to 100000',
    preset: '200',
    about: 'packets a second that monitors may send on average',
    read: (text) => wholeNumber(text, 1, 100_000),
  },
  webhookUrls: {
    env: 'LOCATOR_WEBHOOK_URL',
    expected: 'http or https URLs with commas between them',
    preset: null,
    about: 'URLs that are told of change events, with commas between them',
    read: readWebUrls,
  },
  webhookSecret: {
    env: 'LOCATOR_WEBHOOK_SECRET',
    expected: 'at least 16 characters',
    preset: null,
    about: 'key of the signatures that LOCATOR_WEBHOOK_URL gets',
    read: (text) => (text.length >= 16 ? text : undefined),
  },
  riskWeights: {
    env: 'LOCATOR_RISK_WEIGHTS',
    expected: `NAME=POINTS with commas between them, from 0 to 100, in their usual order, and as names ${RISK_WEIGHT_NAMES.join(', ')}`,
    preset: null,
    about: 'points of the risk score that are to differ from the usual ones, such as transit=50,low=0',
    read: readRiskWeights,
  },
  bandwidth: {
    env: 'LOCATOR_BANDWIDTH',
    expected: 'off, quick or thorough',
    preset: 'quick',
    about: 'what a trace spends on capacities: off, quick or thorough',
    read: (text) => oneOf(text, ['off', 'quick', 'thorough']),
  },
  bandwidthBytes: {
    env: 'LOCATOR_BANDWIDTH_BYTES',
    expected: 'bytes, a whole number above 0',
    preset: null,
    about: 'most bytes that capacities may cost per trace (default 280000, thorough 8000000)',
    read: (text) => wholeNumber(text, 1, Number.MAX_SAFE_INTEGER),
  },
  bandwidthMbps: {
    env: 'LOCATOR_BANDWIDTH_MBPS',
    expected: 'Mbit/s, a number above 0',
    preset: null,
    about: 'most Mbit/s that measuring capacities may load a path with (default: half of its narrowest link)',
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
  updates: {
    env: 'LOCATOR_UPDATES',
    expected: 'daily or off',
    preset: 'daily',
    about: 'whether a server updates lists and databases by itself: daily or off',
    read: (text) => oneOf(text, ['daily', 'off']),
  },
  maxmindAccountId: {
    env: 'MAXMIND_ACCOUNT_ID',
    expected: 'an account number',
    preset: null,
    about: 'number of a MaxMind account, by which updates fetch GeoLite2 databases too',
    read: (text) => (/^\d{1,12}$/.test(text) ? text : undefined),
  },
  maxmindLicenseKey: {
    env: 'MAXMIND_LICENSE_KEY',
    expected: 'a licence key',
    preset: null,
    about: 'licence key of that account',
    read: (text) => (/^[\x21-\x7e]{1,128}$/.test(text) ? text : undefined),
  },
  maxmindUrl: listUrl('LOCATOR_MAXMIND_URL', 'GeoLite2 data', 'MaxMind'),
  position: {
    env: 'LOCATOR_POSITION',
    expected: 'a latitude and a longitude such as 52.52,13.405',
    preset: null,
    about:
      'where this machine is, as LAT,LON: hops are then checked for places that light cannot reach in time',
    read: readPosition,
  },
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
  return settings[key].env
    .replace(/^LOCATOR_/, '')
    .toLowerCase()
    .replaceAll('_', '-');
}

function listUrl(env: `LOCATOR_${string}`, list: string, source = 'Spamhaus'): Setting<string | null> {
  return {
    env,
    expected: 'an http or https URL',
    preset: null,
    about: `where the ${list} is fetched from, instead of ${source}`,
    read: (text) => (isWebUrl(text) ? text : undefined),
  };
}
