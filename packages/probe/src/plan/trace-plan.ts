import type { Capacity } from '../hop.js';
import type { StampSource } from '../socket/packet-socket.js';
import type { Answer, Attempt } from './attempt.js';
import { type CapacityLimits, CapacityPlan } from './capacity-plan.js';
import type { PathPlan } from './path-plan.js';
import type { Plan, Step } from './plan.js';
import { isTrainPacket, type TrainPacket } from './train.js';
import type { KnownPath } from './train-log.js';

const OFF: Capacity = Object.freeze({
  kind: 'unmeasured',
  cause: 'off',
  reason: 'capacity was not asked for',
});
const PENDING: Capacity = Object.freeze({
  kind: 'unmeasured',
  cause: 'pending',
  reason: 'capacity is not measured yet',
});

/** The policy of a whole trace: first the path, then, where that is asked for, its capacities. */
export class TracePlan implements Plan {
  readonly keepMs = Number.POSITIVE_INFINITY;
  readonly path: PathPlan;
  readonly #firstTtl: number;
  readonly #limits: CapacityLimits | null;
  #capacity: CapacityPlan | null = null;
  #isDone = false;

  /** `limits` null: no capacities. */
  constructor(path: PathPlan, firstTtl: number, limits: CapacityLimits | null) {
    this.path = path;
    this.#firstTtl = firstTtl;
    this.#limits = limits;
  }

  get failed(): number {
    return this.path.failed;
  }

  /** Every TTL up to this one is final, but for late answers. */
  get settled(): number {
    return this.#limits === null || this.#isDone ? this.path.settled : this.#firstTtl - 1;
  }

  /** As far as it is known. */
  capacityAt(ttl: number): Capacity {
    if (this.#limits === null) return OFF;
    if (this.#capacity === null || !this.#isDone) return PENDING;
    return this.#capacity.capacities[ttl - this.#firstTtl] ?? PENDING;
  }

  next(now: number, heard = now): Step {
    if (this.#capacity === null) {
      const step = this.path.next(now, heard);
      if (step.kind !== 'done' || this.#limits === null) return step;
      this.#capacity = new CapacityPlan(this.#limits, this.#knownPath());
    }
    const step = this.#capacity.next(now, heard);
    this.#isDone = step.kind === 'done';
    return step;
  }

  departed(attempt: Attempt, at: bigint, stamp: StampSource): void {
    if (this.#isOfTrain(attempt)) this.#capacity!.departed(attempt, at, stamp);
  }

  /** Trains are told of by their stamps. */
  delayed(attempt: Attempt, now: number): void {
    if (!this.#isOfTrain(attempt)) this.path.delayed(attempt, now);
  }

  answered(attempt: Attempt, answer: Answer): void {
    if (this.#isOfTrain(attempt)) this.#capacity!.answered(attempt, answer);
    else this.path.answered(attempt, answer);
  }

  refused(attempt: Attempt): void {
    if (this.#isOfTrain(attempt)) this.#capacity!.refused(attempt);
    else this.path.refused(attempt);
  }

  /** As long as there are no trains, nothing is of one: that is quicker told. */
  #isOfTrain(attempt: Attempt): attempt is TrainPacket {
    return this.#capacity !== null && isTrainPacket(attempt);
  }

  #knownPath(): KnownPath {
    const { path } = this;
    const hops = [];
    for (let ttl = this.#firstTtl; ttl <= Math.min(path.settled, path.end); ttl++) {
      const answers = path.attempts(ttl).flatMap(({ answer }) => answer ?? []);
      hops.push({
        ttl,
        addresses: [...new Set(answers.map(({ by }) => by))],
        rttsMs: answers.flatMap(({ rttMs }) => rttMs ?? []),
      });
    }
    return { hops, reached: path.outcome() === 'destination' };
  }
}
