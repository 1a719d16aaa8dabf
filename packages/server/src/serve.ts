import type { AddressInfo } from 'node:net';
import { build } from './app.js';
import { ListenError } from './listen-error.js';
import { rehearse } from './rehearse.js';
import { keepTidy } from './retention.js';
import { type OpenServices, openServices } from './services.js';
import type { Config } from './settings.js';
import { keepUpdated, type Schedule } from './update-schedule.js';
import { version } from './version.js';

/** Milliseconds after which connections that still hang are cut when the server closes. */
const CLOSE_BOUND_MS = 8000;

/** A running server. */
export interface Running {
  readonly url: string;
  /** One line for people: where it listens and with which socket it traces. */
  readonly line: string;
  /** What does not work as it should, one sentence each. */
  readonly problems: readonly string[];
  /** Ends open streams within a bound, then gives everything back. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the services and listens. Rejects with a ListenError, whose message is the sentence to show, or
 * with the ProbeError that says why nothing can be traced here.
 */
export async function serve(config: Config): Promise<Running> {
  const services = await openServices(config);
  const flaw = await rehearse(services);
  const problems = flaw === null ? [] : [flaw];
  let schedule: Schedule | null = null;
  const updates = {
    get nextAt() {
      return schedule?.nextAt ?? null;
    },
  };
  const logger = { level: config.logLevel, stream: process.stderr };
  const app = build({ ...services, problems, updates, logger });
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    await app.close();
    await services.close();
    throw new ListenError(error as NodeJS.ErrnoException, config);
  }
  const { store, clock } = services;
  const stopTidying = keepTidy({ ...config, store, clock, log: app.log });
  if (config.updates === 'daily') schedule = await keepUpdated({ ...services, log: app.log });
  const url = urlOf(config.host, (app.server.address() as AddressInfo).port);

  let closing: Promise<void> | undefined;
  const close = async () => {
    stopTidying();
    schedule?.stop();
    const cut = setTimeout(() => app.server.closeAllConnections(), CLOSE_BOUND_MS);
    await app.close();
    clearTimeout(cut);
    await services.close();
  };
  return {
    url,
    line: `Locator ${version} listens on ${url} and traces with ${socketLine(services)}`,
    problems: [services.store.problem ?? null, flaw].filter((problem) => problem !== null),
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function socketLine({ tracer }: OpenServices): string {
  const { name, stamps, passedOver } = tracer.socket;
  const left = passedOver.map(({ name, reason }) => `${name} (${reason})`).join(', ');
  return `the ${name} socket (${stamps} time stamps)${left === '' ? '' : `; passed over: ${left}`}`;
}

/** An address to open in a browser: one that listens everywhere is reached at localhost. */
function urlOf(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
