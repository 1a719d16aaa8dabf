import type { CapacityHop } from '../../src/statistics/capacity.js';
import type { Dispersion, TrainReply } from '../../src/statistics/dispersion.js';

/** Milliseconds that a load of 1280 bytes takes. */
export const msPerLoad = (mbps: number) => (8 * 1280) / (1000 * mbps);

/** Replies of a hop `baseMs` away behind a link that gives each load `ms`, to trains of these lengths. */
export function repliesTo(
  loads: readonly number[],
  baseMs: number,
  ms: number,
  noise: () => number = () => 0,
): TrainReply[] {
  return loads.map((length, train) => ({
    train,
    loads: length,
    delayMs: baseMs + ms * length + noise(),
    sendMs: 0.0024 * length,
  }));
}

/** A hop that answers, with single probes of 10 µs of spread. */
export function hopOf(
  ttl: number,
  replies: readonly TrainReply[],
  more: Partial<CapacityHop> = {},
): CapacityHop {
  return {
    ttl,
    rttsMs: [0, 0.005, 0.01].map((late) => ttl + late),
    replies,
    halfSize: [],
    answers: true,
    answered: replies.length,
    missed: 0,
    moved: false,
    heldUp: [],
    proven: true,
    ...more,
  };
}

/** A dispersion found by trains of 1 and 33 loads. */
export function dispersionOf(ttl: number, ms: number, errorMs = 0.01 * ms): Dispersion {
  return {
    ttl,
    msPerLoad: ms,
    longMsPerLoad: ms,
    mostMsPerLoad: 1.1 * ms,
    errorMs,
    randomMs: errorMs,
    othersMs: 0,
    noiseMs: 0.01,
    spreadMs: 0.01,
    from: 1,
    to: 33,
    sentMsPerLoad: 0.0024,
    samples: 6,
    replies: 9,
    support: 2,
    clear: true,
  };
}
