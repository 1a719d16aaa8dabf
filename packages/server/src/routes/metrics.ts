import type { App, Context } from '../context.js';
import { exposition } from '../metrics.js';

const schema = {
  summary: 'Figures for Prometheus',
  response: { 200: { content: { 'text/plain': { schema: { type: 'string' } } } } },
};

/** GET /metrics */
export function metricsRoute(app: App, context: Context): void {
  const { intel, store, clock, keeper, admission, metrics } = context;

  app.get('/metrics', { schema }, async (_request, reply) => {
    const counts = await store.counts().catch(() => null);
    const sources = intel.sources();
    const single = (value: number) => [{ labels: {}, value }];
    const body = [
      metrics.write(),
      exposition('locator_traces_running', 'gauge', 'Traces under way.', single(admission.running)),
      exposition('locator_traces_limit', 'gauge', 'Traces that may run at once.', single(admission.limit)),
      exposition(
        'locator_store_up',
        'gauge',
        'Whether traces are stored (1) or not (0).',
        single(keeper.problem === null && counts !== null ? 1 : 0),
      ),
      exposition(
        'locator_store_failures_total',
        'counter',
        'Writes that the store refused.',
        single(keeper.failures),
      ),
      exposition(
        'locator_store_traces',
        'gauge',
        'Stored traces.',
        counts === null ? [] : single(counts.traces),
      ),
      exposition(
        'locator_store_targets',
        'gauge',
        'Targets with stored traces.',
        counts === null ? [] : single(counts.targets),
      ),
      exposition(
        'locator_source_up',
        'gauge',
        'Whether a database or list is in use without a problem.',
        sources.map(({ name, state, problem }) => ({
          labels: { source: name },
          value: state === 'in-use' && problem === null ? 1 : 0,
        })),
      ),
      exposition(
        'locator_source_entries',
        'gauge',
        'Entries of a database or list.',
        sources.flatMap(({ name, entries }) =>
          entries === null ? [] : [{ labels: { source: name }, value: entries }],
        ),
      ),
      exposition(
        'locator_source_age_seconds',
        'gauge',
        'Time since the date of a database or list.',
        sources.flatMap(({ name, updatedAt }) => {
          const age = updatedAt === null ? Number.NaN : (clock.wall() - Date.parse(updatedAt)) / 1000;
          return Number.isNaN(age) ? [] : [{ labels: { source: name }, value: Math.round(age) }];
        }),
      ),
      exposition(
        'locator_update_next_timestamp_seconds',
        'gauge',
        'When lists and databases are updated next, seconds since 1970.',
        context.updates?.nextAt == null ? [] : single(Math.round(context.updates.nextAt / 1000)),
      ),
      exposition(
        'process_resident_memory_bytes',
        'gauge',
        'Resident memory.',
        single(process.memoryUsage.rss()),
      ),
      exposition(
        'process_start_time_seconds',
        'gauge',
        'Start of the process, seconds since 1970.',
        single(Math.round(Date.now() / 1000 - process.uptime())),
      ),
    ];
    return reply.header('content-type', 'text/plain; version=0.0.4; charset=utf-8').send(body.join(''));
  });
}
