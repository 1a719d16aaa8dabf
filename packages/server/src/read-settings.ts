import { isIP } from 'node:net';
import { RISK_WEIGHTS } from './analyse/risk-score.js';
import { MonitorsError } from './monitors/monitors-error.js';
import { type Config, flagOf, type Settings, settings } from './settings.js';

/** A value that cannot be used. Its message is the one sentence to show. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

export type Environment = Readonly<Record<string, string | undefined>>;
export type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** Settings whose values no message shows. */
const secrets: ReadonlySet<keyof Config> = new Set(['token', 'webhookSecret', 'maxmindLicenseKey']);

/**
 * Reads the settings: a flag wins over the environment, the environment over the default; an empty variable counts
 * as not set. `flags` are keyed as on the command line, `data-dir`. Throws ConfigError.
 */
export function readSettings(env: Environment, flags: Flags = {}, table: Settings = settings): Config {
  const value = <K extends keyof Config>(key: K, preset: Config[K]): Config[K] => {
    const setting = table[key];
    const flag = flags[flagOf(key)];
    const [name, text] =
      typeof flag === 'string'
        ? [`--${flagOf(key)}`, flag]
        : [setting.env, env[setting.env] || setting.preset];
    if (text === null) return preset;
    const read = attempt(name, () => setting.read(text));
    if (read !== undefined && text !== '') return read;
    const shown = secrets.has(key) ? 'not usable' : JSON.stringify(text);
    throw new ConfigError(`${name} is ${shown}, expected ${setting.expected}.`);
  };
  const host = value('host', '');
  const webhookUrls = value('webhookUrls', []);
  const webhookSecret = value('webhookSecret', null);
  if (webhookUrls.length > 0 && webhookSecret === null) {
    throw new ConfigError(
      'LOCATOR_WEBHOOK_URL needs LOCATOR_WEBHOOK_SECRET, by which receivers know who is calling.',
    );
  }
  const maxmindAccountId = value('maxmindAccountId', null);
  const maxmindLicenseKey = value('maxmindLicenseKey', null);
  if ((maxmindAccountId === null) !== (maxmindLicenseKey === null)) {
    const [missing, given] = ['MAXMIND_ACCOUNT_ID', 'MAXMIND_LICENSE_KEY'];
    throw new ConfigError(
      maxmindAccountId === null
        ? `${given} needs ${missing} beside it.`
        : `${missing} needs ${given} beside it.`,
    );
  }
  return Object.freeze({
    host,
    port: value('port', 0),
    dataDir: value('dataDir', ''),
    targets: value('targets', isLoopback(host) ? 'any' : 'public'),
    token: value('token', null),
    corsOrigins: value('corsOrigins', '*'),
    cacheMaxAge: value('cacheMaxAge', 0),
    retentionDays: value('retentionDays', null),
    retentionTraces: value('retentionTraces', null),
    monitors: value('monitors', []),
    monitorTraces: value('monitorTraces', 0),
    monitorPackets: value('monitorPackets', 0),
    webhookUrls,
    webhookSecret,
    riskWeights: value('riskWeights', RISK_WEIGHTS),
    bandwidth: value('bandwidth', 'quick'),
    bandwidthBytes: value('bandwidthBytes', null),
    bandwidthMbps: value('bandwidthMbps', null),
    sockets: value('sockets', 'auto'),
    dropUrl: value('dropUrl', null),
    dropV6Url: value('dropV6Url', null),
    asndropUrl: value('asndropUrl', null),
    updates: value('updates', 'daily'),
    maxmindAccountId,
    maxmindLicenseKey,
    maxmindUrl: value('maxmindUrl', null),
    position: value('position', null),
    maxTraces: value('maxTraces', 0),
    logLevel: value('logLevel', 'warn'),
  });
}

/** What a setting says of its own fault makes a sentence with its name. */
function attempt<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MonitorsError)
      throw new ConfigError(`${name} ${error.message.replace(/\.?$/, '.')}`);
    throw error;
  }
}

/** Whether only this machine can reach a server bound to `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
