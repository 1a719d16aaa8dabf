import t from 'tap';
import { compile, wiresOf } from './compile.js';
import { expectedHops } from './expected.js';
import { type Kind, randomPath } from './random-path.js';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const kinds: readonly Kind[] = ['quiet', 'gigabit', 'busy', 'hostile'];

t.test('a seed is a path', async (t) => {
  t.strictSame(randomPath('hostile', 7), randomPath('hostile', 7));
  t.notSame(randomPath('quiet', 7), randomPath('quiet', 8));
});

for (const kind of kinds) {
  t.test(`${kind}: every path leads to its target and is within bounds`, async (t) => {
    t.comment(`seeds from ${SEED}`);
    const lengths = new Set<number>();
    const traits = new Set<string>();
    for (let seed = SEED; seed < SEED + 300; seed++) {
      const { internet, traits: has } = randomPath(kind, seed);
      compile(internet); // throws for what cannot be
      for (const family of [4, 6] as const) {
        const hops = expectedHops(internet, 'target', family);
        const capacities = hops.map(({ capacityMbps }) => capacityMbps!);
        if (!hops.at(-1)?.end || hops.at(-1)?.nodes[0] !== 'target') t.fail(`seed ${seed} does not arrive`);
        if (capacities.some((mbps) => !(mbps >= (kind === 'gigabit' ? 1000 : 2) && mbps <= 1000))) {
          t.fail(`seed ${seed}: ${capacities}`);
        }
        lengths.add(hops.length);
      }
      const crossed = internet.links.filter(({ there }) => there.cross !== undefined);
      if (crossed.length !== (kind === 'busy' ? 1 : 0)) t.fail(`seed ${seed}: ${crossed.length} busy links`);
      const narrowest = Math.min(...internet.links.map(({ there }) => there.capacityMbps!));
      if (crossed[0] && crossed[0].there.capacityMbps !== narrowest) t.fail(`seed ${seed}: busy elsewhere`);
      const slowBack = internet.links.some((link) => {
        const [there, back] = wiresOf(link);
        return back.capacityMbps !== there.capacityMbps;
      });
      if (slowBack !== has.includes('slow way back')) t.fail(`seed ${seed}: the way back`);
      for (const trait of has) traits.add(trait);
    }
    t.strictSame(
      [...lengths].sort((a, b) => a - b),
      Array.from({ length: 18 }, (_, index) => index + 3),
    );
    t.equal(traits.size, kind === 'hostile' ? 5 : 0);
  });
}
