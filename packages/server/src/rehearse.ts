import { build } from './app.js';
import type { Services } from './context.js';
import { openMemoryStore } from './store/memory-store.js';

/**
 * Traces this machine itself once, through everything a request goes through, with a store of its own: so that
 * what is only compiled or opened at first use does not delay the first person's first hop, and so that a
 * socket that opens but does not work is found out now. Returns what is wrong, in one sentence, or null.
 */
export async function rehearse(services: Services): Promise<string | null> {
  const config = { ...services.config, targets: 'any' as const, token: null, monitors: [], webhookUrls: [] };
  const store = await openMemoryStore();
  const app = build({ ...services, config, store, logger: false });
  try {
    // The real store's statements; its own traces are none of this.
    await services.store.latest({ target: 'localhost' }, 0).catch(() => null);
    const { statusCode, body } = await app.inject('/api/trace?target=127.0.0.1&cache=false&bandwidth=off');
    if (statusCode !== 200)
      return `A trace of 127.0.0.1, tried at the start, failed: ${JSON.parse(body).error}`;
    const [first] = body.split('\n');
    if (JSON.parse(first!).ip !== '*') return null;
    return 'A trace of 127.0.0.1, tried at the start, got no answer: packets or answers are filtered here.';
  } finally {
    await app.close();
    await store.close();
  }
}
