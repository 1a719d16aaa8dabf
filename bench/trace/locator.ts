/** Traces a target so many times; prints one JSON line per run. Runs inside the lab. */
import { openTracer } from '@locator/probe';

const [target = '', runs = '1', sockets = 'native'] = process.argv.slice(2);
const tracer = await openTracer({ sockets: sockets as 'native' | 'unprivileged' | 'raw-socket' });
const protocol = sockets === 'unprivileged' ? 'udp' : 'icmp';

for (let run = 0; run < Number(runs); run++) {
  const began = performance.now();
  const trace = tracer.trace(target, { protocol });
  let firstMs = 0;
  for await (const hop of trace) if (hop.ttl === 1) firstMs = performance.now() - began;
  const tookMs = performance.now() - began;
  const { hops, reached } = await trace.result;
  const readings = hops.map(({ ttl, samples, destination }) => ({
    ttl,
    rttsMs: samples.map(({ rttMs }) => rttMs),
    andBeyond: destination,
  }));
  console.log(JSON.stringify({ tookMs, firstMs, reached, readings }));
  await new Promise((resolve) => setTimeout(resolve, 100));
}
await tracer.close();
