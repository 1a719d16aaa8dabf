import type { Test } from 'tap';
import { openPageServer } from './page-server.js';
import { target } from './world-path.js';

/** Every view of the page, and what is there when all that it loads is. */
export const views = [
  { name: 'start', path: '/', settled: '.chips' },
  { name: 'trace', path: `/?target=${target}`, settled: '.risk .factors' },
  { name: 'watch', path: `/?view=watch&target=${target}`, settled: '.watch tr[data-ttl="12"]' },
  { name: 'history, empty', path: '/?view=history', settled: '.chips' },
  { name: 'compare', path: `/?view=history&target=${target}&a=4&b=6`, settled: '.pairs .shift' },
  { name: 'monitors', path: '/?view=monitors', settled: '.live' },
  { name: 'failure', path: '/?target=no%20name', settled: '.failure' },
] as const;

/** A server that has something to show in each; its URL. */
export async function serveViews(t: Test): Promise<string> {
  const server = await openPageServer({ past: 8 });
  t.teardown(() => server.close());
  await fetch(`${server.url}/api/monitors`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ target, every: 86_400 }),
  });
  return server.url;
}
