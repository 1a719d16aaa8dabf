import type { PathRecord } from '@locator/server';
import { derivedJitter, derivedRtt } from '../../packages/server/src/store/derived-summary.js';

/** Linear congruential (Numerical Recipes), 0 to 1. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const HOPS = 15;
const PROBES = 3;
const START = Date.UTC(2026, 0, 1);
/** Near to one another, so that no place is too far for its RTT. */
const cities = [
  ['Frankfurt am Main', 'Germany', 'DE', 50.1109, 8.68213, 'Europe/Berlin'],
  ['Wiesbaden', 'Germany', 'DE', 50.0782, 8.23976, 'Europe/Berlin'],
  ['Luxembourg', 'Luxembourg', 'LU', 49.6116, 6.13194, 'Europe/Luxembourg'],
  ['Strasbourg', 'France', 'FR', 48.5734, 7.75211, 'Europe/Paris'],
  ['Köln', 'Germany', 'DE', 50.9375, 6.96028, 'Europe/Berlin'],
] as const;
const networks = [
  'Example Transit GmbH',
  'Wide Area Networks Ltd.',
  'Backbone Telecom, Inc.',
  'Hosting B.V.',
];

/**
 * The n-th trace, five minutes after the one before, of a target: 15 hops with three probes each, all described
 * and most with a name, as a real one has; now and then a probe is lost or a branch changes.
 */
export function aRecord(target: number, n: number, random: () => number): PathRecord {
  const name = `host${target}.example.net`;
  const address = `203.0.${target >> 8}.${target & 255}`;
  let base = 0.2;
  const hops: PathRecord['hops'] = Array.from({ length: HOPS }, (_, index) => {
    const ttl = index + 1;
    base += 2 + ((target * 7919 + index * 104_729) % 5000) / 1000;
    const branch = index === 6 && random() < 0.3 ? 1 : 0;
    const router = `198.${18 + (index % 2)}.${(target * 3 + index) & 255}.${index * 8 + branch}`;
    const at = ttl === HOPS ? address : ttl === 1 ? '192.168.1.1' : router;
    const silent = index === 4 && target % 3 === 0;
    const samples = Array.from({ length: silent ? 0 : PROBES }, (_, attempt) => ({
      attempt,
      address: at,
      // Whole nanoseconds, as kernel stamps give.
      rttMs: Math.round((base + random() ** 3 * 2) * 1e6) / 1e6,
      stamp: 'kernel' as const,
      replyHopLimit: 255 - ttl,
    })).filter(() => random() > 0.01);
    return silent ? silentHop(ttl) : described(ttl, at, samples, target, random);
  });
  return {
    target: name,
    address,
    source: '192.168.1.100',
    family: 4,
    protocol: 'icmp',
    port: null,
    reached: true,
    end: 'destination',
    unreachable: null,
    loop: null,
    startedAt: startOf(n) + Math.round(random() * 5e6) / 1000,
    durationMs: Math.round(base * 1.3e6) / 1e6,
    socket: 'native',
    stamps: 'kernel',
    hops,
    about: hops.at(-1)!.about,
  };
}

/** When the n-th trace of a target is due. */
export function startOf(n: number): number {
  return START + n * 300_000;
}

type Described = PathRecord['hops'][number];
type Samples = Described['hop']['samples'];

function described(
  ttl: number,
  address: string,
  samples: Samples,
  target: number,
  random: () => number,
): Described {
  const rtts = samples.map(({ rttMs }) => rttMs).sort((a, b) => a - b);
  const isPrivate = ttl === 1;
  const [city, country, countryCode, lat, lon, timezone] = cities[(target + (ttl >> 2)) % cities.length]!;
  const special = {
    kind: 'private',
    name: 'Private-Use',
    prefix: '192.168.0.0/16',
    rfc: 'RFC 1918',
    globallyReachable: false,
    embedded: null,
  };
  return {
    hop: {
      ...silentHop(ttl).hop,
      address: rtts.length === 0 ? null : address,
      addresses: rtts.length === 0 ? [] : [address],
      samples,
      rtt: derivedRtt(samples),
      jitter: derivedJitter(samples),
      loss: {
        sent: PROBES,
        received: rtts.length,
        ratio: 1 - rtts.length / PROBES,
        verdict: rtts.length === PROBES ? 'none' : 'unknown',
        evidence: `${rtts.length} of ${PROBES} answered`,
      },
      capacity: capacityOf(ttl, random),
      destination: ttl === HOPS,
    },
    about: {
      address,
      special: isPrivate ? special : null,
      place: isPrivate
        ? null
        : {
            city,
            subdivisions: [],
            country,
            countryCode,
            lat,
            lon,
            radiusKm: null,
            timezone,
            source: 'DB-IP City Lite',
          },
      network: isPrivate
        ? null
        : {
            asn: 64_500 + ((target + (ttl >> 2)) % 400),
            name: networks[(target + (ttl >> 2)) % networks.length]!,
            prefix: `${address.split('.').slice(0, 2).join('.')}.0.0/16`,
            source: 'DB-IP ASN Lite',
          },
      threats: [],
    },
    hostname: ttl % 4 === 0 ? null : `ae-${ttl}.r${target % 100}.${countryCode.toLowerCase()}.example.net`,
  };
}

/** As a quick measurement leaves it: an estimate for some hops, a reason for the others. */
function capacityOf(ttl: number, random: () => number): Described['hop']['capacity'] {
  if (ttl % 3 === 1) {
    return { kind: 'unmeasured', cause: 'rate-limited', reason: 'the hop limits how often it answers' };
  }
  const mbps = 900 / ttl + random();
  if (ttl % 3 === 2) {
    const reason = 'packets arrive too close together to tell them apart';
    return { kind: 'at-least', mbps, cause: 'noisy', reason };
  }
  return { kind: 'estimate', mbps, low: mbps * 0.95, high: mbps * 1.07, confidence: 0.95, samples: 14 };
}

function silentHop(ttl: number): Described {
  return {
    hop: {
      ttl,
      address: null,
      addresses: [],
      samples: [],
      rtt: null,
      jitter: null,
      loss: {
        sent: PROBES,
        received: 0,
        ratio: 1,
        verdict: 'silent',
        evidence: `0 of ${PROBES} probes answered, and hops behind it answered all of theirs`,
      },
      capacity: { kind: 'unmeasured', cause: 'off', reason: 'capacities were not asked for' },
      mpls: [],
      unreachable: null,
      mtu: null,
      destination: false,
      discarded: 0,
    },
    about: null,
    hostname: null,
  };
}
