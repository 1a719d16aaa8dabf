/** Fewer answers or misses than this fit a steady rate by chance. */
const ENOUGH = 4;

/**
 * Whether answers come at a steady rate whatever is asked, as from a router that limits its ICMP errors:
 * whether some token bucket, used up by the first miss, reproduces every later attempt. Of 20 random misses
 * and answers one series in 50 happens to. Attempts in order of time.
 */
export function looksLimited(
  attempts: readonly { readonly sentAt: number; readonly answeredBy: string | null }[],
): boolean {
  const firstMiss = attempts.findIndex(({ answeredBy }) => answeredBy === null);
  const answered: Point[] = [];
  const missed: Point[] = [];
  for (const { sentAt, answeredBy } of firstMiss < 0 ? [] : attempts.slice(firstMiss)) {
    (answeredBy === null ? missed : answered).push({ time: sentAt, spent: answered.length });
  }
  if (answered.length < ENOUGH || missed.length < ENOUGH) return false;
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

interface Point {
  readonly time: number;
  /** Answers since the first miss and before this attempt. */
  readonly spent: number;
}
