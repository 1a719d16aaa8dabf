import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, parentPort } from 'node:worker_threads';
import { parseAddress } from '../../src/packet/address.js';
import { openNativeSocket } from '../../src/socket/native-socket.js';
import { openWorker } from './open-worker.js';
import { Session } from './session.js';

/*
 * Sockets in worker threads that are ended while packets come in; prints `nothing left` when no descriptor and
 * no thread of theirs is.
 */
const here = parseAddress('127.0.0.1')!;

async function traffic(): Promise<void> {
  const socket = await openNativeSocket();
  const s = new Session(socket);
  socket.hold(true);
  const burst = () =>
    s.send(
      Array.from({ length: 20 }, () =>
        s.probe({ family: 4, transport: 'icmp', source: here, destination: here }),
      ),
    );
  setInterval(burst, 1);
  await s.until(() => s.answered.size > 100);
  parentPort?.postMessage(s.breaches);
}

const open = () => [readdirSync('/proc/self/fd').length, readdirSync('/proc/self/task').length].join(' ');

async function endOne(): Promise<void> {
  const worker = openWorker(new URL(import.meta.url));
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (breaches: string[]) =>
      breaches.length === 0 ? resolve() : reject(new Error(breaches.join())),
    );
  });
  await worker.terminate();
}

if (isMainThread) {
  // The first one also starts what Node keeps.
  await endOne();
  await sleep(50);
  const before = open();
  await Promise.all([endOne(), endOne()]);
  await sleep(50);
  console.log(open() === before ? 'nothing left' : `${before} before, ${open()} after`);
} else {
  await traffic();
}
