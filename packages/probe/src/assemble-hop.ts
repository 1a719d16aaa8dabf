import type { Capacity, Hop, Loss, Sample } from './hop.js';
import { noLabels } from './packet/icmp-extension.js';
import type { Answer, Attempt } from './plan/attempt.js';
import type { PathPlan } from './plan/path-plan.js';
import type { TracePlan } from './plan/trace-plan.js';
import type { Transport } from './socket/packet-socket.js';
import { summariseJitter } from './statistics/jitter.js';
import { type HopAttempts, judgeLoss, noLoss } from './statistics/loss.js';
import { summariseRtt } from './statistics/rtt.js';

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

  /** Everything known of these TTLs, both included. */
  hops(from: number, to: number): Hop[] {
    const hops: Hop[] = [];
    let path: readonly HopAttempts[] | null = null;
    for (let ttl = from; ttl <= to; ttl++) {
      const attempts = this.#plan.attempts(ttl);
      // Only what misses answers has to be compared with the rest of the path.
      let loss = isComplete(attempts) ? noLoss(attempts.length) : null;
      if (loss === null) {
        path ??= this.#path();
        loss = judgeLoss(path, ttl - this.#firstTtl);
      }
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

function isComplete(attempts: readonly Attempt[]): boolean {
  for (let index = 0; index < attempts.length; index++) if (attempts[index]!.answer === null) return false;
  return attempts.length > 0;
}

/**
 * In one pass, without callbacks and iterators, here and in what it calls: of thousands of traces at once this is what
 * compiling takes longest for. Frozen, but for its parts, which only their types protect: freezing each sample costs as
 * much as matching an answer.
 */
function assembleHop(ttl: number, attempts: readonly Attempt[], loss: Loss, capacity: Capacity): Hop {
  /** One for each attempt, null where it gave none. */
  const sequence = new Array<Sample | null>(attempts.length);
  let addresses: string[] | null = null;
  let answers = 0;
  let measured = 0;
  let mpls = noLabels;
  let unreachable: string | null = null;
  let mtu: number | null = null;
  let destination = false;
  for (let attempt = 0; attempt < attempts.length; attempt++) {
    const { answer } = attempts[attempt]!;
    const sample = answer === null ? null : toSample(attempt, answer);
    sequence[attempt] = sample;
    if (answer === null) continue;
    if (sample !== null) measured += 1;
    answers += 1;
    if (addresses === null) addresses = [answer.by];
    else if (!addresses.includes(answer.by)) addresses.push(answer.by);
    mpls = answer.mpls;
    unreachable ??= answer.unreachable;
    mtu ??= answer.mtu;
    destination ||= answer.kind === 'destination';
  }
  const samples = measured === sequence.length ? (sequence as Sample[]) : sequence.filter(isSample);
  return Object.freeze({
    ttl,
    address: addresses === null ? null : mostMet(addresses, attempts),
    addresses: addresses ?? [],
    samples,
    rtt: summariseRtt(samples),
    jitter: summariseJitter(sequence),
    loss,
    capacity,
    mpls,
    unreachable,
    mtu,
    destination,
    discarded: answers - measured,
  });
}

/** The first of those that answered most. */
function mostMet(addresses: readonly string[], attempts: readonly Attempt[]): string {
  if (addresses.length === 1) return addresses[0]!;
  const times = (address: string) => attempts.filter(({ answer }) => answer?.by === address).length;
  return addresses.reduce((most, address) => (times(address) > times(most) ? address : most));
}

function isSample(sample: Sample | null): sample is Sample {
  return sample !== null;
}

function toSample(attempt: number, answer: Answer): Sample | null {
  const { by: address, rttMs, stamp, replyHopLimit } = answer;
  return rttMs === null ? null : { attempt, address, rttMs, stamp, replyHopLimit };
}
