/**
 * Time, injected everywhere: policy code never reads it by itself, so a test can run hours of tracing in
 * milliseconds and get the same result each time.
 */
export interface Clock {
  /** Monotonic time in milliseconds, with a fraction. The origin means nothing; only differences do. */
  now(): number;
  /** Wall-clock time in milliseconds since 1970, for what people read. */
  wall(): number;
  /** Calls `wake` once at or after `time` (on the scale of `now`). Returns what cancels it. */
  at(time: number, wake: () => void): () => void;
}

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  at(time, wake) {
    // Node rounds up to whole milliseconds anyway, and keeps timers of one length in one list.
    const timer = setTimeout(wake, Math.max(0, Math.ceil(time - performance.now())));
    return () => clearTimeout(timer);
  },
};
