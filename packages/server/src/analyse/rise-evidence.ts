import type { TraceDigest } from './digest.js';
import type { LatencyChange } from './latency-change.js';

/** A hop that would show a rise: its change, and its earlier values, milliseconds, oldest first. */
export interface Witness {
  readonly address: string;
  readonly total: LatencyChange;
  readonly usual: readonly number[];
}

/** What is on the way shows at all hops behind it, but for one in ten that answers early by chance. */
const SHOWN = 0.9;
/**
 * Of a hop nothing is known of, one trace in fifty is taken to be as late by chance (a Beta(½, 24½) prior: spikes of
 * the router's own, other packets in its queue).
 */
const PRIOR = { late: 0.5, traces: 25 } as const;
/** Of what is usual, to the threshold. */
const DEVIATIONS = 3;

export interface RiseEvidence {
  /** Logarithm of how many times likelier the figures are with a rise on the way than by chance. */
  readonly score: number;
  /** Traces in a row, the latest included, that it rests on. */
  readonly traces: number;
}

/**
 * How well it is known that the way has become longer by `rise` milliseconds, from all hops behind the beginning of
 * that, in this trace and in those just before it, latest last: one late answer in some hundred is chance, but each
 * router is another witness, and so is each trace. One trace by itself may have met a queue, late at all hops: how
 * likely that is falls with its length, by a factor of e for each standard deviation of what is usual at the last.
 */
export function riseEvidence(
  witnesses: readonly Witness[],
  recent: readonly TraceDigest[],
  rise: number,
): RiseEvidence {
  const most = (DEVIATIONS * rise) / witnesses.at(-1)!.total.threshold;
  const chances = witnesses.map(({ total, usual }) => chanceOf(usual.map((rtt) => isLate(rtt, total))));
  const says = (at: number, late: boolean) =>
    Math.log(late ? SHOWN / chances[at]! : (1 - SHOWN) / (1 - chances[at]!));

  let sum = Math.min(
    most,
    witnesses.reduce((sum, { total }, at) => sum + says(at, total.raised), 0),
  );
  let best: RiseEvidence = { score: sum, traces: 1 };
  for (const [before, { hops }] of recent.toReversed().entries()) {
    const all = witnesses.reduce((all, { address, total }, at) => {
      const rtt = hops.find((hop) => hop.address === address)?.rttMs ?? null;
      return rtt === null ? all : all + says(at, isLate(rtt, total));
    }, 0);
    sum += Math.min(most, all);
    if (sum <= 0) break;
    if (sum > best.score) best = { score: sum, traces: before + 2 };
  }
  return best;
}

function isLate(rtt: number, { before, threshold }: LatencyChange): boolean {
  return rtt > before + threshold;
}

/** How often it is late by chance. Times in a row are one: that was no chance, but an earlier rise. */
function chanceOf(late: readonly boolean[]): number {
  const times = late.filter((one, at) => one && late[at - 1] !== true).length;
  return (times + PRIOR.late) / (late.length + PRIOR.traces);
}
