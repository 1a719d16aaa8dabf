import type { Config } from './settings.js';

/** The server could not listen. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(cause: NodeJS.ErrnoException, { host, port }: Config) {
    const where = `port ${port} on ${host}`;
    const sentences: Record<string, string> = {
      EADDRINUSE: `Another program uses ${where}: choose another with LOCATOR_PORT or --port.`,
      EACCES: `This user may not listen on ${where}: choose one above 1023 with LOCATOR_PORT or --port.`,
      EADDRNOTAVAIL: `This machine has no address ${host}: choose another with LOCATOR_HOST or --host.`,
      ENOTFOUND: `The host ${host} has no address: choose another with LOCATOR_HOST or --host.`,
    };
    super(sentences[cause.code ?? ''] ?? `Cannot listen on ${where}: ${cause.message}.`, { cause });
  }
}
