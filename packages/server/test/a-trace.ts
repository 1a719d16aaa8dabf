import type { Description, Threat } from '@locator/intel';
import type { Capacity, Hop, LossVerdict, Sample, TraceEnd, Transport } from '@locator/probe';
import type { DescribedHop, PathRecord } from '../src/path-record.js';
import type { StoredTrace } from '../src/store/trace-store.js';

/** What a test cares about in one hop; a bare address or null (silent) is short for a hop with just that. */
export interface HopSpec {
  readonly address?: string | null;
  /** All that answered, when more than one did; the first is `address` unless that is given. */
  readonly addresses?: readonly string[];
  /** RTTs of the answered probes; a single number stands for three equal ones. Default: 2 ms per TTL. */
  readonly rtt?: number | readonly number[];
  /** Probes sent; default: as many as answered, three for a silent hop. */
  readonly sent?: number;
  readonly verdict?: LossVerdict;
  readonly asn?: number;
  readonly country?: string;
  readonly city?: string;
  readonly special?: string;
  readonly threats?: readonly ThreatSpec[];
  readonly hostname?: string;
  readonly unreachable?: string;
  readonly destination?: boolean;
  readonly capacity?: Capacity;
}

export type ThreatSpec = Partial<Threat> & Pick<Threat, 'prefix'>;

export interface TraceSpec {
  readonly target?: string;
  readonly address?: string;
  readonly protocol?: Transport;
  readonly startedAt?: number;
  /** From TTL 1 on. */
  readonly hops?: readonly (string | null | HopSpec)[];
  readonly reached?: boolean;
  readonly end?: TraceEnd;
  readonly unreachable?: string;
  /** Listings of the destination's address, whether it answered or not. */
  readonly threats?: readonly ThreatSpec[];
}

/** A quiet path of five hops that reaches its destination in 10 ms. */
export const QUIET = ['192.0.2.1', '198.51.100.1', '198.51.100.9', '198.51.100.17', '203.0.113.80'] as const;

/**
 * A valid record made of the little that a test names. Unless told otherwise the last hop is the
 * destination and answered.
 */
export function aTrace(spec: TraceSpec = {}): PathRecord {
  const specs = (spec.hops ?? QUIET).map((hop) =>
    hop === null || typeof hop === 'string' ? { address: hop } : hop,
  );
  const last = specs.at(-1);
  const address = spec.address ?? (last === undefined ? null : addressOf(last)) ?? QUIET[4];
  const reached = spec.reached ?? (last !== undefined && addressOf(last) === address);
  const hops = specs.map((hop, index) =>
    aHop(index + 1, { destination: reached && index === specs.length - 1, ...hop }),
  );
  return {
    target: spec.target ?? 'www.example.com',
    address,
    source: address.includes(':') ? '2001:db8::100' : '192.0.2.100',
    family: address.includes(':') ? 6 : 4,
    protocol: spec.protocol ?? 'icmp',
    port: spec.protocol === 'udp' ? 33434 : null,
    reached,
    end: spec.end ?? (reached ? 'destination' : spec.unreachable === undefined ? 'silence' : 'unreachable'),
    unreachable: spec.unreachable ?? null,
    loop: null,
    startedAt: spec.startedAt ?? Date.UTC(2026, 0, 1),
    durationMs: 12.5,
    socket: 'scripted',
    stamps: 'kernel',
    hops,
    ...(spec.threats && { about: describe(address, { threats: spec.threats }) }),
  };
}

/** The record as a store would give it back. */
export function aStoredTrace(id: number, spec: TraceSpec = {}): StoredTrace {
  return { ...aTrace({ startedAt: Date.UTC(2026, 0, 1) + id * 3_600_000, ...spec }), id, pathId: '' };
}

/** Earlier traces, newest first, with ids from `specs.length` down to 1: the first spec is the newest. */
export function earlierTraces(...specs: readonly TraceSpec[]): StoredTrace[] {
  return specs.map((spec, index) => aStoredTrace(specs.length - index, spec));
}

export function aHop(ttl: number, spec: HopSpec = {}): DescribedHop {
  const address = addressOf(spec);
  const rtts = address === null ? [] : rttsOf(spec.rtt ?? 2 * ttl);
  const sent = spec.sent ?? (rtts.length || 3);
  const hop: Hop = {
    ttl,
    address,
    addresses: spec.addresses ?? (address === null ? [] : [address]),
    samples: rtts.map(
      (rttMs, attempt): Sample => ({
        attempt,
        address: spec.addresses?.[attempt % spec.addresses.length] ?? address!,
        rttMs,
        stamp: 'kernel',
        replyHopLimit: 64 - ttl,
      }),
    ),
    rtt: summary(rtts),
    jitter: null,
    loss: {
      sent,
      received: rtts.length,
      ratio: 1 - rtts.length / sent,
      verdict: spec.verdict ?? (rtts.length === sent ? 'none' : rtts.length === 0 ? 'silent' : 'unknown'),
      evidence: `${rtts.length} of ${sent} probes answered`,
    },
    capacity: spec.capacity ?? { kind: 'unmeasured', cause: 'off', reason: 'not asked for' },
    mpls: [],
    unreachable: spec.unreachable ?? null,
    mtu: null,
    destination: spec.destination ?? false,
    discarded: 0,
  };
  return {
    hop,
    about: address === null ? null : describe(address, spec),
    hostname: spec.hostname ?? null,
  };
}

function describe(
  address: string,
  spec: Pick<HopSpec, 'asn' | 'country' | 'city' | 'special' | 'threats'>,
): Description {
  const { asn, country, city, special, threats } = spec;
  return {
    address,
    special:
      special === undefined
        ? null
        : {
            kind: special,
            name: special,
            prefix: `${address}/32`,
            rfc: 'RFC 6890',
            globallyReachable: false,
            embedded: null,
          },
    place:
      country === undefined
        ? null
        : {
            city: city ?? null,
            subdivisions: [],
            country: new Intl.DisplayNames('en', { type: 'region' }).of(country) ?? country,
            countryCode: country,
            lat: null,
            lon: null,
            radiusKm: null,
            timezone: null,
            source: 'a test',
          },
    network: asn === undefined ? null : { asn, name: `Network ${asn}`, prefix: null, source: 'a test' },
    threats: (threats ?? []).map((threat) => ({
      list: 'Spamhaus DROP',
      reason: 'listed',
      sblId: null,
      listedAt: null,
      ...threat,
    })),
  };
}

function addressOf({ address, addresses }: HopSpec): string | null {
  return address === undefined ? (addresses?.[0] ?? null) : address;
}

function rttsOf(rtt: number | readonly number[]): readonly number[] {
  return typeof rtt === 'number' ? [rtt, rtt, rtt] : rtt;
}

function summary(rtts: readonly number[]): Hop['rtt'] {
  if (rtts.length === 0) return null;
  const sorted = [...rtts].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const mean = rtts.reduce((sum, rtt) => sum + rtt, 0) / rtts.length;
  const squares = rtts.reduce((sum, rtt) => sum + (rtt - mean) ** 2, 0);
  return {
    samples: rtts.length,
    min: sorted[0]!,
    median: (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2,
    max: sorted.at(-1)!,
    stddev: rtts.length === 1 ? 0 : Math.sqrt(squares / (rtts.length - 1)),
    stamps: 'kernel',
  };
}
