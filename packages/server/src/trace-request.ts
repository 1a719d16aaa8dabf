import type { Bandwidth, Family, Transport } from '@locator/probe';
import { ServerError } from './errors.js';

/** What a person asks for; what is left out is the tracer's choice. */
export interface TraceRequest {
  readonly target: string;
  readonly protocol?: Transport;
  readonly port?: number;
  readonly family?: Family;
  readonly maxHops?: number;
  readonly probes?: number;
  readonly bandwidth?: Bandwidth;
}

type Asked = { readonly [K in keyof Omit<TraceRequest, 'protocol'>]: TraceRequest[K] | undefined } & {
  readonly target: string;
  readonly protocol: Transport | 'tcp' | undefined;
};

/**
 * A request out of parts that were checked one by one. A port alone asks for UDP, the only probes that have
 * one. Throws PROTOCOL_NOT_OFFERED for TCP and INPUT_INVALID for a port of ICMP.
 */
export function traceRequest({ protocol, ...asked }: Asked): TraceRequest {
  if (protocol === 'tcp') throw new ServerError('PROTOCOL_NOT_OFFERED');
  if (protocol === 'icmp' && asked.port !== undefined) {
    throw new ServerError('INPUT_INVALID', 'port goes with protocol=udp: ICMP has no ports.');
  }
  const parts = { ...asked, protocol: protocol ?? (asked.port === undefined ? undefined : 'udp') };
  const given = Object.entries(parts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as unknown as TraceRequest;
}
