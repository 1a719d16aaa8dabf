import type { Baseline } from './baseline.js';
import { type HopDigest, rttCode, rttOfCode, type TraceDigest } from './digest.js';
import type { Place, Sighting } from './place.js';

/*
 * A baseline as bytes, little-endian:
 *
 *     0 format | 1 length of the head (4) | 5 head, JSON | recent traces | daily traces
 *
 * each trace 8 start (float) | 1 hops to the destination, 0 if not reached | 1 first TTL | 1 number of hops, and
 * each hop 2 number of the address, 0 if silent | 2 RTT (rttCode), 0 if none | 1 sent | 1 received. Numbers of addresses count from 1 in the head's list.
 */
const FORMAT = 1;
const HEAD_AT = 5;
const TRACE_BYTES = 11;
const HOP_BYTES = 6;

interface Head {
  readonly traces: number;
  readonly since: number | null;
  readonly addresses: readonly string[];
  /** TTL, answered, start, sightings, and since when there are too many of them, if there are. */
  readonly places: readonly (readonly [number, number, number, readonly SightingRow[], (number | null)?])[];
  /** How many traces follow. */
  readonly recent: number;
  readonly daily: number;
}

/** Number of the address, first, last, traces, since, seen, AS, country. */
type SightingRow = readonly [number, number, number, number, number, number, number | null, string | null];

/** At most 30 kB. */
export function encode(baseline: Baseline): Uint8Array {
  const { traces, since, places, recent, daily } = baseline;
  const numbers = new Map<string, number>();
  const number = (address: string) => {
    const known = numbers.get(address);
    if (known === undefined) numbers.set(address, numbers.size + 1);
    return known ?? numbers.size;
  };
  const all = [...recent, ...daily];
  const tail = encodeTraces(all, number);
  const head: Head = {
    traces,
    since,
    places: [...places].map(([ttl, { answered, start, sightings, wide }]) => [
      ttl,
      answered,
      start,
      [...sightings].map(
        ([address, { first, last, traces, since, seen, asn, country }]): SightingRow => [
          number(address),
          first,
          last,
          traces,
          since,
          seen,
          asn,
          country,
        ],
      ),
      wide,
    ]),
    addresses: [...numbers.keys()],
    recent: recent.length,
    daily: daily.length,
  };
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(HEAD_AT + text.length + tail.length);
  bytes[0] = FORMAT;
  new DataView(bytes.buffer).setUint32(1, text.length, true);
  bytes.set(text, HEAD_AT);
  bytes.set(tail, HEAD_AT + text.length);
  return bytes;
}

/** The baseline that was encoded, equal in every field. Throws on bytes that are none. */
export function decode(bytes: Uint8Array): Baseline {
  if (bytes[0] !== FORMAT) throw new Error(`baseline format ${bytes[0]} is not known`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tailAt = HEAD_AT + view.getUint32(1, true);
  const head: Head = JSON.parse(new TextDecoder().decode(bytes.subarray(HEAD_AT, tailAt)));
  const address = (number: number) => head.addresses[number - 1]!;
  const digests = decodeTraces(view, tailAt, head.recent + head.daily, head.addresses);
  return {
    traces: head.traces,
    since: head.since,
    places: new Map(
      head.places.map(([ttl, answered, start, rows, wide]): [number, Place] => [
        ttl,
        {
          answered,
          start,
          wide: wide ?? null,
          sightings: new Map(
            rows.map(([number, first, last, traces, since, seen, asn, country]): [string, Sighting] => [
              address(number),
              { first, last, traces, since, seen, asn, country },
            ]),
          ),
        },
      ]),
    ),
    recent: digests.slice(0, head.recent),
    daily: digests.slice(head.recent),
  };
}

function encodeTraces(traces: readonly TraceDigest[], number: (address: string) => number): Uint8Array {
  const hops = traces.reduce((sum, trace) => sum + trace.hops.length, 0);
  const bytes = new Uint8Array(traces.length * TRACE_BYTES + hops * HOP_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { startedAt, length, firstTtl, hops } of traces) {
    view.setFloat64(at, startedAt, true);
    view.setUint8(at + 8, length ?? 0);
    view.setUint8(at + 9, firstTtl);
    view.setUint8(at + 10, hops.length);
    at += TRACE_BYTES;
    for (const { address, rttMs, sent, received } of hops) {
      view.setUint16(at, address === null ? 0 : number(address), true);
      view.setUint16(at + 2, rttMs === null ? 0 : rttCode(rttMs), true);
      view.setUint8(at + 4, sent);
      view.setUint8(at + 5, received);
      at += HOP_BYTES;
    }
  }
  return bytes;
}

function decodeTraces(
  view: DataView,
  from: number,
  count: number,
  addresses: readonly string[],
): TraceDigest[] {
  let at = from;
  return Array.from({ length: count }, () => {
    const startedAt = view.getFloat64(at, true);
    const length = view.getUint8(at + 8) || null;
    const firstTtl = view.getUint8(at + 9);
    const hops: HopDigest[] = [];
    const end = at + TRACE_BYTES + HOP_BYTES * view.getUint8(at + 10);
    for (at += TRACE_BYTES; at < end; at += HOP_BYTES) {
      const code = view.getUint16(at + 2, true);
      hops.push({
        address: addresses[view.getUint16(at, true) - 1] ?? null,
        rttMs: code === 0 ? null : rttOfCode(code),
        sent: view.getUint8(at + 4),
        received: view.getUint8(at + 5),
      });
    }
    return { startedAt, length, firstTtl, hops };
  });
}
