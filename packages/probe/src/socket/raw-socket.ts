import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProbeError } from '../errors.js';
import { uint16 } from '../packet/uint16.js';
import { loadRawSocket, type RawSocketModule } from './load-raw-socket.js';
import { OwnAddresses } from './own-addresses.js';
import type {
  Batch,
  Failed,
  Family,
  Outgoing,
  PacketSocket,
  Received,
  Sent,
  Terms,
  Transport,
} from './packet-socket.js';
import { RawChannel } from './raw-channel.js';
import { errorCode } from './strerror.js';
import { UdpPort } from './udp-port.js';

/** Packets that may wait to be sent: about a tenth of a second's. */
const LONGEST_QUEUE = 4096;
/** It reads and sends a packet a turn: after so many turns it has caught up, or never will. */
const MOST_TURNS = 4096;
/** While not held, answers are looked for that often, for that long after the last packet was sent. */
const LOOK_EVERY_MS = 1;
const LOOK_FOR_MS = 10_000;

/** What one family has: all of it, or the reason why nothing. */
interface Access {
  readonly raw: RawChannel;
  readonly port: UdpPort;
  readonly terms: Readonly<Record<Transport, Terms>>;
}

/**
 * Opens a socket on the npm package `raw-socket`: for every system it compiles on. Stamps are taken in this
 * process, around the event loop's work, so RTTs come out some 0.1 to 0.3 ms too long.
 * SOCKET_UNAVAILABLE: the package is not there or cannot work here. SOCKET_FORBIDDEN: no CAP_NET_RAW.
 */
export async function openRawSocketSocket(): Promise<PacketSocket> {
  const socket = new RawSocketSocket();
  await socket.open(await loadRawSocket());
  return socket;
}

class RawSocketSocket implements PacketSocket {
  readonly name = 'raw-socket';
  readonly stamps = 'user';
  readonly #access = new Map<Family, Access>();
  readonly #why = new Map<Family, string>();
  readonly #own = new OwnAddresses();
  #listener: ((batch: Batch) => void) | null = null;
  #sent: Sent[] = [];
  #failed: Failed[] = [];
  #received: Received[] = [];
  #flushing = false;
  #queued = 0;
  #held = false;
  #lookUntil = Number.NEGATIVE_INFINITY;
  #looking: NodeJS.Timeout | null = null;
  #datagrams = 0;
  /** When the event loop began a turn that brought nothing, and nothing was left to send. */
  #quietAt = performance.now();
  #listening = false;
  #closed: Promise<void> | null = null;

