/**
 * Traces what it is asked to, one JSON line each way, in one process for all paths. Runs inside the lab. With
 * `pairs` it estimates with naive packet pairs instead.
 */
import { createInterface } from 'node:readline';
import { type Bandwidth, openTracer } from '@locator/probe';
import type { Answer, Question } from './instrument.js';
import { estimateWithPairs } from './pairs.js';

const tracer = await openTracer({ sockets: 'native' });

async function trace({ target, level, protocol }: Question): Promise<Answer> {
  const began = performance.now();
  let firstMs: number | null = null;
  const running = tracer.trace(target, { protocol, bandwidth: level as Bandwidth });
  for await (const _ of running) firstMs ??= performance.now() - began;
  const { hops } = await running.result;
  return {
    tookMs: performance.now() - began,
    firstMs,
    hops: hops.map(({ ttl, address, capacity }) => ({ ttl, address, capacity })),
  };
}

async function pairs({ target, hops }: Question): Promise<Answer> {
  const began = performance.now();
  const estimates = await estimateWithPairs(target, hops);
  return {
    tookMs: performance.now() - began,
    firstMs: null,
    hops: estimates.map((mbps, index) => ({
      ttl: index + 1,
      address: null,
      capacity:
        mbps === null
          ? { kind: 'unmeasured', cause: 'none', reason: 'no pair was answered' }
          : { kind: 'estimate', mbps, low: mbps, high: mbps },
    })),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question: Question = JSON.parse(line);
  console.log(JSON.stringify(await (question.level === 'pairs' ? pairs(question) : trace(question))));
}
await tracer.close();
