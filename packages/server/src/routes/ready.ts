import Type from 'typebox';
import type { App, Context } from '../context.js';
import { version } from '../version.js';
import { sendJson } from './send-json.js';

const text = Type.String();
const maybe = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()]);

const Ready = Type.Object({
  ready: Type.Boolean(),
  timestamp: text,
  version: text,
  problems: Type.Array(text, { description: 'What does not work as it should, one sentence each' }),
  socket: Type.Object({
    name: text,
    stamps: text,
    passed_over: Type.Array(Type.Object({ name: text, reason: text })),
  }),
  traces: Type.Object({ running: Type.Integer(), limit: Type.Integer() }),
  store: Type.Object({
    traces: maybe(Type.Integer()),
    targets: maybe(Type.Integer()),
    interrupted: maybe(Type.Integer()),
    problem: maybe(text),
  }),
  next_update_at: maybe(text),
  sources: Type.Array(
    Type.Object({
      name: text,
      kind: text,
      updated_at: maybe(text),
      entries: maybe(Type.Integer()),
      attribution: text,
      url: maybe(text),
      state: Type.Enum(['in-use', 'missing', 'not-fetched'], {
        description: 'not-fetched: no update was made yet, which is nothing wrong',
      }),
      problem: maybe(text),
    }),
  ),
});

const schema = {
  summary: 'Whether the server can trace, and what it works with',
  response: { 200: Ready, 503: Ready },
};

/** GET /api/ready */
export function readyRoute(app: App, context: Context): void {
  const { tracer, intel, store, clock, keeper, admission } = context;

  app.get('/api/ready', { schema, config: { open: true } }, async (request, reply) => {
    const counts = await store.counts().catch((error: unknown) => {
      request.log.error({ err: error }, 'the store cannot be read');
      return null;
    });
    const storeProblem = keeper.problem ?? (counts === null ? 'The stored traces cannot be read.' : null);
    const sources = intel.sources();
    const problems = [
      ...(context.problems ?? []),
      ...(storeProblem === null ? [] : [storeProblem]),
      ...sources.flatMap(({ problem }) => (problem === null ? [] : [problem])),
    ];
    const ready = !admission.closing;
    return sendJson(reply.code(ready ? 200 : 503), {
      ready,
      timestamp: new Date(clock.wall()).toISOString(),
      version,
      problems,
      socket: {
        name: tracer.socket.name,
        stamps: tracer.socket.stamps,
        passed_over: tracer.socket.passedOver,
      },
      traces: { running: admission.running, limit: admission.limit },
      store: {
        traces: counts?.traces ?? null,
        targets: counts?.targets ?? null,
        interrupted: counts?.interrupted ?? null,
        problem: storeProblem,
      },
      next_update_at: instantOf(context.updates?.nextAt ?? null),
      sources: sources.map(({ updatedAt, ...source }) => ({ ...source, updated_at: updatedAt })),
    });
  });
}

function instantOf(wallMs: number | null): string | null {
  return wallMs === null ? null : new Date(wallMs).toISOString();
}
