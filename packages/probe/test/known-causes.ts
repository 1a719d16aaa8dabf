import type { LossVerdict } from '../src/hop.js';
import type { Network, RateLimit, Router } from '../src/scripted/network.js';
import type { Family, Transport } from '../src/socket/packet-socket.js';

/** A path that answers are missing on for reasons that are known. */
export interface KnownPath {
  /** What is wrong with it, as one of `troubles`. */
  readonly name: string;
  readonly network: Network;
  readonly target: string;
  readonly family: Family;
  readonly protocol: Transport;
  /** The last TTL that somebody answers at. */
  readonly last: number;
  /** The verdicts that are right for the hop at this TTL if it misses anything; none where nothing is wrong. */
  right(ttl: number): readonly LossVerdict[];
  /** Whether anything that is missing at this TTL can have been lost on its way. */
  isLossy(ttl: number): boolean;
}

type Fault = 'lossy' | 'limited' | 'policed' | 'silent' | 'cut' | 'refused' | 'changed' | 'own limit';

/** Every path has one of these. `policed` keeps back answers at random, `limited` by a token bucket. */
const troubles: readonly (readonly Fault[])[] = [
  [],
  ['lossy'],
  ['lossy'],
  ['lossy'],
  ['limited'],
  ['limited'],
  ['policed'],
  ['own limit'],
  ['silent'],
  ['cut'],
  ['refused'],
  ['changed'],
  ['lossy', 'limited'],
  ['lossy', 'policed'],
  ['lossy', 'silent'],
  ['lossy', 'cut'],
  ['limited', 'limited'],
  ['limited', 'silent'],
  ['limited', 'cut'],
  ['changed', 'silent'],
];

const target = { 4: '203.0.113.9', 6: '2001:db8:9::9' } as const;
const LINUX = { burst: 6, perSecond: 1 };

