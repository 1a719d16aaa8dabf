import type { App, Context } from '../context.js';
import { ServerError } from '../errors.js';
import { ErrorSchema } from '../wire/error.js';
import { encodeMonitor, MonitorBody, MonitorSchema, MonitorsSchema, readMonitor } from '../wire/monitor.js';
import { IdParams } from '../wire/query.js';
import { sendJson } from './send-json.js';

/** Monitors that clients may make. */
const MOST_MONITORS = 10_000;

const errors = { '4xx': ErrorSchema, '5xx': ErrorSchema };
const listing = {
  summary: 'Targets that are traced on a schedule',
  response: { 200: MonitorsSchema, ...errors },
};
const creation = {
  summary: 'Trace a target on a schedule from now on',
  description: 'The same monitor a second time is the one that is there, answered with 200.',
  body: MonitorBody,
  response: { 200: MonitorSchema, 201: MonitorSchema, ...errors },
};
const removal = {
  summary: 'Trace it no more; what is stored stays',
  params: IdParams,
  response: { 204: { type: 'null' }, ...errors },
} as const;

/** GET and POST /api/monitors, DELETE /api/monitors/ID */
export function monitorsRoute(app: App, { store: { monitors }, scheduler, clock }: Context): void {
  app.get('/api/monitors', { schema: listing }, async (_request, reply) => {
    const all = await monitors.all();
    return sendJson(reply, {
      monitors: all.map((monitor) => encodeMonitor(monitor, scheduler.nextAt(monitor.id))),
    });
  });

  app.post('/api/monitors', { schema: creation }, async (request, reply) => {
    const spec = readMonitor(request.body);
    const before = await monitors.all();
    if (before.length >= MOST_MONITORS) {
      throw new ServerError('INPUT_INVALID', `There are ${MOST_MONITORS} monitors, which is the most.`);
    }
    const monitor = await monitors.add(spec, 'api', clock.wall());
    scheduler.add(monitor);
    const isNew = !before.some(({ id }) => id === monitor.id);
    return sendJson(reply.code(isNew ? 201 : 200), encodeMonitor(monitor, scheduler.nextAt(monitor.id)));
  });

  app.delete('/api/monitors/:id', { schema: removal }, async (request, reply) => {
    const { id } = request.params;
    const monitor = (await monitors.all()).find((one) => one.id === id);
    if (monitor === undefined) throw new ServerError('MONITOR_UNKNOWN');
    if (monitor.origin === 'config') throw new ServerError('CONFIGURED');
    await monitors.remove(id);
    scheduler.remove(id);
    return reply.code(204).send(null);
  });
}
