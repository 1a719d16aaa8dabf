import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { Intel } from '@locator/intel';
import type { Clock, ResolveOptions, Tracer } from '@locator/probe';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { Config } from './config.js';
import type { Metrics } from './metrics.js';
import type { Admission } from './policy/admission.js';
import type { TraceStore } from './store/trace-store.js';
import type { SessionTools } from './trace-session.js';

/** What the server joins together. Whoever opened it closes it. */
export interface Services {
  readonly tracer: Tracer;
  readonly intel: Intel;
  readonly store: TraceStore;
  readonly clock: Clock;
  readonly config: Config;
  /** What already went wrong while opening these, one sentence each; said by /api/ready. */
  readonly problems?: readonly string[];
  /** Name → addresses, instead of the system's resolver. */
  readonly lookup?: ResolveOptions['lookup'];
}

/** What a route works with. */
export type Context = Services &
  SessionTools & {
    readonly admission: Admission;
    readonly metrics: Metrics;
  };

/** A Fastify instance whose handlers get their types from the schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
