import type { Capacity, Hop, Loss, MplsLabel, Sample } from './hop.js';
import type { Attempt } from './plan/attempt.js';
import type { PathPlan } from './plan/path-plan.js';
import type { TracePlan } from './plan/trace-plan.js';
import type { Transport } from './socket/packet-socket.js';
import { summariseJitter } from './statistics/jitter.js';
import { type HopAttempts, judgeLoss } from './statistics/loss.js';
import { summariseRtt } from './statistics/rtt.js';

const noLabels: readonly MplsLabel[] = Object.freeze([]);

/** What makes hops of what a plan knows. */
export class HopAssembler {
  readonly #plan: PathPlan;
  readonly #trace: TracePlan;
  readonly #firstTtl: number;
  readonly #echo: boolean;

  constructor(plan: TracePlan, firstTtl: number, transport: Transport) {
    this.#plan = plan.path;
    this.#trace = plan;
    this.#firstTtl = firstTtl;
    this.#echo = transport === 'icmp';
  }

  /** Everything known of these TTLs, both included, as frozen hops. */
  hops(from: number, to: number): Hop[] {
    const hops: Hop[] = [];
    let path: readonly HopAttempts[] | null = null;
    for (let ttl = from; ttl <= to; ttl++) {
      const attempts = this.#plan.attempts(ttl);
      // Only what misses answers has to be compared with the rest of the path.
      const isComplete = attempts.every(({ answer }) => answer !== null);
      if (!isComplete) path ??= this.#path();
      const loss =
        path === null || isComplete
          ? judgeLoss([this.#hopAttempts(ttl)], 0)
          : judgeLoss(path, ttl - this.#firstTtl);
      hops.push(assembleHop(ttl, attempts, loss, this.#trace.capacityAt(ttl)));
    }
    return hops;
  }

  /** The whole path's attempts as far as they have gone. */
  #path(): readonly HopAttempts[] {
    const asked = this.#plan.sent.reduce((largest, { ttl }) => Math.max(largest, ttl), this.#firstTtl);
    const path: HopAttempts[] = [];
    for (let ttl = this.#firstTtl; ttl <= Math.min(asked, this.#plan.end); ttl++)
      path.push(this.#hopAttempts(ttl));
    return path;
  }

  #hopAttempts(ttl: number): HopAttempts {
    const attempts = this.#plan.attempts(ttl);
    return {
      ttl,
      echo: this.#echo,
      destination: attempts.some(({ answer }) => answer?.kind === 'destination'),
      unreachable: attempts.some(({ answer }) => answer?.kind === 'unreachable'),
      attempts: attempts.map(({ sentAt, answer, givenUp }) => ({
        sentAt,
        answeredBy: answer?.by ?? null,
        pending: answer === null && !givenUp,
      })),
    };
  }
}

function assembleHop(ttl: number, attempts: readonly Attempt[], loss: Loss, capacity: Capacity): Hop {
  const samples = attempts.map(toSample);
  const answered = samples.filter((sample) => sample !== null);
  const answers = attempts.map(({ answer }) => answer).filter((answer) => answer !== null);
  const by = answers.map(({ by }) => by);
  return Object.freeze({
    ttl,
    address: mostFrequent(by),
    addresses: Object.freeze(by.filter((address, index) => by.indexOf(address) === index)),
    samples: Object.freeze(answered),
    rtt: summariseRtt(answered),
    jitter: summariseJitter(samples),
    loss,
    capacity,
    mpls: Object.freeze(answers.at(-1)?.mpls ?? noLabels),
    unreachable: answers.find(({ unreachable }) => unreachable)?.unreachable ?? null,
    mtu: answers.find(({ mtu }) => mtu)?.mtu ?? null,
    destination: answers.some(({ kind }) => kind === 'destination'),
    discarded: answers.length - answered.length,
  });
}

function toSample({ answer }: Attempt, attempt: number): Sample | null {
  if (answer === null || answer.rttMs === null) return null;
  const { by: address, rttMs, stamp, replyHopLimit } = answer;
  return Object.freeze({ attempt, address, rttMs, stamp, replyHopLimit });
}

/** The first of those that occur most; null of nothing. */
function mostFrequent(values: readonly string[]): string | null {
  let best: string | null = null;
  let most = 0;
  for (const value of values) {
    if (value === best) continue;
    let count = 0;
    for (const other of values) if (other === value) count += 1;
    if (count > most) [best, most] = [value, count];
  }
  return best;
}
