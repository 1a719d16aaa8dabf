/** Protocol numbers (IPv4) and next headers (IPv6), IANA. */
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_ICMPV6 = 58;

/** What an IPv4 or IPv6 header says of a packet, as far as it is of use here. */
export interface IpHeader {
  /** A view into the packet's bytes. */
  readonly destination: Uint8Array;
  readonly hopLimit: number;
  /** The IPv4 identification; null for IPv6. */
  readonly id: number | null;
  readonly protocol: number;
  /** Where the transport header starts; may be at or past the end of what was quoted. */
  readonly transportAt: number;
}
