import type { Family } from '../socket/packet-socket.js';

/** Type, code, checksum, four bytes that depend on the type: RFC 792, RFC 4443 section 2.1. */
export const ICMP_HEADER = 8;

export const ECHO_REQUEST = { 4: 8, 6: 128 } as const;
export const ECHO_REPLY = { 4: 0, 6: 129 } as const;

export type IcmpErrorName = 'time-exceeded' | 'unreachable' | 'packet-too-big' | 'parameter-problem';

/** One type of ICMP error. */
export interface IcmpErrorType {
  readonly name: IcmpErrorName;
  /** Names of the codes from 0. */
  readonly codes: readonly string[];
  /**
   * RFC 4884 section 4: where the message says how long its quote is, and in units of how many bytes; null
   * for types that cannot carry extensions.
   */
  readonly quoteLength: { readonly at: number; readonly unit: number } | null;
}

const TIME_EXCEEDED = ['ttl-exceeded', 'reassembly-exceeded'];

const errors4: Readonly<Record<number, IcmpErrorType>> = {
  // RFC 792; codes 6 to 12 RFC 1122 section 3.2.2.1; 13 to 15 RFC 1812 section 5.2.7.1.
  3: {
    name: 'unreachable',
    codes: [
      'net-unreachable',
      'host-unreachable',
      'protocol-unreachable',
      'port-unreachable',
      'fragmentation-needed',
      'source-route-failed',
      'net-unknown',
      'host-unknown',
      'source-isolated',
      'net-prohibited',
      'host-prohibited',
      'net-tos-unreachable',
      'host-tos-unreachable',
      'admin-prohibited',
      'precedence-violation',
      'precedence-cutoff',
    ],
    quoteLength: { at: 5, unit: 4 },
  },
  11: { name: 'time-exceeded', codes: TIME_EXCEEDED, quoteLength: { at: 5, unit: 4 } },
  // RFC 792, RFC 1108, RFC 1122.
  12: {
    name: 'parameter-problem',
    codes: ['erroneous-header', 'missing-option', 'bad-length'],
    quoteLength: { at: 5, unit: 4 },
  },
};

const errors6: Readonly<Record<number, IcmpErrorType>> = {
  // RFC 4443 section 3.1; 7 RFC 6550; 8 RFC 8883.
  1: {
    name: 'unreachable',
    codes: [
      'no-route',
      'admin-prohibited',
      'beyond-scope',
      'address-unreachable',
      'port-unreachable',
      'policy-failed',
      'reject-route',
      'source-route-failed',
      'headers-too-long',
    ],
    quoteLength: { at: 4, unit: 8 },
  },
  2: { name: 'packet-too-big', codes: ['packet-too-big'], quoteLength: null },
  3: { name: 'time-exceeded', codes: TIME_EXCEEDED, quoteLength: { at: 4, unit: 8 } },
  // RFC 4443 section 3.4; 3 RFC 7112; 4 RFC 8754; 5 to 10 RFC 8883.
  4: {
    name: 'parameter-problem',
    codes: [
      'erroneous-header',
      'unknown-next-header',
      'unknown-option',
      'incomplete-header-chain',
      'segment-routing-error',
      'unknown-next-header-at-router',
      'header-too-big',
      'header-chain-too-long',
      'too-many-headers',
      'too-many-options',
      'option-too-big',
    ],
    quoteLength: null,
  },
};

/** What is known of an ICMP type, or null when it is no error a probe can cause. */
export function icmpErrorType(family: Family, type: number): IcmpErrorType | null {
  return (family === 4 ? errors4 : errors6)[type] ?? null;
}

/** The code's name, `port-unreachable`; `code-99` for one that no RFC names. */
export function codeName(error: IcmpErrorType, code: number): string {
  return error.codes[code] ?? `code-${code}`;
}
