import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Intel } from '@locator/intel';
import type { Clock, ResolveOptions, Tracer } from '@locator/probe';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Metrics } from './metrics.js';
import type { Scheduler } from './monitors/scheduler.js';
import type { Admission } from './policy/admission.js';
import type { Config } from './settings.js';
import type { Store } from './store/store.js';
import type { Log, TraceKeeper } from './trace-keeper.js';
import type { SessionTools } from './trace-session.js';
import type { Courier } from './webhooks/courier.js';

/** What the server joins together. Whoever opened it closes it. */
export interface Services {
  readonly tracer: Tracer;
  readonly intel: Intel;
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Config;
  /** When lists and databases are updated next, wall-clock milliseconds; null when that is not known. */
  readonly updates?: { readonly nextAt: number | null };
  /** What already went wrong while opening these, one sentence each; said by /api/ready. */
  readonly problems?: readonly string[];
  /** Name → addresses, instead of the system's resolver. */
  readonly lookup?: ResolveOptions['lookup'];
}

/** What a route works with. */
export type Context = Services &
  Omit<SessionTools, keyof Services | 'keeper'> & {
    readonly keeper: TraceKeeper;
    readonly admission: Admission;
    readonly metrics: Metrics;
    readonly scheduler: Scheduler;
    readonly courier: Courier;
    readonly log: Log;
    /** Aborts when the server closes: streams without an end of their own have to. */
    readonly closing: AbortSignal;
  };

/** A Fastify instance whose handlers get their types from the schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
