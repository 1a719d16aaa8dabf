import type { Loss } from '../hop.js';
import { answers, type Count, count, type HopAttempts, missing, settled, total } from './hop-attempts.js';
import { explainLoss } from './loss-model.js';
import { between, pathChanges } from './path-change.js';
import { looksLimited } from './token-bucket.js';
import { wilson } from './wilson.js';

export type { HopAttempts };

/** Most hops of most traces answer as many: they share what is to be said of it. */
const MOST_SHARED = 16;
const shared: Loss[] = [];

type Finding = Pick<Loss, 'verdict' | 'evidence'>;

/** How probable an explanation has to be; where none is, the verdict is `unknown`. */
const SURE = {
  limited: 0.9,
  forwarding: 0.8,
  /** Of few attempts, most of which go out in one burst that drains limiters together. */
  forwardingOfFew: 0.95,
  /** Of loss that hops before it show, so that it does not matter whether this one keeps back answers too. */
  earlier: 0.95,
} as const;
const FEW = 10;
/** The usual limits let through one error in so many milliseconds, or in less, once they are used up. */
const LIMITS_ARE_PER_MS = 1000;

/**
 * Prior probabilities that a hop keeps answers back by itself. One whose answers come at a steady rate most
 * likely does; a host asked by echo hardly ever.
 */
const LIMITED = { router: 0.2, steady: 0.85, echo: 0.005 } as const;

/**
 * Judges what the hop at `index` of a path (in TTL order, as far as it is known) misses. Only `forwarding`
 * is loss of packets on their way; it is said when the hops behind it miss as much. The destination has none
 * behind it: it is judged by the hops before it, by whether its answers come at a steady rate, and, when
 * asked by echo, by hosts not limiting those. Too few figures give `unknown`.
 */
export function judgeLoss(path: readonly HopAttempts[], index: number): Loss {
  const hop = path[index];
  const { sent, received } = hop === undefined ? { sent: 0, received: 0 } : count(hop);
  if (sent === 0) {
    return { sent, received, ratio: 0, verdict: 'unknown', evidence: 'no probe has come to an end' };
  }
  if (received === sent) return noLoss(sent);
  const found = findAcrossChanges(path, index) ?? findAlong(path, index);
  return { sent, received, ratio: 1 - received / sent, ...found };
}

/** What is to be said where all of so many probes, one or more, were answered. */
export function noLoss(sent: number): Loss {
  if (sent >= MOST_SHARED) return allAnswered(sent);
  shared[sent] ??= Object.freeze(allAnswered(sent));
  return shared[sent];
}

function allAnswered(sent: number): Loss {
  return { sent, received: sent, ratio: 0, verdict: 'none', evidence: `${sent} of ${sent} answered` };
}

/** Misses on a path that changed: around the changes, or between them; null when it did not change. */
function findAcrossChanges(path: readonly HopAttempts[], index: number): Finding | null {
  const changes = pathChanges(path);
  if (changes.length === 0 || !answers(path[index]!)) return null;
  const starts = [-Infinity, ...changes.map(({ before }) => before)];
  const ends = [...changes.map(({ after }) => after), Infinity];
  const stretches = starts.map((from, at) => between(path, from, ends[at]!));
  const counts = stretches.map((stretch) => count(stretch[index]!));

  const most = Math.max(...counts.map(missing));
  const worst = counts.findLastIndex((one) => missing(one) === most);
  const all = count(path[index]!);
  const of = `${missing(all)} of ${all.sent} missing`;
  if (most === 0) return { verdict: 'path-changed', evidence: `${of}, all while the path changed` };
  const { verdict, evidence } = findAlong(stretches[worst]!, index);
  if (verdict === 'silent') {
    const { sent } = counts[worst]!;
    return { verdict: 'path-changed', evidence: `${of}; none of ${sent} answered on one of the paths taken` };
  }
  return { verdict, evidence: `while the path stayed the same, ${evidence}` };
}

