import t, { type Test } from 'tap';
import type { Loss } from '../src/hop.js';
import { openScriptedSocket } from '../src/socket/scripted-socket.js';
import { openTracer, type Tracer } from '../src/tracer.js';
import { VirtualClock } from '../src/virtual-clock.js';
import { type KnownPath, knownPath } from './known-causes.js';
import { randomFrom, seedOf } from './seed.js';

const PATHS = 300;
const ROUNDS = 20;

type Judged = readonly { readonly ttl: number; readonly loss: Loss }[];
type Measure = (tracer: Tracer, path: KnownPath) => Promise<Judged>;

/** A burst of five, then one a second. */
const trace =
  (probes: number): Measure =>
  async (tracer, { target, protocol }) =>
    (await tracer.trace(target, { protocol, probes }).result).hops;

/** One a second from the start. */
const watch: Measure = async (tracer, { target, protocol }) => {
  let hops: Judged = [];
  for await (const round of tracer.watch(target, { protocol, rounds: ROUNDS })) hops = round.hops;
  return hops;
};

async function measure(path: KnownPath, by: Measure, random: () => number): Promise<Judged> {
  const clock = new VirtualClock();
  const tracer = await openTracer({
    socket: openScriptedSocket(path.network, clock),
    clock,
    random: () => Math.floor(random() * 0x10000),
    findSource: async () => (path.family === 6 ? '2001:db8::1' : '192.0.2.1'),
  });
  try {
    return await clock.runUntil(by(tracer, path));
  } finally {
    await tracer.close();
  }
}

/** Hops that miss answers, by what is said of them. */
class Tally {
  right = 0;
  unknown = 0;
  wrong = 0;

  get count(): number {
    return this.right + this.unknown + this.wrong;
  }

  get share(): number {
    return this.right / this.count;
  }

  toString(): string {
    const { right, unknown, wrong, count } = this;
    const percent = (100 * this.share).toFixed(1);
    return `${right} of ${count} right (${percent} %), ${unknown} unknown, ${wrong} wrong`;
  }
}

/**
 * Only a true cause is right; `unknown` is where nobody could know. Counted are hops that miss answers, those
 * beyond the last that gives any apart: they are easy. Loss on the way may never be seen where there is none.
 */
async function judge(t: Test, by: Measure): Promise<{ all: Tally; beyond: Tally; groundless: string[] }> {
  const random = randomFrom(seedOf(t, 2026));
  const all = new Tally();
  const beyond = new Tally();
  const byName = new Map<string, Tally>();
  const groundless: string[] = [];
  for (let number = 0; number < PATHS; number++) {
    const path = knownPath(number, random);
    const one = byName.get(path.name) ?? new Tally();
    byName.set(path.name, one);
    for (const { ttl, loss } of await measure(path, by, random)) {
      const { verdict, evidence } = loss;
      if (verdict === 'none') continue;
      const said = `path ${number} (${path.name}, ${path.protocol}, IPv${path.family}), hop ${ttl}: ${verdict}, ${evidence}`;
      if (verdict === 'forwarding' && !path.isLossy(ttl)) t.fail(`${said}: nothing is lost on its way`);
      const right = path.right(ttl);
      if (right.length === 0 && verdict !== 'unknown') groundless.push(said);
      const outcome = right.includes(verdict) ? 'right' : verdict === 'unknown' ? 'unknown' : 'wrong';
      for (const tally of ttl > path.last ? [beyond] : [one, all]) tally[outcome] += 1;
      if (outcome !== 'right' && process.env.VERBOSE) t.comment(`${said} (right: ${right.join(' or ')})`);
    }
  }
  for (const [name, tally] of byName) if (tally.count > 0) t.comment(`${name}: ${tally}`);
  t.comment(`beyond the last that answers: ${beyond}`);
  t.comment(`all others: ${all}`);
  return { all, beyond, groundless };
}

for (const [name, by] of Object.entries({ trace: trace(ROUNDS), watch })) {
  t.test(`${PATHS} paths with known causes, ${ROUNDS} rounds, by ${name}`, async (t) => {
    const { all, beyond, groundless } = await judge(t, by);
    const right = all.right + beyond.right;
    t.ok(right >= 0.95 * (all.count + beyond.count), 'at least 95 % right');
    t.ok(all.share >= 0.93, 'at least 93 % right among those that are not easy');
    t.same(
      groundless,
      [],
      'who keeps nothing back is not said to, but for a slow one whose last answer comes too late',
    );
  });
}

t.test('at default probes no loss is made up either', async (t) => {
  const { all } = await judge(t, trace(3));
  t.ok(all.right > 0 && all.unknown > 0, 'too few to tell is said');
});
