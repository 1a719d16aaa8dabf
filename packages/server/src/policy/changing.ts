import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { ServerError } from '../errors.js';
import { isLoopback } from '../read-settings.js';
import type { Config } from '../settings.js';

/**
 * Who may change what this server does: with a token, whoever carries it (`bearer` sees to that); without one,
 * only on a server that nobody but this machine reaches. Pages of other origins, which may read, may change
 * things only where the configuration names them: a person who visits one has not asked for it.
 */
export function changing(config: Pick<Config, 'host' | 'token' | 'corsOrigins'>): onRequestAsyncHookHandler {
  const isOpen = config.token !== null || isLoopback(config.host);
  return async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return;
    if (!isOpen) throw new ServerError('TOKEN_NEEDED');
    if (!isKnownPage(request, config)) throw new ServerError('ORIGIN_FORBIDDEN');
  };
}

function isKnownPage(
  { headers, host }: FastifyRequest,
  { token, corsOrigins }: Pick<Config, 'token' | 'corsOrigins'>,
) {
  const { origin } = headers;
  if (origin === undefined || corsOrigins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const page = new URL(origin);
  // A name that was made to lead here (DNS rebinding) is the page's own host, but it is not ours.
  return page.host === host && (token !== null || isLoopback(page.hostname.replace(/^\[(.*)\]$/, '$1')));
}
