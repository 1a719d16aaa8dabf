import type { Sample } from '../../src/hop.js';
import type { HopAttempts } from '../../src/statistics/loss.js';

/** Samples of one address in order, null where none answered. */
export function answered(rtts: readonly (number | null)[], address = '192.0.2.1'): (Sample | null)[] {
  return rtts.map((rttMs, attempt) =>
    rttMs === null ? null : { attempt, address, rttMs, stamp: 'kernel', replyHopLimit: 64 },
  );
}

/**
 * A path in letters, one string per TTL, one probe per second: `.` is missing, `?` still waited for, and any
 * letter an answer from the address of that letter. A `!` at the end of a hop is its destination, a `#` says
 * that there is no way on.
 */
export function path(...hops: readonly string[]): HopAttempts[] {
  return hops.map((hop, index) => ({
    ttl: index + 1,
    destination: hop.endsWith('!'),
    unreachable: hop.endsWith('#'),
    attempts: [...hop.replace(/[!#]$/, '')].map((letter, round) => ({
      sentAt: round * 1000 + index * 2,
      answeredBy: /[a-z]/i.test(letter) ? letter : null,
      ...(letter === '?' ? { pending: true } : {}),
    })),
  }));
}

/** The same path, its destination asked by echo. */
export function byEcho(hops: readonly HopAttempts[]): HopAttempts[] {
  return hops.map((hop) => ({ ...hop, echo: true }));
}
