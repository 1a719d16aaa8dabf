/** What is known when one asks how long to wait for the answer to one probe. */
export interface Known {
  /** Largest RTT seen on this path so far, in milliseconds; null before the first answer. */
  readonly largestRtt: number | null;
  /** Something at this probe's TTL or beyond has answered, so the way there is no longer than what was seen. */
  readonly answeredBeyond: boolean;
  /** The longest wait allowed. */
  readonly waitMs: number;
}

/** Routers that answer slowly take tens of milliseconds; waiting less than this would call them silent. */
const SLOWEST_ROUTER_MS = 100;
/** RTTs of one path vary by less than this within a trace; whoever is slower yet still counts until it ends. */
const SPREAD = 1.25;
const SLACK_MS = 20;

/**
 * Milliseconds after which an answer is no longer waited for. A missing answer among answering neighbours is
 * given up on a small multiple of their RTT; beyond the last that answered nothing is known, and the wait is
 * the full one.
 */
export function patience(known: Known): number {
  if (known.largestRtt === null || !known.answeredBeyond) return known.waitMs;
  return Math.min(known.waitMs, Math.max(SLOWEST_ROUTER_MS, SPREAD * known.largestRtt + SLACK_MS));
}
