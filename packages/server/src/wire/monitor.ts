import { parseTarget } from '@locator/probe';
import Type, { type Static } from 'typebox';
import { ServerError } from '../errors.js';
import { checkCron, LONGEST_EVERY, SHORTEST_EVERY } from '../monitors/schedule.js';
import type { Monitor, MonitorSpec, Schedule } from '../store/monitor-store.js';
import { traceRequest } from '../trace-request.js';

const nullable = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);

const request = {
  target: Type.String({ maxLength: 2048, description: 'Host name, address or URL' }),
  protocol: Type.Optional(Type.Enum(['icmp', 'udp'])),
  port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65535 })),
  family: Type.Optional(Type.Enum([4, 6])),
  max_hops: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
  probes: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
  bandwidth: Type.Optional(
    Type.Enum(['off', 'quick', 'thorough'], { description: 'Capacities; default off, as they cost traffic' }),
  ),
};

const schedule = {
  every: Type.Optional(
    Type.Integer({
      minimum: SHORTEST_EVERY,
      maximum: LONGEST_EVERY,
      description: 'Seconds from one trace to the next; or else cron',
    }),
  ),
  cron: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Minute, hour, day of month, month, day of week; or a nickname such as @hourly',
    }),
  ),
  timezone: Type.Optional(
    Type.String({ maxLength: 60, description: 'IANA zone that cron is meant in, Asia/Tokyo; default UTC' }),
  ),
};

/** A monitor as clients ask for it and as the configuration has it. */
export const MonitorBody = Type.Object({ ...request, ...schedule }, { additionalProperties: false });
export type MonitorBody = Static<typeof MonitorBody>;

export const MonitorSchema = Type.Object({
  id: Type.Integer(),
  ...request,
  ...schedule,
  origin: Type.Enum(['config', 'api']),
  created_at: Type.String(),
  next_at: nullable(Type.String({ description: 'When it is traced next, about; null: never' })),
  runs: Type.Integer(),
  skipped: Type.Integer({
    description: 'Times that came while the run before had not ended, or no place or packets were left',
  }),
  last: nullable(
    Type.Object({
      started_at: Type.String(),
      trace_id: nullable(Type.Integer()),
      problem: nullable(Type.String()),
    }),
  ),
});
export const MonitorsSchema = Type.Object({ monitors: Type.Array(MonitorSchema) });
export type MonitorJson = Static<typeof MonitorSchema>;

/** Throws INPUT_INVALID and what `parseTarget` throws. The same monitor always comes out in the same spelling. */
export function readMonitor(body: MonitorBody): MonitorSpec {
  const { target, protocol, port, family, max_hops: maxHops, probes, bandwidth } = body;
  return {
    request: traceRequest({
      target: parseTarget(target),
      protocol,
      port,
      family,
      maxHops,
      probes,
      bandwidth: bandwidth ?? 'off',
    }),
    schedule: readSchedule(body),
  };
}

function readSchedule({ every, cron, timezone }: MonitorBody): Schedule {
  if (every !== undefined && cron === undefined && timezone === undefined) return { every };
  if (cron !== undefined && every === undefined) {
    const fault = checkCron(cron, timezone);
    if (fault !== null) throw new ServerError('INPUT_INVALID', fault);
    return { cron: cron.trim().replace(/\s+/g, ' '), ...(timezone !== undefined && { timezone }) };
  }
  throw new ServerError(
    'INPUT_INVALID',
    'A monitor has either every, in seconds, or cron, to which a timezone may be added.',
  );
}

export function encodeMonitor(monitor: Monitor, nextAt: number | null): MonitorJson {
  const { id, request, schedule, origin, createdAt, runs, skipped, last } = monitor;
  const { maxHops, ...rest } = request;
  return {
    id,
    ...(rest as Omit<MonitorBody, 'max_hops' | 'every' | 'cron' | 'timezone'>),
    ...(maxHops !== undefined && { max_hops: maxHops }),
    ...schedule,
    origin,
    created_at: new Date(createdAt).toISOString(),
    next_at: nextAt === null ? null : new Date(nextAt).toISOString(),
    runs,
    skipped,
    last: last && {
      started_at: new Date(last.startedAt).toISOString(),
      trace_id: last.traceId,
      problem: last.problem,
    },
  };
}
