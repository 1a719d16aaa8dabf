import { mkdir } from 'node:fs/promises';
import { type Intel, openIntel } from '@locator/intel';
import { type Clock, openTracer, systemClock } from '@locator/probe';
import type { Services } from './context.js';
import type { Config } from './settings.js';
import { openSqliteStore } from './store/sqlite-store.js';
import { openStandbyStore } from './store/standby-store.js';
import type { Store } from './store/store.js';

export interface OpenServices extends Services {
  close(): Promise<void>;
}

/** Opens everything a server works with. Rejects with ProbeError when no socket can trace. */
export async function openServices(config: Config): Promise<OpenServices> {
  const store = await openStore(config);
  const intel = await openDescriptions(config).catch(async (error) => {
    await store.close();
    throw error;
  });
  const closeBoth = async () => {
    await store.close();
    await intel.close();
  };
  // The socket last: loading databases keeps the event loop busy, and unread packets would fill the socket.
  const tracer = await openTracer({ sockets: config.sockets }).catch(async (error) => {
    await closeBoth();
    throw error;
  });
  return {
    tracer,
    store,
    intel,
    config,
    clock: systemClock,
    close: async () => {
      await tracer.close();
      await closeBoth();
    },
  };
}

/** The store in the data folder. One in memory stands in for it until it can be opened; its `problem` says so. */
export function openStore(config: Config, clock: Clock = systemClock): Promise<Store> {
  const { dataDir } = config;
  return openStandbyStore({
    open: () => openOnDisk(config),
    clock,
    say: (error) => unusable(dataDir, error),
  });
}

async function openOnDisk({ dataDir }: Config): Promise<Store> {
  await mkdir(dataDir, { recursive: true });
  return openSqliteStore({ dataDir });
}

function unusable(dataDir: string, error: unknown): string {
  const why = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
  return `The data folder ${dataDir} cannot be used (${why}): traces are kept in memory until it can be, and are gone if this process ends before.`;
}

/**
 * What describes addresses, with the databases of the data folder or else the working directory. Whatever
 * is missing or broken is named by `sources()`.
 */
export async function openDescriptions(config: Config): Promise<Intel> {
  const { dataDir, dropUrl, dropV6Url, asndropUrl, maxmindUrl } = config;
  const { maxmindAccountId: accountId, maxmindLicenseKey: licenseKey } = config;
  const urls = {
    ...(dropUrl !== null && { 'drop_v4.json': dropUrl }),
    ...(dropV6Url !== null && { 'drop_v6.json': dropV6Url }),
    ...(asndropUrl !== null && { 'asndrop.json': asndropUrl }),
    ...(maxmindUrl !== null && { maxmind: maxmindUrl }),
  };
  const maxmind = accountId !== null && licenseKey !== null && { maxmind: { accountId, licenseKey } };
  return openIntel({ dataDir, workingDir: process.cwd(), urls, ...maxmind });
}
