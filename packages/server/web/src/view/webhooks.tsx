import type { WebhookJson } from '../../../src/wire/webhook.js';
import { getJson } from '../api/request.js';
import { say, sayOr } from '../words/words.js';
import { moment } from './duration.js';
import { Icon } from './icon.js';
import { RemoveButton } from './remove-button.js';
import { useLoaded } from './use-loaded.js';

/** Who else is told of events. Nothing is shown where nobody is. */
export function Webhooks() {
  const { state, reload } = useLoaded(
    (signal) => getJson<{ webhooks: readonly WebhookJson[] }>('/api/webhooks', {}, signal),
    [],
  );
  if (state.kind !== 'known' || state.value.webhooks.length === 0) return null;
  return (
    <section class="card" aria-label={say('webhooks')}>
      <header>
        <h2>{say('webhooks')}</h2>
      </header>
      <ul class="webhooks">
        {state.value.webhooks.map((webhook) => (
          <li key={webhook.id}>
            <span>
              <code>{webhook.url}</code>
              <span class="muted detail">{told(webhook)}</span>
              {webhook.problem !== null && (
                <span class="trouble">
                  <Icon name="warning" />
                  {webhook.problem}
                </span>
              )}
            </span>
            {webhook.origin === 'config' ? (
              <span class="muted">{say('configured')}</span>
            ) : (
              <RemoveButton
                path={`/api/webhooks/${webhook.id}`}
                question={say('webhook.remove', { url: webhook.url })}
                onRemoved={reload}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function told({ target, type, severity, delivered, last_delivered_at: last }: WebhookJson): string {
  return [
    target,
    type && sayOr('anomaly', type),
    severity && say('webhook.severity', { severity: sayOr('severity', severity) }),
    say('webhook.delivered', { count: delivered }),
    last && moment(last),
  ]
    .filter(Boolean)
    .join(' · ');
}
