import type { Namespace } from '../../test/lab/namespace.js';
import type { Answer, HopAnswer } from './instrument.js';

/** So many repetitions of sizes so far apart: as its authors have it, 32 and 32, a path takes hours. */
const REPETITIONS = 8;
const INCREMENT = 100;

export const pcharSettings = `${REPETITIONS} repetitions of ${Math.floor(1500 / INCREMENT)} sizes`;

/** Runs pchar (variable packet sizes, slopes of the smallest RTTs) and reads the capacity from here to each hop. */
export async function runPchar(lab: Pick<Namespace, 'run'>, home: string, target: string): Promise<Answer> {
  const began = performance.now();
  const { stdout } = await lab.run(
    'pchar',
    // Named: it would look its own address up, and there is no name server in here.
    ['-n', '-l', home, '-R', String(REPETITIONS), '-I', String(INCREMENT), '-g', '0.001', '-t', '1', target],
    { timeoutMs: 110_000 },
  );
  return { tookMs: performance.now() - began, firstMs: null, hops: readPchar(stdout) };
}

/** Each link's bandwidth is printed under the node before it; the narrowest so far is what is compared. */
function readPchar(output: string): HopAnswer[] {
  let narrowest = Number.POSITIVE_INFINITY;
  return [...output.matchAll(/Hop char: +rtt = \S+ ms, bw = (\S+) Kbps/g)].map(([, kbps], index) => {
    // A slope that is not above the one before has no bandwidth.
    const mbps = Number(kbps) / 1000;
    if (mbps > 0) narrowest = Math.min(narrowest, mbps);
    const capacity = Number.isFinite(narrowest)
      ? ({ kind: 'estimate', mbps: narrowest, low: narrowest, high: narrowest } as const)
      : ({ kind: 'unmeasured', cause: 'none', reason: 'no slope' } as const);
    return { ttl: index + 1, address: null, capacity };
  });
}
