/** Many traces at once in one process: every hop right, nothing left open, no memory kept. */
import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { openTracer } from '@locator/probe';
import t from 'tap';
import { many } from './lab/descriptions.js';
import { expectedHops } from './lab/expected.js';
import { insideLab } from './lab/inside.js';
import { openInternet } from './lab/internet.js';

const targets = 200;
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

await insideLab(t, import.meta.url, '200 concurrent traces', async (t) => {
  const internet = many(targets);
  const lab = await openInternet(internet);
  t.teardown(() => lab.close());
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const threads = () => readdirSync('/proc/self/task').length;

  const traceAll = async () => {
    const tracer = await openTracer({ sockets: 'native' });
    const names = Array.from({ length: targets }, (_, index) => `t${index}`);
    const results = await Promise.all(
      names.map(async (name) => {
        const expected = expectedHops(internet, name, 4);
        const result = await tracer.trace(expected.at(-1)!.addresses[0]!).result;
        return { name, expected, result };
      }),
    );
    await tracer.close();
    return results;
  };

  await traceAll();
  const before = { descriptors: descriptors(), threads: threads(), heap: heap() };
  const results = await traceAll();
  t.equal(results.length, targets);
  for (const { name, expected, result } of results) {
    t.ok(result.reached, name);
    t.same(
      result.hops.map(({ address }) => address),
      expected.map(({ addresses }) => addresses[0]),
      name,
    );
  }
  results.length = 0;
  t.equal(descriptors(), before.descriptors, 'no descriptor is left open');
  t.equal(threads(), before.threads, 'no thread is left');
  const grown = heap() - before.heap;
  t.ok(grown < 4 * 2 ** 20, `the heap grew by ${(grown / 2 ** 20).toFixed(2)} MiB`);
});

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