/** The path of that number, the same for the same random numbers. */
export function knownPath(number: number, random: () => number): KnownPath {
  const from = (low: number, high: number) => low + (high - low) * random();
  const whole = (low: number, high: number) => Math.floor(from(low, high + 1));
  const pick = <T>(values: readonly T[]) => values[whole(0, values.length - 1)]!;

  const faults = troubles[number % troubles.length]!;
  const has = (fault: Fault) => faults.includes(fault);
  const family = pick([4, 6] as const);
  const protocol = has('own limit') ? 'udp' : pick(['icmp', 'udp'] as const);

  const routers = whole(6, 17);
  const end = routers + 1;
  const isLinux = random() < 0.5;
  const slowest = random() < 0.3 ? whole(1, routers) : 0;
  const jitterMs = random() < 0.5 ? from(0, 5) : 0;
  /** Nodes by TTL, from 1; the last is the destination. */
  const nodes: { -readonly [K in keyof Router]: Router[K] }[] = Array.from({ length: end + 1 }, (_, ttl) => ({
    ...(ttl <= routers && { address: addresses(0, ttl) }),
    ...(ttl <= routers && isLinux && { rateLimit: LINUX }),
    ...(random() < 0.2 && { quoteBytes: 8 }),
    ...(ttl === slowest && { icmpDelayMs: from(20, 200), icmpJitterMs: from(0, 50) }),
    forwardMs: from(0.1, 8),
    jitterMs,
  }));

  // The last that answers, where the path does not get to the destination.
  const last = has('cut') || has('refused') ? whole(4, routers - 1) : end;
  for (let ttl = last + 1; has('cut') && ttl <= end; ttl++) nodes[ttl]!.silent = true;
  if (has('refused'))
    nodes[last]!.refuses = pick(['net-unreachable', 'host-unreachable', 'admin-prohibited']);

  // A change nobody shows who answers is not to be seen: the silent one is none of those that change.
  const silent = has('silent') ? whole(1, has('changed') ? routers - 3 : last - 2) : 0;
  if (silent > 0) nodes[silent]!.silent = true;

  const changed = has('changed') ? whole(silent + 1, routers - 2) : end + 1;

  // What gets lost on the way there and what gets lost on the way back look alike, and both are loss.
  const lossy = has('lossy') ? whole(1, last) : end + 1;
  if (has('lossy')) {
    const share = from(0.05, 0.6);
    nodes[lossy]![pick(['loss', 'lossBack'] as const)] = share;
  }

  // Hops that keep answers back, by a bucket or at random. A silent one, or one beyond the end, could not.
  const limited = new Set<number>();
  const policed = new Set<number>();
  for (const fault of faults.filter((one) => one === 'limited' || one === 'policed')) {
    // At random just before the lossy link is the same as loss that begins one hop earlier, to anybody who
    // asks. The last one has no hop behind it that shows whether packets got through.
    const free = (ttl: number) =>
      ttl !== silent && !limited.has(ttl) && !(fault === 'policed' && ttl < lossy && ttl >= lossy - 2);
    const places = Array.from({ length: last - 2 }, (_, index) => index + 1).filter(free);
    if (places.length === 0) continue;
    const at = pick(places);
    if (fault === 'policed') {
      nodes[at]!.replyLoss = from(0.1, 0.8);
      policed.add(at);
    } else {
      nodes[at]!.rateLimit = rateLimit(pick, from, whole);
      limited.add(at);
    }
  }
  if (has('own limit')) {
    nodes[end]!.rateLimit = random() < 0.5 ? LINUX : rateLimit(pick, from, whole);
    limited.add(end);
  }
  // It answers for every TTL from its own on, more than Linux lets it.
  if (has('refused') && isLinux) limited.add(last);

  const hops = nodes.slice(1, end);
  const destination = nodes[end]!;
  const path = { to: target[family], hops, destination };
  const changes = has('changed') ? changeOf(hops, changed, from) : [];

  return {
    name: faults.length === 0 ? 'clean' : faults.join(' + '),
    network: { seed: whole(0, 2 ** 31), paths: [{ ...path, changes }] },
    target: target[family],
    family,
    protocol,
    last,
    right(ttl) {
      if (ttl > last) return ['unreachable-beyond'];
      if (ttl === silent) return ['silent'];
      const causes: LossVerdict[] = [];
      if (ttl >= changed) causes.push('path-changed');
      if (ttl >= lossy) causes.push('forwarding');
      if (limited.has(ttl) || policed.has(ttl)) causes.push('rate-limited');
      if (ttl !== last) return causes;
      // With nothing behind it that answers, that is as true as what keeps its answers back.
      if (last < end) causes.push('unreachable-beyond');
      // Where the last one alone misses at random, loss on its link and answers kept back are one and the same to
      // whoever asks, and to say so is right. Only echo replies are not limited by anybody.
      if (ttl === lossy && !(ttl === end && protocol === 'icmp')) causes.push('unknown');
      return causes;
    },
    isLossy: (ttl) => ttl >= lossy || ttl >= changed,
  };
}

function addresses(way: number, ttl: number): readonly string[] {
  return [`10.${way}.${ttl}.1`, `2001:db8:${way + 1}::${ttl}`];
}

type Draw = (low: number, high: number) => number;

function rateLimit(pick: <T>(values: readonly T[]) => T, from: Draw, whole: Draw): RateLimit {
  return pick<RateLimit>([
    { burst: 6, perSecond: from(0.1, 0.6) },
    { burst: whole(1, 4), perSecond: from(0.2, 2) },
    { everyMs: pick([500, 1000, 2000, 3000]) },
    { everyMs: from(600, 4000) },
    { burst: whole(1, 3), perSecond: whole(1, 50) },
  ]);
}

/** From router `at` on some routers are others after a time in which nothing gets through. */
function changeOf(hops: readonly Router[], at: number, from: Draw) {
  const to = Math.floor(from(at, hops.length - 1));
  // Late enough that somebody who asks once a second has heard twice who was there before.
  const backAtMs = from(6000, 12_000);
  const outage = hops.map((hop, index) => (index === at - 1 ? { ...hop, loss: 1 } : hop));
  const other = hops.map((hop, index) => {
    const isOther = index >= at - 1 && index <= to - 1;
    return isOther ? { ...hop, address: addresses(1, index + 1) } : hop;
  });
  return [
    { atMs: backAtMs - from(1200, 4000), hops: outage },
    { atMs: backAtMs, hops: other },
  ];
}
