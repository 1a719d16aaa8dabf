import type { AddressInfo } from 'node:net';
import { systemClock } from '@locator/probe';
import type { FastifyInstance } from 'fastify';
import { type BuildOptions, build } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { openMemoryStore } from '../src/store/memory-store.js';
import { fakeIntel } from './fake-intel.js';
import { fakeTracer } from './fake-tracer.js';

interface Test {
  teardown(end: () => unknown): unknown;
}

export type ServerOptions = Partial<Omit<BuildOptions, 'config'>> & {
  /** Environment, `{ LOCATOR_TARGETS: 'public' }`. */
  readonly env?: Readonly<Record<string, string>>;
};

/** A server with a fake tracer, a memory store and the given parts in place of them; closed after the test. */
export async function aServer(t: Test, options: ServerOptions = {}) {
  const { env = {}, ...parts } = options;
  const store = options.store ?? (await openMemoryStore());
  const app = build({
    tracer: fakeTracer(),
    intel: fakeIntel(),
    clock: systemClock,
    lookup: async () => ['203.0.113.80'],
    ...parts,
    store,
    config: readConfig(env),
  });
  t.teardown(() => app.close());
  return { app, store };
}

/** The same, listening on a free port of 127.0.0.1. */
export async function aListeningServer(t: Test, options: ServerOptions = {}) {
  const server = await aServer(t, options);
  return { ...server, url: await listening(server.app) };
}

async function listening(app: FastifyInstance): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}
