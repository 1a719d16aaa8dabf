import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/* Runs open-raw-socket.child.ts in a worker thread: in a process of its own, which a crash would end. */
const worker = new Worker(new URL('open-raw-socket.child.ts', import.meta.url), {
  execArgv: process.execArgv,
});
await once(worker, 'exit');
