import { createHash, timingSafeEqual } from 'node:crypto';
import type { onRequestAsyncHookHandler } from 'fastify';
import { ServerError } from '../errors.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers without a token: for health checks. */
    open?: boolean;
  }
}

/** Refuses requests that do not carry the token (RFC 6750), but for routes that are open. */
export function bearer(token: string): onRequestAsyncHookHandler {
  const expected = digest(token);
  return async (request) => {
    if (request.routeOptions.config.open) return;
    const [, given] = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '') ?? [];
    // Digests are of one length, and compared in a time that says nothing about where they differ.
    if (given === undefined || !timingSafeEqual(digest(given), expected))
      throw new ServerError('UNAUTHORIZED');
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
