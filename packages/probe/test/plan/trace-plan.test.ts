import t from 'tap';
import type { Answer } from '../../src/plan/attempt.js';
import { PathPlan } from '../../src/plan/path-plan.js';
import type { Step } from '../../src/plan/plan.js';
import { TracePlan } from '../../src/plan/trace-plan.js';
import { isTrainPacket } from '../../src/plan/train.js';
import { defaults, straight } from './walk.js';

const limits = {
  level: 'quick',
  maxBytes: 280_000,
  maxMbps: Number.POSITIVE_INFINITY,
  header: 20,
  canMute: true,
  stamps: 'kernel',
} as const;
const network = straight(3, 10);

/** Sends and answers at once what the plan asks for, up to its first train or its end. */
function runPath(plan: TracePlan): { step: Step; now: number } {
  let now = 0;
  for (let index = 0; ; ) {
    const step = plan.next(now);
    if (step.kind === 'wait') now = step.until;
    else if (step.kind !== 'send') return { step, now };
    else plan.answered(step.attempt, network(step.attempt, index++) as Answer);
  }
}

t.test('without capacities it is the path alone', async (t) => {
  const path = new PathPlan(defaults);
  const plan = new TracePlan(path, 1, null);
  t.equal(runPath(plan).step.kind, 'done');
  t.equal(plan.settled, 3);
  t.match(plan.capacityAt(1), { kind: 'unmeasured', cause: 'off' });
});

t.test('with capacities: first the path, then trains, and hops are final at the end', async (t) => {
  const path = new PathPlan(defaults);
  const plan = new TracePlan(path, 1, limits);
  let { step, now } = runPath(plan);
  t.equal(path.settled, 3, 'the path is settled');
  t.equal(plan.settled, 0, 'but no hop is final');
  t.match(plan.capacityAt(1), { kind: 'unmeasured', cause: 'pending' });
  t.equal(step.kind, 'train');
  const sent = path.sent.length;
  while (step.kind !== 'done') {
    if (step.kind === 'wait') now = step.until;
    if (step.kind === 'train') {
      t.ok(step.attempts.every(isTrainPacket));
      for (const attempt of step.attempts) plan.departed(attempt, BigInt(Math.round(now * 1e6)), 'kernel');
      plan.refused(step.attempts[0]!);
    }
    step = plan.next(now);
  }
  t.equal(path.sent.length, sent, 'trains are no probes of the path');
  t.equal(plan.failed, 0, 'and a train that cannot be sent does not end the trace');
  t.equal(plan.settled, 3);
  t.match(plan.capacityAt(1), { kind: 'unmeasured', cause: 'budget' });
});
