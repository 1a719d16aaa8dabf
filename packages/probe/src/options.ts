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
  /** Milliseconds between two packets of this trace, default 0.45. */
  readonly paceMs?: number;
  /** Longest wait, in milliseconds, for a reply about which nothing is known yet. Default 1000. */
  readonly waitMs?: number;
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
}

const limits = {
  port: [1, 65535],
  firstTtl: [1, 64],
  maxHops: [1, 64],
  probes: [1, 100],
  size: [12, 1400],
} as const;

/** Throws OPTION_INVALID with a sentence that names the option, its value and what it may be. */
export function readOptions(options: TraceOptions = {}): TraceSettings {
  // Defaults
  const settings = {
    protocol: options.protocol ?? null,
    port: options.port ?? 33434,
    firstTtl: options.firstTtl ?? 1,
    maxHops: options.maxHops ?? 30,
    probes: options.probes ?? 3,
    size: options.size ?? 40,
    paceMs: options.paceMs ?? 0.45,
    waitMs: options.waitMs ?? 1000,
  };
  // Validation
  if (settings.protocol !== null && settings.protocol !== 'icmp' && settings.protocol !== 'udp') {
    throw invalid('protocol', settings.protocol, 'icmp or udp');
  }
  for (const [name, [low, high]] of Object.entries(limits)) {
    const value = settings[name as keyof typeof limits];
    if (!Number.isInteger(value) || value < low || value > high) {
      throw invalid(name, value, `a whole number from ${low} to ${high}`);
    }
  }
  for (const name of ['paceMs', 'waitMs'] as const) {
    const value = settings[name];
    if (!Number.isFinite(value) || value < 0 || value > 60_000) {
      throw invalid(name, value, 'milliseconds from 0 to 60000');
    }
  }
  if (settings.firstTtl > settings.maxHops) {
    throw invalid('firstTtl', settings.firstTtl, `not above maxHops (${settings.maxHops})`);
  }
  if (options.family !== undefined && options.family !== 4 && options.family !== 6) {
    throw invalid('family', options.family, '4 or 6');
  }
  return Object.freeze(settings);
}

function invalid(name: string, value: unknown, expected: string): ProbeError {
  return new ProbeError('OPTION_INVALID', `${name} is ${JSON.stringify(value)}, expected ${expected}`);
}