  /** Opens both families; one that the machine does not have is left out. */
  async open(module: RawSocketModule): Promise<void> {
    const errors: unknown[] = [];
    for (const family of [4, 6] as const) {
      try {
        this.#access.set(family, await this.#openFamily(module, family));
      } catch (error) {
        errors.push(error);
        this.#why.set(family, `IPv${family} cannot be used here: ${(error as Error).message}.`);
      }
    }
    if (this.#access.size > 0) return;
    const isForbidden = errors.some((error) => ['EPERM', 'EACCES'].includes(errorCode(error)));
    const code = isForbidden ? 'SOCKET_FORBIDDEN' : 'SOCKET_UNAVAILABLE';
    throw new ProbeError(code, isForbidden ? undefined : (errors[0] as Error).message, errors[0]);
  }

  terms(family: Family, transport: Transport): Terms | null {
    return this.#access.get(family)?.terms[transport] ?? null;
  }

  why(family: Family): string | null {
    return this.#why.get(family) ?? null;
  }

  send(packets: readonly Outgoing[]): void {
    if (this.#closed !== null) throw new ProbeError('SOCKET_CLOSED');
    for (const packet of packets) {
      const code = this.#refusal(packet);
      if (code !== null) {
        this.#failed.push({ tag: packet.tag, code });
        continue;
      }
      this.#queued += 1;
      this.#access.get(packet.family)!.raw.send(packet, (at, failure) => {
        this.#queued -= 1;
        if (failure === null) this.#sent.push({ tag: packet.tag, at, stamp: 'user' });
        else this.#failed.push({ tag: packet.tag, code: failure });
        this.#flushSoon();
      });
    }
    if (this.#failed.length > 0) this.#flushSoon();
    this.#lookUntil = performance.now() + LOOK_FOR_MS;
    this.#lookSoon();
  }

  listen(listener: (batch: Batch) => void): void {
    this.#listener = listener;
  }

  /** Stamps are of the monotonic clock itself. */
  skew(): number {
    return 0;
  }

  /**
   * The package does not tell; but a turn of the event loop that brings nothing has left nothing behind. What still
   * waits to be sent cannot have been answered.
   */
  lag(): number {
    this.#awaitQuiet();
    return performance.now() - this.#quietAt;
  }

  /** The package does not let anybody know. */
  dropped(): number {
    return 0;
  }

  hold(alive: boolean): void {
    if (this.#closed !== null || alive === this.#held) return;
    this.#held = alive;
    for (const { raw, port } of this.#access.values()) {
      port.hold(alive);
      // The package's poll handle cannot be unreferenced: only a paused one lets the process end.
      if (alive) raw.resume();
      else raw.pause();
    }
    if (alive) this.#stopLooking();
    else this.#lookSoon();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#listener = null;
    this.#stopLooking();
    const all = [...this.#access.values()];
    for (const { raw } of all) raw.close();
    await Promise.all(all.map(({ port }) => port.close()));
    // The loop gives a closed poll handle back in its next turn.
    await nextTurn();
  }

  async #openFamily(module: RawSocketModule, family: Family): Promise<Access> {
    const raw = new RawChannel(module, family, (message) => {
      this.#receive({ ...message, family, transport: 'icmp' });
    });
    try {
      const port = await UdpPort.open(family, (from, bytes) => {
        this.#datagrams += 1;
        this.#receive({ from, bytes, family, transport: 'udp', hopLimit: null });
      });
      port.hold(false);
      const icmp: Terms = Object.freeze({ echoId: null, sourcePort: null, quotesHeader: true });
      return { raw, port, terms: { icmp, udp: Object.freeze({ ...icmp, sourcePort: port.number }) } };
    } catch (error) {
      raw.close();
      throw error;
    }
  }

  /** What any other socket's system would refuse; a raw one would send packets from anybody's address. */
  #refusal({ family, transport, source, destination, hopLimit, bytes }: Outgoing): string | null {
    const terms = this.terms(family, transport);
    if (terms === null) return 'EAFNOSUPPORT';
    const length = family === 4 ? 4 : 16;
    if (source.length !== length || destination.length !== length || bytes.length < 8) return 'EINVAL';
    if (!Number.isInteger(hopLimit) || hopLimit < 1 || hopLimit > 255) return 'EINVAL';
    if (terms.sourcePort !== null && uint16(bytes, 0) !== terms.sourcePort) return 'EINVAL';
    if (!this.#own.has(source)) return 'EADDRNOTAVAIL';
    return this.#queued < LONGEST_QUEUE ? null : 'ENOBUFS';
  }

  #awaitQuiet(): void {
    if (this.#listening || this.#closed !== null) return;
    this.#listening = true;
    const listen = (turns: number) => {
      const began = performance.now();
      const before = this.#reads;
      // Between two of these the loop looks at every socket once.
      setImmediate(() => {
        const isQuiet = this.#reads === before && this.#queued === 0;
        if (!isQuiet && turns < MOST_TURNS) return listen(turns + 1);
        this.#listening = false;
        this.#quietAt = began;
      });
    };
    setImmediate(listen, 0);
  }

  get #reads(): number {
    let reads = this.#datagrams;
    for (const { raw } of this.#access.values()) reads += raw.reads;
    return reads;
  }

  #receive(message: Omit<Received, 'at' | 'stamp'>): void {
    this.#received.push({ ...message, at: process.hrtime.bigint(), stamp: 'user' });
    this.#flushSoon();
  }

  /** One batch per turn of the event loop, and never from inside `send`. */
  #flushSoon(): void {
    if (this.#flushing || this.#closed !== null) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      const batch = { sent: this.#sent, failed: this.#failed, received: this.#received };
      this.#sent = [];
      this.#failed = [];
      this.#received = [];
      this.#listener?.(batch);
    });
  }

  /** While not held: polls for single turns of the event loop, from a timer that holds nothing. */
  #lookSoon(): void {
    if (this.#held || this.#looking !== null || performance.now() > this.#lookUntil) return;
    this.#looking = setTimeout(() => this.#look(), LOOK_EVERY_MS).unref();
  }

  #look(): void {
    for (const { raw } of this.#access.values()) raw.resume();
    setImmediate(() => {
      if (this.#held || this.#closed !== null) return;
      // One packet per socket and turn is all that the package reads.
      if (this.#received.length > 0 || this.#flushing) {
        this.#look();
        return;
      }
      for (const { raw } of this.#access.values()) raw.pause();
      this.#looking = null;
      this.#lookSoon();
    });
  }

  #stopLooking(): void {
    if (this.#looking !== null) clearTimeout(this.#looking);
    this.#looking = null;
  }
}
