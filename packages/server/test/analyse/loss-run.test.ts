import t from 'tap';
import { randomFrom, seedOf } from '../../../probe/test/seed.js';
import { bestLossRun } from '../../src/analyse/loss-run.js';

const random = randomFrom(seedOf(t));
const LEAST = 6.5;

/** A path of which some hops miss answers by themselves, and those from some on because of loss. */
function aPath() {
  const length = 1 + Math.floor(random() * 18);
  const traces = 1 + Math.floor(random() * 13);
  const [start, since] = [Math.floor(random() * length), Math.floor(random() * traces)];
  const share = random() < 0.5 ? 0 : random() ** 2;
  return Array.from({ length }, (_, hop) => {
    const usual = 0.003 + (random() < 0.7 ? random() * 0.02 : random() * 0.6);
    const silent = 0.005 + (random() < 0.8 ? random() * 0.03 : random() * 0.98);
    const now = Array.from({ length: traces }, (_, at) => {
      const sent = random() < 0.05 ? 0 : random() < 0.9 ? 3 : 10;
      const chance = usual + (hop >= start && at <= since ? share : 0);
      const isSilent = random() < silent / 2;
      const missing = Array.from({ length: sent }).filter(() => isSilent || random() < chance).length;
      return { sent, missing, usual, silent };
    });
    return { limited: [0.2, 0.9, 0.0005][Math.floor(random() * 3)]!, now };
  });
}

t.test('what cannot be likely enough is not reckoned, and nothing else is left out', async (t) => {
  let found = 0;
  for (let path = 0; path < 1000; path++) {
    const hops = aPath();
    const all = bestLossRun(hops, Number.NEGATIVE_INFINITY);
    const likely = bestLossRun(hops, LEAST);
    if (all !== null && all.score >= LEAST) found += 1;
    if ((all?.score ?? 0) >= LEAST) t.same(likely, all, `path ${path}`);
    else if (likely !== null && likely.score >= LEAST) t.fail(`path ${path}: ${likely.score}`);
  }
  t.ok(found > 100, `${found} of 1000 paths have loss`);
});
