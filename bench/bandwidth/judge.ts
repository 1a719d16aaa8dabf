import type { ExpectedHop } from '../../test/lab/expected.js';
import type { Trait } from '../../test/lab/random-path.js';
import type { Fate } from '../../test/lab/truth.js';
import type { Answer, Figure, Level } from './instrument.js';

/** What was said of one hop, beside what is true. */
export interface JudgedHop {
  readonly ttl: number;
  /** Narrowest link on the way of the packets that the hop answered, Mbit/s; infinite where none limits. */
  readonly truth: number;
  readonly capacity: Figure;
  /** The number's error as a share of the truth: 0.1 is 10 % too high. null where there is no number. */
  readonly error: number | null;
  /** Probes that it answered, and left unanswered because it limits its answers; null where nobody knows. */
  readonly answered: number;
  readonly limited: number | null;
}

/** One path, measured once. */
export interface Judged {
  readonly part: string;
  /** Its seed, or what it is made of. */
  readonly path: string;
  readonly traits: readonly Trait[];
  readonly level: Level;
  readonly hops: readonly JudgedHop[];
  /** Whole IP packets and their bytes, as they came out of the host; how many were lost on their way there. */
  readonly packets: number;
  readonly bytes: number;
  readonly lost: number;
  readonly tookMs: number;
  readonly firstMs: number | null;
  /** The same path traced without measuring capacities. */
  readonly withoutMs: number | null;
  /** Largest RTT of the path, by its wires alone. */
  readonly rttMs: number;
  /** Packets that the simulated network failed to take in: anything but 0 spoils the result. */
  readonly unread: number;
}

/** What an instrument said of each hop, beside the fates of its probes. */
export function judgeHops(
  expected: readonly ExpectedHop[],
  answer: Pick<Answer, 'hops'>,
  fates: readonly Fate[],
): readonly JudgedHop[] {
  return answer.hops.flatMap(({ ttl, address, capacity }) => {
    const described = expected[ttl - 1];
    if (described === undefined) return [];
    const asked = fates.filter(({ hopLimit }) => (described.end ? hopLimit >= ttl : hopLimit === ttl));
    const answered = asked.filter(({ answer }) => answer !== null);
    // A balancing router may send different flows over different links: those count that led to this address.
    const ways = answered.filter(({ answer }) => address === null || answer!.from === address);
    const truths = [...new Set(ways.map(({ capacityMbps }) => capacityMbps ?? Number.POSITIVE_INFINITY))];
    if (truths.length === 0) truths.push(described.capacityMbps ?? Number.POSITIVE_INFINITY);
    const mbps = capacity.kind === 'unmeasured' ? null : capacity.mbps;
    const distance = (truth: number) => (mbps === null ? 0 : Math.abs(mbps / truth - 1));
    const truth = truths.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    return {
      ttl,
      truth,
      capacity,
      error: errorOf(capacity, truth),
      answered: answered.length,
      limited: asked.filter(({ outcome }) => outcome === 'limited').length,
    };
  });
}

/** By how much its number is off, as a share; null without a number, or without a truth to be off. */
export function errorOf(capacity: Figure, truth: number): number | null {
  return capacity.kind === 'unmeasured' || !Number.isFinite(truth) ? null : capacity.mbps / truth - 1;
}
