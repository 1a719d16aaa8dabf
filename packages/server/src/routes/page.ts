import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import files from '@fastify/static';
import type { App } from '../context.js';

/** Built by Vite beside the compiled server. */
const folder = fileURLToPath(new URL('../../dist/web/', import.meta.url));

/** Nothing but this server's own files, no code in the document, no frames. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** GET / and what the page is made of. Without a built page there is none, and / is unknown. */
export async function pageRoute(app: App): Promise<void> {
  if (!existsSync(`${folder}index.html`)) return;
  await app.register(files, {
    root: folder,
    index: 'index.html',
    wildcard: false,
    cacheControl: false,
    decorateReply: false,
    setHeaders: (reply, path) => {
      const isNamedByContent = /[/\\]assets[/\\]/.test(path);
      reply.header('cache-control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
      reply.header('content-security-policy', policy);
      reply.header('x-content-type-options', 'nosniff');
      reply.header('referrer-policy', 'no-referrer');
    },
  });
}
