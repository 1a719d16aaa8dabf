/** Fewer answers or misses than this fit a steady rate by chance. */
const ENOUGH = { answers: 3, misses: 4 } as const;
/** What is sent within so little time is one burst: limits are per second. */
const BURST_MS = 1000;

/**
 * Whether answers come at a steady rate whatever is asked, as from a router that limits its ICMP errors:
 * whether some token bucket, used up by the first miss, reproduces every later attempt. Of 20 random misses
 * and answers one series in 50 happens to. Attempts in order of time.
 */
export function looksLimited(attempts: readonly Attempt[]): boolean {
  if (missesEndOfBurst(attempts)) return true;
  const firstMiss = attempts.findIndex(({ answeredBy }) => answeredBy === null);
  const answered: Point[] = [];
  const missed: Point[] = [];
  for (const { sentAt, answeredBy } of firstMiss < 0 ? [] : attempts.slice(firstMiss)) {
    (answeredBy === null ? missed : answered).push({ time: sentAt, spent: answered.length });
  }
  if (answered.length < ENOUGH.answers || missed.length < ENOUGH.misses) return false;
  // A bucket is never in debt: one token more would have answered the first miss.
  answered.push({ time: missed[0]!.time, spent: -1 });

  // An attempt is answered exactly when the tokens granted by then, a straight line over time, exceed those
  // spent: all answers are below the line and all misses above it. Each pair of both bounds its slope.
  let slowest = 0;
  let fastest = Infinity;
  for (const answer of answered) {
    for (const miss of missed) {
      const slope = (miss.spent - answer.spent) / (miss.time - answer.time);
      if (miss.time < answer.time) slowest = Math.max(slowest, slope);
      else fastest = Math.min(fastest, slope);
      // Also when both were at once, where the slope is not a number.
      if (!(slowest < fastest)) return false;
    }
  }
  return true;
}

/**
 * Whether just the end of the first burst is missing, several in a row: a limiter was used up by it, and has
 * recovered in the pause after, which was longer than the burst.
 */
function missesEndOfBurst(attempts: readonly Attempt[]): boolean {
  const misses = attempts.map(({ answeredBy }) => answeredBy === null);
  const first = misses.indexOf(true);
  const last = misses.lastIndexOf(true);
  if (first < 1 || last - first < 1 || misses.slice(first, last).includes(false)) return false;
  const after = attempts[last + 1];
  const burstMs = attempts[last]!.sentAt - attempts[0]!.sentAt;
  if (after !== undefined) return after.sentAt - attempts[last]!.sentAt > burstMs;
  return last - first >= ENOUGH.misses && burstMs < BURST_MS;
}

interface Attempt {
  /** Milliseconds on any one clock. */
  readonly sentAt: number;
  readonly answeredBy: string | null;
}

interface Point {
  readonly time: number;
  /** Answers since the first miss and before this attempt. */
  readonly spent: number;
}
