/**
 * Traces all targets of a file at once, from one process, each time it is given a line; answers with one JSON line. Runs
 * inside the lab, and in plain Node: what is measured is the library, not a compiler beside it.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openTracer } from '@locator/probe';

const [file, rate] = process.argv.slice(2);
const targets = readFileSync(file, 'utf8').trim().split('\n');
const tracer = await openTracer({ sockets: 'native', packetsPerSecond: Number(rate) });
for await (const _ of createInterface({ input: process.stdin })) console.log(await traceAll());
await tracer.close();

async function traceAll() {
  const before = process.cpuUsage();
  const began = performance.now();
  const results = await Promise.all(targets.map((target) => tracer.trace(target).result));
  const tookMs = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  const residentMb = process.resourceUsage().maxRSS / 1024;
  const paths = results.map(({ address, hops }) => ({
    target: address,
    hops: hops.map(({ ttl, addresses, loss, destination }) => ({
      ttl,
      addresses,
      received: loss.received,
      destination,
    })),
  }));
  return JSON.stringify({ tookMs, cpuUs: user + system, residentMb, paths });
}
