import type { RawSocket } from 'raw-socket';
import { formatAddress, parseAddress } from '../packet/address.js';
import { ECHO_REPLY, icmpErrorType } from '../packet/icmp.js';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_UDP } from '../packet/ip-header.js';
import { IPV4_HEADER } from '../packet/ipv4.js';
import type { RawSocketModule } from './load-raw-socket.js';
import type { Family, Outgoing, Transport } from './packet-socket.js';
import { errorCode } from './strerror.js';
import { IP_HEADER, writeIpHeader } from './write-ip-header.js';

/** An ICMP message as it came in; `bytes` is its own. */
export interface Incoming {
  readonly from: Uint8Array;
  readonly hopLimit: number | null;
  readonly bytes: Uint8Array;
}

/** How a system's raw sockets are told where a packet is to come from. */
export interface RawSystem {
  /** IPV6_HDRINCL, where the sender may write the IPv6 header; null where the options below have to do. */
  readonly header6: number | null;
  /** IPV6_PKTINFO of RFC 3542, set on the socket. */
  readonly packetInfo6: number;
  /** Whether it may want the length and flags of IPv4 headers in its own byte order; it then says EINVAL. */
  readonly mayWantHostOrder: boolean;
}

/** The numbers come from the systems' own headers; all the BSDs and macOS took theirs from KAME. */
function thisSystem(module: RawSocketModule): RawSystem {
  const isLinux = process.platform === 'linux';
  const isWindows = process.platform === 'win32';
  return {
    header6: isLinux ? 36 : isWindows ? (module.SocketOption.IPV6_HDRINCL ?? null) : null,
    packetInfo6: isLinux ? 50 : 46,
    mayWantHostOrder: !isLinux && !isWindows,
  };
}

/** Answers to 1,000 probes come in faster than an event loop reads them one by one. */
const RECEIVE_BUFFER = 1 << 20;
const LARGEST_PACKET = 65_535;

/**
 * The raw sockets of one family: takes ICMP and UDP packets with any source and hop limit, gives the ICMP
 * messages that can be answers. Opening throws an Error with strerror's text.
 */
export class RawChannel {
  readonly #family: Family;
  readonly #module: RawSocketModule;
  readonly #system: RawSystem;
  readonly #writesHeader: boolean;
  readonly #senders: Readonly<Record<Transport, RawSocket>>;
  readonly #receiver: RawSocket;
  readonly #sockets: ReadonlySet<RawSocket>;
  /** Messages read so far, also those that are nobody's answer. */
  reads = 0;
  #hostOrder = false;
  #orderKnown: boolean;
  #open = true;

