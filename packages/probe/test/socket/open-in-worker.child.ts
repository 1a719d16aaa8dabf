import { once } from 'node:events';
import { openWorker } from './open-worker.js';

/* Runs open-raw-socket.child.ts in a worker thread: in a process of its own, which a crash would end. */
await once(openWorker(new URL('open-raw-socket.child.ts', import.meta.url)), 'exit');
