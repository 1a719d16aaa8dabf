import type { Answer } from '../../src/plan/attempt.js';
import type { Round, RoundAttempt } from '../../src/plan/round.js';
import { type WatchLimits, WatchPlan } from '../../src/plan/watch-plan.js';

/** What comes back for a probe; null for nothing, `refused` when the system did not send it. */
export type WatchNetwork = (
  attempt: RoundAttempt,
  now: number,
) => (Partial<Answer> & { kind: Answer['kind'] }) | 'refused' | null;

export const watchDefaults: WatchLimits = {
  firstTtl: 1,
  maxHops: 30,
  rounds: 10,
  intervalMs: 1000,
  paceMs: 0.35,
  waitMs: 1000,
};

interface Walk {
  readonly plan: WatchPlan;
  readonly sent: readonly RoundAttempt[];
}

/** Lives a watch of some rounds through in virtual time; `onRound` is called after each. */
export function watchWalk(
  network: WatchNetwork,
  limits: Partial<WatchLimits> = {},
  onRound: (plan: WatchPlan, round: Round) => void = () => {},
): Walk {
  const plan = new WatchPlan({ ...watchDefaults, ...limits });
  const sent: RoundAttempt[] = [];
  let answers: { at: number; attempt: RoundAttempt; answer: Answer }[] = [];
  let told = 0;
  let now = 0;
  for (let idle = 0; idle < 10_000; idle++) {
    const due = answers.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    answers = answers.filter(({ at }) => at > now);
    for (const { attempt, answer } of due) plan.answered(attempt, answer);
    const step = plan.next(now);
    if (plan.closed !== null && plan.closed.number > told) {
      told = plan.closed.number;
      idle = 0;
      onRound(plan, plan.closed);
    }
    if (step.kind === 'done') return { plan, sent };
    if (step.kind === 'send') {
      const attempt = step.attempt as RoundAttempt;
      sent.push(attempt);
      const reply = network(attempt, now);
      if (reply === 'refused') plan.refused(attempt);
      if (reply === null || reply === 'refused') continue;
      const answer: Answer = {
        by: '192.0.2.1',
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
      answers.push({ at: now + (answer.rttMs ?? 0), attempt, answer });
      continue;
    }
    if (step.kind !== 'wait') throw new Error(`a watch sends no ${step.kind}`);
    const next = Math.min(step.until, ...answers.map(({ at }) => at));
    if (!(next > now)) throw new Error(`asked to wait until ${next} at ${now}`);
    if (next === Number.POSITIVE_INFINITY) throw new Error(`waits for nothing at ${now}`);
    now = next;
  }
  throw new Error(`no round for 10,000 steps at ${now} ms`);
}

/** Routers by address, null for a silent one, and the destination behind the last. */
export function along(routers: readonly (string | null)[], msPerHop: number) {
  return ({ ttl }: Pick<RoundAttempt, 'ttl'>): (Partial<Answer> & { kind: Answer['kind'] }) | null => {
    if (ttl > routers.length) {
      const hops = routers.length + 1;
      return { kind: 'destination', rttMs: hops * msPerHop, distance: hops };
    }
    const by = routers[ttl - 1] ?? null;
    return by === null ? null : { kind: 'passed', by, rttMs: ttl * msPerHop };
  };
}