  constructor(
    module: RawSocketModule,
    family: Family,
    receive: (message: Incoming) => void,
    system: RawSystem = thisSystem(module),
  ) {
    this.#family = family;
    this.#module = module;
    this.#system = system;
    this.#writesHeader = family === 4 || system.header6 !== null;
    this.#orderKnown = !system.mayWantHostOrder;
    this.#receiver = this.#openSocket(family === 4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6);
    // Who writes the IP header names the protocol there: one socket does for both.
    const udp = this.#writesHeader ? this.#receiver : this.#openSocket(PROTOCOL_UDP);
    this.#senders = { icmp: this.#receiver, udp };
    this.#sockets = new Set([this.#receiver, udp]);
    this.#receiver.on('message', (packet, source) => {
      this.reads += 1;
      const message = family === 4 ? readPacket4(packet) : readPacket6(packet, source);
      if (message !== null) receive(message);
    });
    this.pause();
  }

  /** Queues a packet; `done` gets when it left and null, or the system's code. Not called after `close`. */
  send(packet: Outgoing, done: (at: bigint, code: string | null) => void): void {
    let at = 0n;
    const bytes = this.#writesHeader ? this.#withHeader(packet) : Buffer.from(packet.bytes);
    const before = () => {
      // The package opens a closed socket again as soon as it is asked to send.
      if (!this.#open) throw new Error('Bad file descriptor');
      if (!this.#writesHeader) this.#setOptions(packet);
      at = process.hrtime.bigint();
    };
    const after = (error: Error | null) => {
      if (!this.#open) return;
      const code = error === null ? null : errorCode(error);
      const isOrder = code === 'EINVAL' && this.#family === 4 && !this.#orderKnown;
      this.#orderKnown ||= code === null || isOrder;
      if (isOrder) {
        this.#hostOrder = true;
        this.send(packet, done);
      } else done(at, code);
    };
    if (this.#open) {
      this.#senders[packet.transport].send(
        bytes,
        0,
        bytes.length,
        formatAddress(packet.destination),
        before,
        after,
      );
    } else done(0n, 'EBADF');
  }

  pause(): void {
    this.#receiver.pauseRecv();
  }

  resume(): void {
    if (this.#open) this.#receiver.resumeRecv();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const socket of this.#sockets) socket.close();
  }

  #openSocket(protocol: number): RawSocket {
    const { AddressFamily, SocketLevel, SocketOption } = this.#module;
    const socket = this.#module.createSocket({
      protocol,
      addressFamily: this.#family === 4 ? AddressFamily.IPv4 : AddressFamily.IPv6,
      bufferSize: LARGEST_PACKET,
    });
    // A failed read is over with; whatever breaks the socket closes it, and no packet may open it again.
    socket.on('error', () => {});
    socket.on('close', () => this.close());
    // What the socket of the other protocol receives nobody reads.
    socket.pauseRecv();
    socket.setOption(SocketLevel.SOL_SOCKET, SocketOption.SO_RCVBUF, RECEIVE_BUFFER);
    if (this.#family === 4) socket.setOption(SocketLevel.IPPROTO_IP, SocketOption.IP_HDRINCL, 1);
    else if (this.#system.header6 !== null) {
      socket.setOption(SocketLevel.IPPROTO_IPV6, this.#system.header6, 1);
    }
    return socket;
  }

  #withHeader(packet: Outgoing): Buffer {
    const header = IP_HEADER[packet.family];
    const bytes = Buffer.alloc(header + packet.bytes.length);
    // Identification 0: the system chooses.
    writeIpHeader(bytes, 0, packet, packet.hopLimit, 0);
    bytes.set(packet.bytes, header);
    if (this.#hostOrder) {
      bytes.subarray(2, 4).reverse();
      bytes.subarray(6, 8).reverse();
    }
    return bytes;
  }

  #setOptions({ transport, source, hopLimit }: Outgoing): void {
    const { IPPROTO_IPV6 } = this.#module.SocketLevel;
    const socket = this.#senders[transport];
    // struct in6_pktinfo: address, interface (0: by route).
    const packetInfo = Buffer.alloc(20);
    packetInfo.set(source);
    socket.setOption(IPPROTO_IPV6, this.#system.packetInfo6, packetInfo, packetInfo.length);
    socket.setOption(IPPROTO_IPV6, this.#module.SocketOption.IPV6_UNICAST_HOPS, hopLimit);
  }
}

/** Every system delivers the IPv4 header, some with its length in their own byte order: nothing needs that. */
function readPacket4(packet: Buffer): Incoming | null {
  if (packet.length < IPV4_HEADER || packet[0]! >>> 4 !== 4) return null;
  const header = (packet[0]! & 0x0f) * 4;
  if (!canBeAnswer(4, packet[header])) return null;
  // The package's buffer is the next message's, too.
  const copy = new Uint8Array(packet);
  return { from: copy.subarray(12, 16), hopLimit: copy[8]!, bytes: copy.subarray(header) };
}

/** RFC 3542 section 3: no system delivers the IPv6 header. */
function readPacket6(packet: Buffer, source: string): Incoming | null {
  const from = parseAddress(source);
  if (from === null || !canBeAnswer(6, packet[0])) return null;
  return { from, hopLimit: null, bytes: new Uint8Array(packet) };
}

/** Raw sockets see all ICMP of the machine, neighbour discovery and others' requests among it. */
function canBeAnswer(family: Family, type: number | undefined): boolean {
  return type !== undefined && (type === ECHO_REPLY[family] || icmpErrorType(family, type) !== null);
}
