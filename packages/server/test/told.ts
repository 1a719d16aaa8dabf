import type { FastifyInstance } from 'fastify';

/** What a client is told that has a.example traced. */
export async function toldOfTrace(app: FastifyInstance, accept = '*/*') {
  const url = '/api/trace?target=a.example&cache=false';
  const { statusCode, headers, body } = await app.inject({ url, headers: { accept } });
  return { statusCode, store: headers['x-locator-store'] ?? null, body };
}

/** What is said of the store to whoever looks after the server. */
export async function toldOfStore(app: FastifyInstance) {
  const { ready, problems, store } = (await app.inject('/api/ready')).json();
  const up = /^locator_store_up (\d)$/m.exec((await app.inject('/metrics')).body)?.[1];
  return { ready, problems, problem: store.problem, traces: store.traces, up };
}
