/** Time, injected: policy never reads it by itself. The same shape as the clock of `@locator/probe`. */
export interface Clock {
  /** Monotonic time in milliseconds, with a fraction. The origin means nothing; only differences do. */
  now(): number;
  /** Wall-clock time in milliseconds since 1970. */
  wall(): number;
  /** Calls `wake` once at or after `time` (on the scale of `now`). Returns what cancels it. */
  at(time: number, wake: () => void): () => void;
}

/** The machine's own time. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  at(time, wake) {
    const timer = setTimeout(wake, Math.max(0, time - performance.now())).unref();
    return () => clearTimeout(timer);
  },
};
