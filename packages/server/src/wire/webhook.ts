import { randomBytes } from 'node:crypto';
import { parseTarget } from '@locator/probe';
import Type, { type Static } from 'typebox';
import { ServerError } from '../errors.js';
import { isWebUrl } from '../setting-text.js';
import { severities } from '../store/event-store.js';
import type { Webhook, WebhookSpec } from '../store/webhook-store.js';
import { eventTypes } from './event.js';

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);

const told = {
  url: Type.String({ maxLength: 2048, description: 'Where each event is POSTed, as /api/events shows it' }),
  target: Type.Optional(
    Type.String({ maxLength: 2048, description: 'Only events of this target and its subdomains' }),
  ),
  type: Type.Optional(Type.Enum([...eventTypes])),
  severity: Type.Optional(Type.Enum([...severities], { description: 'This or graver; default low' })),
};

export const WebhookBody = Type.Object(
  {
    ...told,
    secret: Type.Optional(
      Type.String({ minLength: 16, maxLength: 200, description: 'Key of the signatures; one is made up' }),
    ),
  },
  { additionalProperties: false },
);
export type WebhookBody = Static<typeof WebhookBody>;

export const WebhookSchema = Type.Object({
  id: Type.Integer(),
  ...told,
  origin: Type.Enum(['config', 'api']),
  created_at: Type.String(),
  delivered: Type.Integer(),
  given_up: Type.Integer({ description: 'Events that could not be delivered for three days' }),
  last_delivered_at: nullable(Type.String()),
  attempts: Type.Integer({ description: 'Failed attempts to deliver the next event' }),
  next_attempt_at: nullable(Type.String()),
  problem: nullable(Type.String({ description: 'Why the last attempt failed' })),
});
export const WebhooksSchema = Type.Object({ webhooks: Type.Array(WebhookSchema) });
export const NewWebhookSchema = Type.Object({
  ...WebhookSchema.properties,
  secret: Type.String({ description: 'Shown this once' }),
});
export type WebhookJson = Static<typeof WebhookSchema>;

/** Throws INPUT_INVALID and what `parseTarget` throws. The same webhook always comes out in the same spelling. */
export function readWebhook({ url, target, type, severity = 'low', secret }: WebhookBody) {
  if (!isWebUrl(url)) {
    throw new ServerError('INPUT_INVALID', 'url must be an http or https URL.');
  }
  const spec: WebhookSpec = {
    url: new URL(url).href,
    filter: {
      atLeast: severity,
      ...(target !== undefined && { target: parseTarget(target) }),
      ...(type !== undefined && { type }),
    },
  };
  return { spec, secret: secret ?? randomBytes(24).toString('base64url') };
}

export function encodeWebhook(webhook: Webhook): WebhookJson {
  const { id, url, filter, origin, createdAt, attempts, nextAt, progress } = webhook;
  const instant = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    id,
    url,
    ...(filter.target !== undefined && { target: filter.target }),
    ...(filter.type !== undefined && { type: filter.type as (typeof eventTypes)[number] }),
    severity: filter.atLeast,
    origin,
    created_at: new Date(createdAt).toISOString(),
    delivered: progress.delivered,
    given_up: progress.givenUp,
    last_delivered_at: instant(progress.lastDeliveredAt),
    attempts,
    next_attempt_at: attempts === 0 ? null : instant(nextAt),
    problem: progress.problem,
  };
}