/** Misses on a path that stays the same. */
function findAlong(path: readonly HopAttempts[], index: number): Finding {
  const hop = path[index]!;
  const own = count(hop);
  const of = `${missing(own)} of ${own.sent} missing`;
  const later = path.slice(index + 1);
  const behind = later.filter(answers);
  const isOpen = later.some(isAwaited);
  const least = leastMissing(behind);

  if (own.received === 0) {
    if (least === null)
      return isOpen ? unknown(`${of}; the hops behind it are still waited for`) : nothing(of);
    // All of its probes may have met the loss that the hops behind it show.
    const chance = (missing(least) / least.sent) ** own.sent;
    if (chance > 0.05) return unknown(`${of}; ${describe(least)}, which may be all that it is`);
    return { verdict: 'silent', evidence: `${of}; ${describe(least)}` };
  }

  const answering = path.filter(answers);
  const { onTheWay, before: earlier, limited } = explainLoss(answering.map(tally), answering.indexOf(hop));
  if (limited >= SURE.limited) {
    const steady = looksLimited(settled(hop)) ? 'its answers come at a steady rate' : null;
    const reasons = [of, least && describe(least), steady].filter((reason) => reason !== null);
    return { verdict: 'rate-limited', evidence: reasons.join('; ') };
  }
  const isFew = own.sent < FEW;
  const sure = isFew ? SURE.forwardingOfFew : SURE.forwarding;
  const lost = total(behind);
  // However well it explains the rest: what all hops behind it get has not been lost on the way to it, and few
  // packets all go out at once, which limiters that others have drained answer just as a lossy path does.
  const isBacked = isFew
    ? missing(own) + missing(lost) > 1 && (least === null || missing(least) > 0) && path.some(isNoLimiter)
    : least === null || missing(lost) > 0;
  // Where it is the first to miss, it may be one that keeps answers back, next to a lossy link.
  const isOwn = limited >= 0.5 || (!isFew && missing(own) === 1);
  if (onTheWay >= sure && (!isOwn || earlier >= SURE.earlier) && isBacked) {
    const share = percent(Math.min(...[hop, ...behind].map(upperBound)));
    const context =
      least === null
        ? before(path, index)
        : `the hops behind it miss ${missing(lost)} of ${lost.sent}, the least ${missing(least)} of ${least.sent} at hop ${least.ttl}`;
    return { verdict: 'forwarding', evidence: `${of}; ${context}: at most ${share} is lost on the way` };
  }
  if (least === null && !hop.destination) {
    if (hop.unreachable) {
      return { verdict: 'unreachable-beyond', evidence: `${of}; the router says there is no way on` };
    }
    return isOpen ? unknown(`${of}; the hops behind it are still waited for`) : nothing(of);
  }
  const context = least === null ? before(path, index) : describe(least);
  return unknown(`${of}; ${context}: too little to tell why`);
}

/** What it misses, no limit on ICMP errors holds back: echo replies, or more than one answer again within a second. */
function isNoLimiter(hop: HopAttempts): boolean {
  const known = settled(hop);
  const first = known.findIndex(({ answeredBy }) => answeredBy === null);
  if (first < 0) return false;
  if (hop.destination && hop.echo === true) return true;
  const until = known[first]!.sentAt + LIMITS_ARE_PER_MS;
  return (
    known.slice(first).filter(({ answeredBy, sentAt }) => answeredBy !== null && sentAt < until).length > 1
  );
}

/** Most of its probes may yet be answered; where most are given up, the rest will hardly be. */
function isAwaited(hop: HopAttempts): boolean {
  return 2 * settled(hop).length <= hop.attempts.length && hop.attempts.length > 0;
}

function unknown(evidence: string): Finding {
  return { verdict: 'unknown', evidence };
}

function nothing(of: string): Finding {
  return {
    verdict: 'unreachable-beyond',
    evidence: `${of}; nothing behind it answers`,
  };
}

/** The hop that misses the smallest share, the most often asked of equals, then the nearest. */
function leastMissing(hops: readonly HopAttempts[]): Count | null {
  let least: Count | null = null;
  for (const one of hops.map(count)) {
    const difference = least === null ? -1 : missing(one) * least.sent - missing(least) * one.sent;
    if (least === null || difference < 0 || (difference === 0 && one.sent > least.sent)) least = one;
  }
  return least;
}

function describe(hop: Count): string {
  return `hop ${hop.ttl} behind it misses ${missing(hop)} of ${hop.sent}`;
}

/** For the last hop: what the nearest answering hop before it misses. */
function before(path: readonly HopAttempts[], index: number): string {
  const nearest = path.slice(0, index).findLast(answers);
  if (nearest === undefined) return 'no other hop answers';
  const one = count(nearest);
  return `it is the last to answer, and hop ${one.ttl} before it misses ${missing(one)} of ${one.sent}`;
}

function upperBound(hop: HopAttempts): number {
  const one = count(hop);
  return wilson(missing(one), one.sent).high;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function tally(hop: HopAttempts) {
  const one = count(hop);
  const router = looksLimited(settled(hop)) ? LIMITED.steady : LIMITED.router;
  const limited = hop.destination && hop.echo === true ? LIMITED.echo : router;
  return { sent: one.sent, missing: missing(one), limited };
}
