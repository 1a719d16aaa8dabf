import type { HopAttempts } from './hop-attempts.js';

/** The path changed somewhere between these times, both excluded. */
export interface Change {
  readonly after: number;
  readonly before: number;
}

/** One answer from another address is load balancing as well as anything. */
const FEWEST = 2;

/**
 * When the path changed within a run: where a hop answers from one address for a while and from another
 * after. Balancing from packet to packet goes to and fro instead. Gaps of several hops that overlap are one
 * change. In order of time.
 */
export function pathChanges(path: readonly HopAttempts[]): readonly Change[] {
  const gaps = path.flatMap(gapsOf).sort((a, b) => a.after - b.after);
  const changes: Change[] = [];
  for (const gap of gaps) {
    const last = changes.at(-1);
    if (last === undefined || gap.after >= last.before) changes.push(gap);
    else changes[changes.length - 1] = { after: last.after, before: Math.max(last.before, gap.before) };
  }
  return changes;
}

function gapsOf({ attempts }: HopAttempts): readonly Change[] {
  const gaps: Change[] = [];
  let address: string | null = null;
  let run = FEWEST;
  let lastAt = 0;
  for (const { answeredBy, sentAt } of attempts) {
    if (answeredBy === null) continue;
    if (address !== null && answeredBy !== address) {
      if (run < FEWEST) return [];
      gaps.push({ after: lastAt, before: sentAt });
      run = 0;
    } else if (address === null) run = 0;
    address = answeredBy;
    lastAt = sentAt;
    run++;
  }
  return run < FEWEST ? [] : gaps;
}

/** The path as it was between two times, both included. */
export function between(path: readonly HopAttempts[], from: number, to: number): readonly HopAttempts[] {
  return path.map((hop) => ({
    ...hop,
    attempts: hop.attempts.filter(({ sentAt }) => sentAt >= from && sentAt <= to),
  }));
}
