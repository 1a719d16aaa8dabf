import type { WatchHop, WatchRound } from '@locator/probe';
import type { Named } from '../address-book.js';
import { threeDecimals, threeDecimalsOrNull } from './decimals.js';
import { encodeDescription } from './description.js';
import { packetLoss } from './packet-loss.js';

/** A watched path after a round as one JSON object, with the names that a traced hop has. Times in milliseconds. Pure. */
export function encodeWatchRound(watched: WatchRound, about: (address: string) => Named) {
  const { round, startedAt, reached, end, unreachable, loop, changes, unsent, hops } = watched;
  return {
    round,
    started_at: new Date(startedAt).toISOString(),
    reached,
    end,
    unreachable,
    loop,
    changes: changes.map(({ ttl, from, to }) => ({ hop: ttl, from, to })),
    unsent,
    hops: hops.map((hop) => encodeHop(hop, hop.address === null ? null : about(hop.address))),
  };
}

function encodeHop(hop: WatchHop, about: Named | null) {
  const { rtt, jitter, loss } = hop;
  return {
    hop: hop.ttl,
    ip: hop.address ?? '*',
    hostname: about?.hostname ?? null,
    addresses: hop.addresses,
    since: hop.since === null ? null : new Date(hop.since).toISOString(),
    destination: hop.destination,
    packet_loss: hop.sent === 0 ? null : packetLoss(hop),
    sent: hop.sent,
    received: hop.received,
    discarded: hop.discarded,
    loss: { ...loss, ratio: threeDecimals(loss.ratio) },
    last: threeDecimalsOrNull(hop.lastRttMs),
    rtt: rtt && {
      samples: rtt.samples,
      min: threeDecimals(rtt.min),
      median: threeDecimals(rtt.median),
      p95: threeDecimals(rtt.p95),
      p99: threeDecimals(rtt.p99),
      max: threeDecimals(rtt.max),
      stddev: threeDecimals(rtt.stddev),
      stamps: rtt.stamps,
    },
    jitter_ms: jitter && {
      mean: threeDecimals(jitter.mean),
      rfc3550: threeDecimals(jitter.rfc3550),
      p95_minus_min: threeDecimals(jitter.p95MinusMin),
    },
    unreachable: hop.unreachable,
    mtu: hop.mtu,
    ...encodeDescription(about?.description ?? null),
  };
}

export type WatchRoundJson = ReturnType<typeof encodeWatchRound>;
