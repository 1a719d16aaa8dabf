/** A path around the world for the page to show, made up: what each address is, and what a trace to its end finds. */
import type { Description } from '@locator/intel';
import type { Capacity, Hop } from '@locator/probe';
import type { PathRecord } from '../../packages/server/src/path-record.js';
import { aHop, aTrace, type HopSpec } from '../../packages/server/test/a-trace.js';

interface Router {
  readonly address: string | null;
  readonly name?: string;
  readonly rtt?: number;
  readonly asn?: readonly [number: number, name: string];
  readonly at?: readonly [city: string, countryCode: string, lat: number, lon: number];
  readonly special?: string;
  readonly listed?: boolean;
  readonly hop?: HopSpec;
}

const frankfurt = ['Frankfurt am Main', 'DE', 50.11, 8.68] as const;
const ashburn = ['Ashburn', 'US', 39.04, -77.48] as const;
const tokyo = ['Tokyo', 'JP', 35.68, 139.69] as const;
const arelion = [1299, 'Arelion Sweden AB'] as const;

export const target = 'www.example.org';
/** What a hostile owner of an address may call it. */
export const hostileName = '<img src=x onerror="document.title=1">.example';
export const listedAddress = '45.83.64.7';

const routers: readonly Router[] = [
  { address: '192.168.1.1', rtt: 0.42, special: 'private' },
  { address: '100.64.3.1', rtt: 2.1, special: 'shared' },
  {
    address: '80.157.128.1',
    name: 'f-ed11-i.f.example.net',
    rtt: 9.8,
    asn: [3320, 'Deutsche Telekom AG'],
    at: frankfurt,
  },
  { address: null },
  { address: '62.115.124.1', name: 'ffm-bb1.example.net', rtt: 10.4, asn: arelion, at: frankfurt },
  {
    address: '62.115.137.2',
    name: 'prs-bb2.example.net',
    rtt: 18.9,
    asn: arelion,
    at: ['Paris', 'FR', 48.85, 2.35],
    hop: { sent: 9, verdict: 'rate-limited' },
  },
  { address: '62.115.112.3', name: 'ash-bb2.example.net', rtt: 98.2, asn: arelion, at: ashburn },
  {
    address: listedAddress,
    name: hostileName,
    rtt: 99.9,
    asn: [64500, 'Cheap <b>Hosting</b>'],
    at: ashburn,
    listed: true,
  },
  {
    address: '154.54.44.1',
    rtt: 131.3,
    asn: [174, 'Cogent Communications'],
    at: ['Los Angeles', 'US', 34.05, -118.24],
    hop: { sent: 4, verdict: 'forwarding' },
  },
  { address: null },
  {
    address: '58.138.88.1',
    name: 'tky001bb10.example.jp',
    rtt: 228.4,
    asn: [2497, 'Internet Initiative Japan Inc.'],
    at: tokyo,
  },
  {
    address: '202.232.2.164',
    name: target,
    rtt: 229.1,
    asn: [2497, 'Internet Initiative Japan Inc.'],
    at: tokyo,
  },
];

/** Another way from hop 5 to hop 6. */
const detour: readonly Router[] = [
  {
    address: '62.115.125.9',
    name: 'hbg-bb1.example.net',
    rtt: 16.2,
    asn: arelion,
    at: ['Hamburg', 'DE', 53.55, 9.99],
  },
  {
    address: '62.115.138.4',
    name: 'ldn-bb1.example.net',
    rtt: 27.3,
    asn: arelion,
    at: ['London', 'GB', 51.5, -0.12],
  },
];

export type Way = 'usual' | 'detour';

export const destination = routers.at(-1)!.address!;

/** What is known of each address on either way. */
export const known: readonly Description[] = [...routers, ...detour].flatMap(
  (router) => describe(router) ?? [],
);

export const hostnames: ReadonlyMap<string, string> = new Map(
  [...routers, ...detour].flatMap(({ address, name }) => (address && name ? [[address, name] as const] : [])),
);

/** What a trace finds, slower by `moreMs` from hop 7 on. */
export function worldHops(way: Way = 'usual', moreMs = 0, jitter = (index: number) => index * 0.13): Hop[] {
  return routersOn(way).map(
    (router, index) => aMeasuredHop(index, specOf(router, index, moreMs, jitter)).hop,
  );
}

export function worldTrace(startedAt: number, way: Way = 'usual', moreMs = 0): PathRecord {
  const hops = routersOn(way).map((router, index) => {
    const jitter = (probe: number) => ((startedAt / 60_000 + probe * 7 + index * 3) % 5) * 0.2;
    return {
      ...aMeasuredHop(index, specOf(router, index, moreMs, jitter)),
      about: describe(router),
      hostname: router.name ?? null,
    };
  });
  return {
    ...aTrace({ target, address: destination, startedAt }),
    durationMs: 512,
    hops,
    reached: true,
    end: 'destination',
  };
}

function routersOn(way: Way): readonly Router[] {
  return way === 'usual' ? routers : [...routers.slice(0, 4), ...detour, ...routers.slice(6)];
}

function aMeasuredHop(index: number, spec: HopSpec) {
  const made = aHop(index + 1, spec);
  const { rtt } = made.hop;
  const jitter = rtt && { mean: rtt.stddev, rfc3550: rtt.stddev / 4, p95MinusMin: rtt.max - rtt.min };
  return { ...made, hop: { ...made.hop, jitter } };
}

function specOf(
  { address, rtt, hop }: Router,
  index: number,
  moreMs: number,
  jitter: (probe: number) => number,
): HopSpec {
  if (address === null || rtt === undefined) return { address: null };
  const base = rtt + (index >= 6 ? moreMs : 0);
  const isEnd = index === routers.length - 1;
  const mbps = index < 4 ? 941 : 95.2;
  const interval = { low: mbps * 0.97, high: mbps * 1.02 };
  const capacity: Capacity =
    hop?.verdict === 'rate-limited'
      ? { kind: 'unmeasured', cause: 'rate-limited', reason: 'the router limits its answers' }
      : { kind: 'estimate', mbps, ...interval, confidence: 0.95, samples: 40 };
  return {
    address,
    destination: isEnd,
    capacity,
    rtt: [0, 1, 2].map((probe) => base + jitter(probe)),
    ...hop,
  };
}

function describe({ address, asn, at, special, listed }: Router): Description | null {
  if (address === null) return null;
  return {
    address,
    special: special
      ? { kind: special, name: special, prefix: '', rfc: '', globallyReachable: false, embedded: null }
      : null,
    place: at
      ? {
          city: at[0],
          subdivisions: [],
          country: new Intl.DisplayNames('en', { type: 'region' }).of(at[1])!,
          countryCode: at[1],
          lat: at[2],
          lon: at[3],
          radiusKm: 20,
          timezone: null,
          source: 'DB-IP City Lite',
        }
      : null,
    network: asn ? { asn: asn[0], name: asn[1], prefix: null, source: 'DB-IP' } : null,
    threats: listed
      ? [
          {
            list: 'Spamhaus DROP',
            prefix: '45.83.64.0/24',
            reason: 'SBL123456',
            sblId: 'SBL123456',
            listedAt: null,
          },
        ]
      : [],
  };
}
