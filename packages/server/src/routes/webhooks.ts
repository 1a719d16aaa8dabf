import type { App, Context } from '../context.js';
import { ServerError } from '../errors.js';
import { ErrorSchema } from '../wire/error.js';
import { IdParams } from '../wire/query.js';
import {
  encodeWebhook,
  NewWebhookSchema,
  readWebhook,
  WebhookBody,
  WebhooksSchema,
} from '../wire/webhook.js';
import { sendJson } from './send-json.js';

/** Webhooks that clients may make. */
const MOST_WEBHOOKS = 100;

const errors = { '4xx': ErrorSchema, '5xx': ErrorSchema };
const listing = {
  summary: 'Who is told of events, and how that goes',
  response: { 200: WebhooksSchema, ...errors },
};
const creation = {
  summary: 'Be told of events from now on',
  description: `Each event is POSTed as JSON with the header Locator-Signature: t=SECONDS,v1=HEX, the HMAC-SHA256 by
the secret of the seconds, a full stop and the body. Events come in order and at least once; Locator-Event is their id.
Any status from 200 to 299 takes one; else it is tried again for three days.`,
  body: WebhookBody,
  response: { 201: NewWebhookSchema, ...errors },
};
const removal = {
  summary: 'Be told no more',
  params: IdParams,
  response: { 204: { type: 'null' }, ...errors },
} as const;

/** GET and POST /api/webhooks, DELETE /api/webhooks/ID */
export function webhooksRoute(app: App, { store: { webhooks }, courier, clock }: Context): void {
  app.get('/api/webhooks', { schema: listing }, async (_request, reply) =>
    sendJson(reply, { webhooks: (await webhooks.all()).map(encodeWebhook) }),
  );

  app.post('/api/webhooks', { schema: creation }, async (request, reply) => {
    const { spec, secret } = readWebhook(request.body);
    if ((await webhooks.all()).length >= MOST_WEBHOOKS) {
      throw new ServerError('INPUT_INVALID', `There are ${MOST_WEBHOOKS} webhooks, which is the most.`);
    }
    const webhook = await webhooks.add(spec, secret, 'api', clock.wall());
    courier.look();
    return sendJson(reply.code(201), { ...encodeWebhook(webhook), secret });
  });

  app.delete('/api/webhooks/:id', { schema: removal }, async (request, reply) => {
    const { id } = request.params;
    const webhook = (await webhooks.all()).find((one) => one.id === id);
    if (webhook === undefined) throw new ServerError('WEBHOOK_UNKNOWN');
    if (webhook.origin === 'config') throw new ServerError('CONFIGURED');
    await webhooks.remove(id);
    return reply.code(204).send(null);
  });
}
