import type { Answer, Attempt } from '../../src/plan/attempt.js';
import { type PathLimits, PathPlan } from '../../src/plan/path-plan.js';

/** What comes back for a probe: an answer after so many milliseconds, or nothing. */
export type Network = (
  attempt: Attempt,
  index: number,
) => (Partial<Answer> & { kind: Answer['kind'] }) | null;

export const defaults: PathLimits = { firstTtl: 1, maxHops: 30, probes: 3, paceMs: 0.35, waitMs: 1000 };

/** A path of routers 10.0.0.ttl with the destination at `distance`, `rtt` milliseconds per hop. */
export function straight(distance: number, rtt: number): Network {
  return ({ ttl }) =>
    ttl < distance
      ? { kind: 'passed', by: `10.0.0.${ttl}`, rttMs: ttl * rtt }
      : { kind: 'destination', by: '192.0.2.1', rttMs: distance * rtt, distance };
}

/** Lives a plan through in virtual time; throws when it never ends. */
export function walk(network: Network, limits: Partial<PathLimits> = {}) {
  const plan = new PathPlan({ ...defaults, ...limits });
  const sent: Attempt[] = [];
  const settledAt: number[] = [];
  let answers: { at: number; attempt: Attempt; answer: Answer }[] = [];
  let now = 0;
  for (let steps = 0; ; steps++) {
    if (steps > 100_000) throw new Error(`no end after ${steps} steps at ${now} ms`);
    const due = answers.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    answers = answers.filter(({ at }) => at > now);
    for (const { attempt, answer } of due) plan.answered(attempt, answer);
    const step = plan.next(now);
    while (settledAt.length < plan.settled) settledAt.push(now);
    if (step.kind === 'done') break;
    if (step.kind === 'send') {
      const index = sent.push(step.attempt) - 1;
      const reply = network(step.attempt, index);
      if (reply !== null) {
        const answer: Answer = {
          by: '198.51.100.1',
          rttMs: 1,
          stamp: 'kernel',
          replyHopLimit: null,
          unreachable: null,
          mtu: null,
          mpls: [],
          distance: null,
          distanceIsExact: false,
          ...reply,
        };
        answers.push({ at: now + (answer.rttMs ?? 0), attempt: step.attempt, answer });
      }
      continue;
    }
    if (step.kind !== 'wait') throw new Error(`without bandwidth a trace sends no ${step.kind}`);
    const next = Math.min(step.until, ...answers.map(({ at }) => at));
    if (!(next > now)) throw new Error(`asked to wait until ${next} at ${now}`);
    if (next === Number.POSITIVE_INFINITY) throw new Error(`waits for nothing at ${now}`);
    now = next;
  }
  return { plan, sent, now, settledAt };
}
