import type { Fate } from '../../test/lab/truth.js';
import type { Reading } from './peers.js';

/** One trace, as the script that ran it tells. */
export interface Run {
  /** Wall-clock milliseconds since 1970. */
  readonly startedAt: number;
  readonly tookMs: number;
  readonly readings: readonly Reading[];
}

/** The fates of one run's probes, out of those of all runs that followed one another. */
export function fatesOf(run: Run, fates: readonly Fate[]): Fate[] {
  const [from, to] = [run.startedAt - 1, run.startedAt + run.tookMs + 2];
  return fates.filter(
    ({ sentAt }) => Number(sentAt / 1000n) / 1000 >= from && Number(sentAt / 1000n) / 1000 <= to,
  );
}
