/**
 * The contract between the tracer and the system: types only, with the promises every implementation keeps.
 * Whatever the systems differ in stays behind it: whether the IPv4 header is delivered, who writes
 * checksums, byte orders, and where time stamps come from.
 */

export type Family = 4 | 6;
export type Transport = 'icmp' | 'udp';
/** Who took a stamp: the kernel as the packet passed, or this process around its system call. */
export type StampSource = 'kernel' | 'user';
export type SocketName = 'native' | 'unprivileged' | 'raw-socket' | 'scripted';

export interface Outgoing {
  /** Unsigned 32 bits, chosen by the caller, unique among packets in flight: comes back with the stamp. */
  readonly tag: number;
  readonly family: Family;
  readonly transport: Transport;
  /** 4 or 16 bytes. The packet leaves from this address or the send fails. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** TTL or hop limit, 1 to 255. */
  readonly hopLimit: number;
  /**
   * The transport header and its payload, checksum included and right for source and destination.
   * The socket may compute it again; it arrives at the same value. The caller's again once `send` returns.
   */
  readonly bytes: Uint8Array;
}

/** A packet has left. For every accepted packet exactly one `Sent` or one `Failed` arrives. */
export interface Sent {
  readonly tag: number;
  /** Nanoseconds on the socket's stamp clock. */
  readonly at: bigint;
  readonly stamp: StampSource;
}

/** This one packet could not be sent; the socket goes on. `code` is the system's: EPERM, ENETUNREACH, … */
export interface Failed {
  readonly tag: number;
  readonly code: string;
}

export interface Received {
  readonly family: Family;
  /**
   * `icmp`: an ICMP or ICMPv6 message from its type byte on (no IP header). `udp`: a UDP datagram from its
   * header on, sent to a port of this socket. Where the system delivers an ICMP error only in parts, the
   * socket puts the message together again: type, code, the quoted IP and transport headers, the quoted
   * payload; a field that the system keeps to itself is zero, checksums among them.
   */
  readonly transport: Transport;
  /** Who sent it, 4 or 16 bytes. Like `bytes` the caller's only until the listener returns. */
  readonly from: Uint8Array;
  /** TTL or hop limit it arrived with; null where the system does not say. */
  readonly hopLimit: number | null;
  /** Nanoseconds on the socket's stamp clock. */
  readonly at: bigint;
  readonly stamp: StampSource;
  /** The caller's only until the listener returns: copy what you keep. */
  readonly bytes: Uint8Array;
}

/** What came in at once. A packet's `Sent` is in the same batch as its first reply, or in an earlier one. */
export interface Batch {
  readonly sent: readonly Sent[];
  readonly failed: readonly Failed[];
  readonly received: readonly Received[];
}

/** What the socket demands of packets of one family and transport. */
export interface Terms {
  /** ICMP echo: the identifier every request must carry, or null where any will do. */
  readonly echoId: number | null;
  /** UDP: the source port every datagram must carry (it is bound, so nobody else gets the answers). */
  readonly sourcePort: number | null;
  /**
   * Whether the quoted transport header is delivered whole (8 bytes, checksum included). Where not, a router
   * that quotes no more than that leaves UDP probes of one flow indistinguishable.
   */
  readonly quotesHeader: boolean;
  /** Packets leave with the checksum they are given, right or wrong. Left out: it is computed again. */
  readonly keepsChecksum?: boolean;
}

export interface PacketSocket {
  readonly name: SocketName;
  /** The best stamps it gives; single ones may be worse and say so. */
  readonly stamps: StampSource;
  /** null where this socket cannot send that kind; `why` then has one sentence. */
  terms(family: Family, transport: Transport): Terms | null;
  why(family: Family, transport: Transport): string | null;
  /**
   * Hands all packets to the system in as few calls as it allows, in order, without waiting. Never throws
   * for a single packet. After close it throws the coded error SOCKET_CLOSED.
   */
  send(packets: readonly Outgoing[]): void;
  /** One listener, set once before the first send. Called from the event loop, never from inside `send`. */
  listen(listener: (batch: Batch) => void): void;
  /**
   * Milliseconds by which the stamp clock is ahead of a monotonic clock, read now. It only ever changes when
   * somebody sets the stamp clock: a sample across such a change is worthless.
   */
  skew(): number;
  /**
   * Milliseconds back to when all that had come in was delivered, at the latest; 0 when nothing is waiting now. What
   * is older and has not been delivered has not come.
   */
  lag(): number;
  /** Received packets the system had to throw away because they were not read in time, since opening. */
  dropped(): number;
  /** Whether the open socket keeps the process alive. A new one does not. */
  hold(alive: boolean): void;
  /** Gives back every descriptor and thread. After it resolves the listener is not called again. Idempotent. */
  close(): Promise<void>;
}
