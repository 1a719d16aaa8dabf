import type { Hop, Sample } from './hop.js';
import type { Attempt } from './plan/attempt.js';
import type { PathPlan } from './plan/path-plan.js';
import type { Transport } from './socket/packet-socket.js';
import { summariseJitter } from './statistics/jitter.js';
import { type HopAttempts, judgeLoss } from './statistics/loss.js';
import { summariseRtt } from './statistics/rtt.js';

const UNMEASURED = Object.freeze({ kind: 'unmeasured', reason: 'capacity is not measured yet' } as const);

/** Everything the plan knows of one TTL, as one frozen hop. */
export function assembleHop(plan: PathPlan, transport: Transport, firstTtl: number, ttl: number): Hop {
  const attempts = plan.attempts(ttl);
  const samples = attempts.map(toSample);
  const answered = samples.filter((sample) => sample !== null);
  const addresses = [...new Set(attempts.flatMap(({ answer }) => answer?.by ?? []))];
  const last = attempts.findLast(({ answer }) => answer !== null)?.answer;
  return Object.freeze({
    ttl,
    address: mostFrequent(attempts.flatMap(({ answer }) => answer?.by ?? [])),
    addresses: Object.freeze(addresses),
    samples: Object.freeze(answered),
    rtt: summariseRtt(answered),
    jitter: summariseJitter(samples),
    loss: judgeLoss(pathAttempts(plan, transport, firstTtl), ttl - firstTtl),
    capacity: UNMEASURED,
    mpls: Object.freeze(last?.mpls ?? []),
    unreachable: attempts.find(({ answer }) => answer?.unreachable)?.answer?.unreachable ?? null,
    destination: attempts.some(({ answer }) => answer?.kind === 'destination'),
    discarded: attempts.filter(({ answer }) => answer !== null && answer.rttMs === null).length,
  });
}

function toSample({ answer }: Attempt, attempt: number): Sample | null {
  if (answer === null || answer.rttMs === null) return null;
  const { by: address, rttMs, stamp, replyHopLimit } = answer;
  return Object.freeze({ attempt, address, rttMs, stamp, replyHopLimit });
}

/** The whole path's attempts as far as they have gone, for judging what is missing at one of them. */
function pathAttempts(plan: PathPlan, transport: Transport, firstTtl: number): readonly HopAttempts[] {
  const asked = plan.sent.reduce((largest, { ttl }) => Math.max(largest, ttl), firstTtl);
  const path: HopAttempts[] = [];
  for (let ttl = firstTtl; ttl <= Math.min(asked, plan.end); ttl++) {
    const attempts = plan.attempts(ttl);
    path.push({
      ttl,
      echo: transport === 'icmp',
      destination: attempts.some(({ answer }) => answer?.kind === 'destination'),
      unreachable: attempts.some(({ answer }) => answer?.kind === 'unreachable'),
      attempts: attempts.map(({ sentAt, answer, givenUp }) => ({
        sentAt,
        answeredBy: answer?.by ?? null,
        pending: answer === null && !givenUp,
      })),
    });
  }
  return path;
}

/** The first of those that occur most; null of nothing. */
function mostFrequent(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: string | null = null;
  for (const [value, count] of counts) if (best === null || count > counts.get(best)!) best = value;
  return best;
}
