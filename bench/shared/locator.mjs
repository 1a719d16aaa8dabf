/**
 * Traces a target so many times in one process and prints a Run per trace. Runs inside the lab, and in plain Node: what
 * is measured is the library, not a compiler whose garbage is collected meanwhile. With a seed the event loop is
 * blocked for 50 ms once in every 200 ms, at random.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { openTracer } from '@locator/probe';
import { blockEventLoop } from './block-event-loop.mjs';

const [target = '', runs = '1', sockets = 'native', seed = ''] = process.argv.slice(2);
const tracer = await openTracer({ sockets });
const protocol = sockets === 'unprivileged' ? 'udp' : 'icmp';
const stopBlocking = seed === '' ? () => {} : blockEventLoop(Number(seed));

for (let run = 0; run < Number(runs); run++) {
  const began = performance.now();
  const startedAt = performance.timeOrigin + began;
  const { hops, reached } = await tracer.trace(target, { protocol }).result;
  const tookMs = performance.now() - began;
  const readings = hops.map(({ ttl, samples, destination, loss }) => {
    const rttsMs = Array(loss.sent).fill(null);
    for (const { attempt, rttMs } of samples) rttsMs[attempt] = rttMs;
    return { ttl, rttsMs, andBeyond: destination };
  });
  console.log(JSON.stringify({ startedAt, tookMs, reached, readings }));
  await sleep(50);
}
stopBlocking();
await tracer.close();
