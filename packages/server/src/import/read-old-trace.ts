import { isIP } from 'node:net';
import type { Description, Network, Place } from '@locator/intel';
import type { Hop } from '@locator/probe';
import type { DescribedHop, PathRecord } from '../path-record.js';
import { targetName } from '../store/target-name.js';

/** A file of the old tool that holds no trace. Its message is a sentence about the file. */
export class OldTraceError extends Error {
  override readonly name = 'OldTraceError';
}

/** A hop as the old tool wrote it, as far as it is of use. Nothing of it is certain. */
interface OldHop {
  readonly ip?: unknown;
  readonly latency?: unknown;
  readonly packet_loss?: unknown;
  readonly location?: unknown;
  readonly asn?: unknown;
  readonly isp?: unknown;
  readonly geo?: unknown;
}

export interface OldFile {
  /** As asked for. */
  readonly target: string;
  /** Of the destination; null where the file's place does not say. */
  readonly address: string | null;
  /** Wall-clock milliseconds. */
  readonly startedAt: number;
}

const SOURCE = 'imported';

/** Probes that the old tool's traceroute sent per hop. */
const PROBES = 3;

/**
 * The array of hops that the old tool stored → a record. Its latencies become one RTT each; its jitter and
 * bandwidth, which it derived from the latency, are left out. Throws OldTraceError.
 */
export function readOldTrace(content: unknown, { target, address: known, startedAt }: OldFile): PathRecord {
  const list = Array.isArray(content) ? content : (content as { result?: unknown } | null)?.result;
  if (!Array.isArray(list) || list.length === 0) throw new OldTraceError('It holds no array of hops.');
  if (list.length > 255) throw new OldTraceError(`It has ${list.length} hops.`);
  const hops = list.map((hop, index) => readHop(hop, index + 1));

  // Without another word the last router that answered is taken for the destination.
  const address = known ?? hops.findLast(({ hop }) => hop.address !== null)?.hop.address;
  if (address == null) throw new OldTraceError('No hop in it has an address.');
  const at = hops.findIndex(({ hop }) => hop.address === address);
  const path = at < 0 ? hops : hops.slice(0, at + 1).map((hop, index) => (index === at ? arrived(hop) : hop));
  return {
    target,
    address,
    source: isIP(address) === 6 ? '::' : '0.0.0.0',
    family: isIP(address) === 6 ? 6 : 4,
    protocol: 'icmp',
    port: null,
    reached: at >= 0,
    end: at >= 0 ? 'destination' : 'silence',
    unreachable: null,
    loop: null,
    startedAt,
    durationMs: 0,
    socket: 'raw-socket',
    stamps: 'user',
    hops: path,
    about: path.at(-1)?.about?.address === address ? (path.at(-1)?.about ?? null) : null,
  };
}

function arrived(described: DescribedHop): DescribedHop {
  return { ...described, hop: { ...described.hop, destination: true } };
}

function readHop(value: unknown, ttl: number): DescribedHop {
  if (typeof value !== 'object' || value === null) throw new OldTraceError(`Hop ${ttl} is no object.`);
  const old = value as OldHop;
  const text = typeof old.ip === 'string' ? old.ip.trim() : '';
  const address = isIP(text) === 0 ? null : targetName(text);
  const latency = typeof old.latency === 'number' && old.latency >= 0 ? old.latency : null;
  // Some of its versions kept the name that traceroute printed in place of the address.
  const hostname = address === null && text !== '' && text !== '*' ? text : null;
  const hop = measured(ttl, address, address === null ? null : latency, lossOf(old.packet_loss));
  return { hop, about: address === null ? null : describe(address, old), hostname };
}

function measured(ttl: number, address: string | null, rttMs: number | null, lost: number): Hop {
  const isSilent = address === null;
  // Of a mean of several RTTs it says nothing how many they were.
  const sent = lost > 0 || isSilent ? PROBES : 1;
  const received = isSilent ? 0 : Math.max(rttMs === null ? 0 : 1, Math.round(sent * (1 - lost)));
  const sample = { attempt: 0, address: address ?? '', rttMs: rttMs ?? 0, stamp: 'user' } as const;
  return {
    ttl,
    address,
    addresses: address === null ? [] : [address],
    samples: rttMs === null ? [] : [{ ...sample, replyHopLimit: null }],
    rtt:
      rttMs === null
        ? null
        : { samples: 1, min: rttMs, median: rttMs, max: rttMs, stddev: 0, stamps: 'user' },
    jitter: null,
    loss: {
      sent,
      received,
      ratio: 1 - received / sent,
      verdict: isSilent ? 'silent' : received === sent ? 'none' : 'unknown',
      evidence: 'Imported: what was lost where is not known',
    },
    capacity: { kind: 'unmeasured', cause: 'off', reason: 'Imported: it was not measured' },
    mpls: [],
    unreachable: null,
    mtu: null,
    destination: false,
    discarded: 0,
  };
}

/** `"33.3%"` → 0.333; nothing lost where it says nothing. */
function lossOf(text: unknown): number {
  const percent = typeof text === 'string' ? Number.parseFloat(text) : Number.NaN;
  return percent >= 0 && percent <= 100 ? percent / 100 : 0;
}

function describe(address: string, old: OldHop): Description {
  return { address, special: null, place: placeOf(old), network: networkOf(old), threats: [] };
}

/** `"Tokyo, Japan"`, `"None, Japan"`, `"Japan"`. */
function placeOf({ location, geo }: OldHop): Place | null {
  const parts =
    known(location)
      ?.split(',')
      .map((part) => known(part.trim())) ?? [];
  const country = parts.at(-1) ?? null;
  if (country === null) return null;
  const {
    lat,
    lon,
    radius_km: radius,
    timezone,
  } = (typeof geo === 'object' && geo !== null ? geo : {}) as Geo;
  return {
    city: parts.length > 1 ? (parts[0] ?? null) : null,
    subdivisions: [],
    country,
    countryCode: null,
    lat: typeof lat === 'number' ? lat : null,
    lon: typeof lon === 'number' ? lon : null,
    radiusKm: typeof radius === 'number' ? radius : null,
    timezone: typeof timezone === 'string' ? timezone : null,
    source: SOURCE,
  };
}

interface Geo {
  readonly lat?: unknown;
  readonly lon?: unknown;
  readonly radius_km?: unknown;
  readonly timezone?: unknown;
}

/** `2516`, `"2516"` or `"AS2516"`. */
function networkOf({ asn, isp }: OldHop): Network | null {
  const digits = /^(?:AS)?(\d{1,10})$/i.exec(String(asn))?.[1];
  if (digits === undefined) return null;
  return { asn: Number(digits), name: known(isp) ?? '', prefix: null, source: SOURCE };
}

/** A word of it, or null for one of those it has for nothing. */
function known(text: unknown): string | null {
  return typeof text !== 'string' || /^(unknown|none|null|)$/i.test(text.trim()) ? null : text.trim();
}
