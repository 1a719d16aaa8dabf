import type { Place } from '@locator/intel';
import type { Capacity, Hop } from '@locator/probe';
import type { DescribedHop } from '../path-record.js';
import { threeDecimals } from './decimals.js';
import { encodeDescription } from './description.js';
import type { HopJson } from './hop-schema.js';
import { packetLoss } from './packet-loss.js';

/** Where a hop is shown: the same but for `asn`, a number in a trace and `"AS2516"` in history. */
export type HopForm = 'trace' | 'history';

/** A hop as the documented JSON object. Pure. */
export function encodeHop(described: DescribedHop, form: HopForm = 'trace'): HopJson {
  const { hop, about, hostname } = described;
  const place = about?.place ?? null;
  const network = about?.network ?? null;
  return {
    ip: hop.address ?? '*',
    latency: hop.rtt === null ? null : threeDecimals(hop.rtt.median),
    jitter: hop.jitter === null ? 'None' : threeDecimals(hop.jitter.mean),
    packet_loss: packetLoss(hop.loss),
    bandwidth_mbps: hop.capacity.kind === 'unmeasured' ? 'None' : threeDecimals(hop.capacity.mbps),
    location: location(place),
    asn: network === null ? 'Unknown' : form === 'history' ? `AS${network.asn}` : network.asn,
    isp: network?.name || 'Unknown',
    geo: geo(place),

    hop: hop.ttl,
    hostname,
    addresses: [...hop.addresses],
    ...measurement(hop),
    ...encodeDescription(about, described.placeFeasible),
    mpls: hop.mpls.map(({ label, trafficClass, bottom, ttl }) => ({
      label,
      traffic_class: trafficClass,
      bottom,
      ttl,
    })),
    unreachable: hop.unreachable,
    discarded: hop.discarded,
  };
}

function location(place: Place | null): string {
  const parts = [place?.city, place?.country].filter((part) => part);
  return parts.length === 0 ? 'Unknown' : parts.join(', ');
}

function geo(place: Place | null): HopJson['geo'] {
  if (place === null || place.lat === null || place.lon === null) return 'Unknown';
  return { lat: place.lat, lon: place.lon, radius_km: place.radiusKm, timezone: place.timezone };
}

function measurement({ rtt, samples, jitter, loss, capacity }: Hop) {
  return {
    rtt: rtt && {
      samples: rtt.samples,
      min: threeDecimals(rtt.min),
      median: threeDecimals(rtt.median),
      max: threeDecimals(rtt.max),
      stddev: threeDecimals(rtt.stddev),
      stamps: rtt.stamps,
    },
    samples_ms: inOrder(samples, loss.sent),
    jitter_ms: jitter && {
      mean: threeDecimals(jitter.mean),
      rfc3550: threeDecimals(jitter.rfc3550),
      p95_minus_min: threeDecimals(jitter.p95MinusMin),
    },
    loss: { ...loss, ratio: threeDecimals(loss.ratio) },
    capacity: encodeCapacity(capacity),
  };
}

function inOrder(samples: Hop['samples'], sent: number): (number | null)[] {
  const length = Math.max(sent, ...samples.map(({ attempt }) => attempt + 1));
  const all = Array<number | null>(length).fill(null);
  for (const { attempt, rttMs } of samples) all[attempt] = threeDecimals(rttMs);
  return all;
}

function encodeCapacity(capacity: Capacity): HopJson['capacity'] {
  const unknown = { mbps: null, low: null, high: null, confidence: null, samples: null };
  if (capacity.kind === 'estimate') {
    return {
      kind: 'estimate',
      mbps: threeDecimals(capacity.mbps),
      low: threeDecimals(capacity.low),
      high: threeDecimals(capacity.high),
      confidence: threeDecimals(capacity.confidence),
      samples: capacity.samples,
      cause: null,
      reason: null,
    };
  }
  // Records of before there were causes have none.
  const why = { cause: capacity.cause ?? null, reason: capacity.reason };
  return capacity.kind === 'at-least'
    ? { ...unknown, kind: 'at-least', mbps: threeDecimals(capacity.mbps), ...why }
    : { ...unknown, kind: 'unmeasured', ...why };
}
