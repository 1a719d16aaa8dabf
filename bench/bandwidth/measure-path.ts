import type { Family, Transport } from '@locator/probe';
import { expectedHops } from '../../test/lab/expected.js';
import { openInternet } from '../../test/lab/internet.js';
import type { Namespace } from '../../test/lab/namespace.js';
import { sharedOut } from '../../test/lab/processors.js';
import { type Kind, randomPath } from '../../test/lab/random-path.js';
import type { Answer, Instrument, Level } from './instrument.js';
import { type Judged, judgeHops } from './judge.js';
import { runPchar } from './pchar.js';

export interface Where {
  readonly namespace: Namespace;
  /** The same, for programs that leave the simulation's processor alone. */
  readonly beside: Namespace;
  readonly instrument: Instrument;
}

export interface What {
  /** Under what it is reported. */
  readonly part: string;
  readonly kind: Kind;
  readonly seed: number;
  readonly family: Family;
  readonly protocol?: Transport | undefined;
}

/** Measures one random path at each of the levels, one after the other. `off` only tells how long that takes. */
export async function measurePath(
  { namespace, beside, instrument }: Where,
  { part, kind, seed, family, protocol }: What,
  levels: readonly Level[],
): Promise<Judged[]> {
  const { internet, traits } = randomPath(kind, seed);
  const expected = expectedHops(internet, 'target', family);
  const end = expected.at(-1)!;
  const target = end.addresses[0]!;
  const judged: Judged[] = [];
  let withoutMs: number | null = null;
  for (const level of levels) {
    // A fresh one for each level: routers that limit forget nothing within seconds.
    const lab = await openInternet(internet, { namespace, processor: sharedOut().simulation });
    try {
      const answer: Answer =
        level === 'pchar'
          ? await runPchar(beside, internet.home.v4!, target)
          : await instrument.ask({ target, level, protocol, hops: expected.length });
      const fates = await lab.truth();
      if (level === 'off') withoutMs = answer.tookMs;
      judged.push({
        part,
        path: `seed ${seed}`,
        traits,
        level,
        hops: judgeHops(expected, answer, fates),
        packets: fates.length,
        bytes: fates.reduce((sum, { length }) => sum + length, 0),
        lost: fates.filter(({ outcome }) => outcome === 'lost-there' || outcome === 'queue-full-there')
          .length,
        tookMs: answer.tookMs,
        firstMs: answer.firstMs,
        withoutMs,
        rttMs: end.rttMs.max,
        unread: lab.health().unread,
      });
    } finally {
      await lab.close();
    }
  }
  return judged;
}
