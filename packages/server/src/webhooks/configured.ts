import type { Config } from '../settings.js';
import type { WebhookStore } from '../store/webhook-store.js';

/** Makes the configuration's webhooks those that are kept as such. They are told of what is low or graver. */
export async function keepConfigured(
  webhooks: WebhookStore,
  { webhookUrls, webhookSecret }: Pick<Config, 'webhookUrls' | 'webhookSecret'>,
  now: number,
): Promise<void> {
  const wanted = new Set<number>();
  for (const url of webhookSecret === null ? [] : webhookUrls) {
    const spec = { url: new URL(url).href, filter: { atLeast: 'low' } } as const;
    wanted.add((await webhooks.add(spec, webhookSecret!, 'config', now)).id);
  }
  for (const { id, origin } of await webhooks.all()) {
    if (origin === 'config' && !wanted.has(id)) await webhooks.remove(id);
  }
}
