import { ProbeError } from './errors.js';
import type { ResolveOptions } from './resolve/target.js';
import type { Transport } from './socket/packet-socket.js';

export interface TraceOptions extends ResolveOptions {
  /** Kind of probe. Default `icmp` (echo requests), or `udp` where the socket cannot send those. */
  readonly protocol?: Transport;
  /** Destination port of UDP probes. Default 33434. */
  readonly port?: number;
  /** First TTL asked, default 1. */
  readonly firstTtl?: number;
  /** Last TTL asked, 1 to 64, default 30. */
  readonly maxHops?: number;
  /** Probes per hop, 1 to 100, default 3. From the sixth on they go out one a second (routers limit). */
  readonly probes?: number;
  /** Bytes of a probe from its transport header on, 12 to 1400, default 40. */
  readonly size?: number;
  /** Milliseconds between two packets of this trace, default 0.35. */
  readonly paceMs?: number;
  /** Longest wait, in milliseconds, for a reply about which nothing is known yet. Default 1000. */
  readonly waitMs?: number;
  /**
   * How much to spend on capacities, after the RTTs: nothing; `quick`, within three of the largest RTT and 300 ms;
   * `thorough`, within 10 s, for paths with other traffic. Default `off`: a library sends no load unasked.
   */
  readonly bandwidth?: Bandwidth;
  /** Most bytes, IP headers counted, that capacities may cost. Default 280,000 (`quick`), 8,000,000 (`thorough`). */
  readonly bandwidthBytes?: number;
  /**
   * Most that capacities may load the path with on average, in Mbit/s. Default: half (`quick`) or a fifth of what the
   * narrowest link found so far carries, and before anything is found 15 kB (0.12 s of a line of 1 Mbit/s).
   */
  readonly bandwidthMbps?: number;
}

export type Bandwidth = 'off' | 'quick' | 'thorough';

export interface WatchOptions extends Omit<TraceOptions, 'probes' | `bandwidth${string}`> {
  /**
   * Milliseconds from one round to the next, 100 to 3,600,000, default 1000. Below that routers that limit their
   * ICMP errors, as most do, leave some probes unanswered.
   */
  readonly intervalMs?: number;
  /** Rounds after which it ends by itself; default: it goes on until it is stopped. */
  readonly rounds?: number;
}

/** Options with every default filled in. */
export interface TraceSettings {
  /** null: the first of `icmp` and `udp` that can be sent. */
  readonly protocol: Transport | null;
  readonly port: number;
  readonly firstTtl: number;
  readonly maxHops: number;
  readonly probes: number;
  readonly size: number;
  readonly paceMs: number;
  readonly waitMs: number;
  readonly bandwidth: Bandwidth;
  readonly bandwidthBytes: number;
  /** May be infinite. */
  readonly bandwidthMbps: number;
}

export interface WatchSettings extends Omit<TraceSettings, 'probes' | `bandwidth${string}`> {
  readonly intervalMs: number;
  /** May be infinite. */
  readonly rounds: number;
}

/** Bytes that capacities may cost by default; with the probes before, quick stays under 300,000. */
const bandwidthBytes = { off: 0, quick: 280_000, thorough: 8_000_000 } as const;

/** Throws OPTION_INVALID with a sentence that names the option, its value and what it may be. */
export function readOptions(options: TraceOptions = {}): TraceSettings {
  const { bandwidth = 'off' } = options;
  if (!Object.hasOwn(bandwidthBytes, bandwidth))
    throw invalid('bandwidth', bandwidth, 'off, quick or thorough');
  // Defaults
  const settings = {
    protocol: options.protocol ?? null,
    port: options.port ?? 33434,
    firstTtl: options.firstTtl ?? 1,
    maxHops: options.maxHops ?? 30,
    probes: options.probes ?? 3,
    size: options.size ?? 40,
    paceMs: options.paceMs ?? 0.35,
    waitMs: options.waitMs ?? 1000,
    bandwidth,
    bandwidthBytes: options.bandwidthBytes ?? bandwidthBytes[bandwidth],
    bandwidthMbps: options.bandwidthMbps ?? Number.POSITIVE_INFINITY,
  };
  // Validation
  if (settings.protocol !== null && settings.protocol !== 'icmp' && settings.protocol !== 'udp') {
    throw invalid('protocol', settings.protocol, 'icmp or udp');
  }
  checkWhole('port', settings.port, 1, 65535);
  checkWhole('firstTtl', settings.firstTtl, 1, 64);
  checkWhole('maxHops', settings.maxHops, 1, 64);
  checkWhole('probes', settings.probes, 1, 100);
  checkWhole('size', settings.size, 12, 1400);
  checkWhole('bandwidthBytes', settings.bandwidthBytes, 0, 1_000_000_000);
  checkMinute('paceMs', settings.paceMs);
  checkMinute('waitMs', settings.waitMs);
  if (!(settings.bandwidthMbps > 0)) {
    throw invalid('bandwidthMbps', settings.bandwidthMbps, 'Mbit/s, more than 0');
  }
  if (settings.firstTtl > settings.maxHops) {
    throw invalid('firstTtl', settings.firstTtl, `not above maxHops (${settings.maxHops})`);
  }
  if (options.family !== undefined && options.family !== 4 && options.family !== 6) {
    throw invalid('family', options.family, '4 or 6');
  }
  return Object.freeze(settings);
}

/** As `readOptions`, for a watch. */
export function readWatchOptions(options: WatchOptions = {}): WatchSettings {
  const { intervalMs = 1000, rounds = Number.POSITIVE_INFINITY } = options;
  const { probes, bandwidth, bandwidthBytes, bandwidthMbps, ...settings } = readOptions(options);
  if (!(intervalMs >= 100 && intervalMs <= 3_600_000)) {
    throw invalid('intervalMs', intervalMs, 'milliseconds from 100 to 3600000');
  }
  if (!(rounds >= 1 && (Number.isInteger(rounds) || rounds === Number.POSITIVE_INFINITY))) {
    throw invalid('rounds', rounds, 'a whole number from 1');
  }
  return Object.freeze({ ...settings, intervalMs, rounds });
}

function checkWhole(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw invalid(name, value, `a whole number from ${low} to ${high}`);
}

function checkMinute(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0 && value <= 60_000) return;
  throw invalid(name, value, 'milliseconds from 0 to 60000');
}

function invalid(name: string, value: unknown, expected: string): ProbeError {
  return new ProbeError('OPTION_INVALID', `${name} is ${JSON.stringify(value)}, expected ${expected}`);
}
