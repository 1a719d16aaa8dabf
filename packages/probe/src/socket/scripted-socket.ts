import type { Clock } from '../clock.js';
import { ProbeError } from '../errors.js';
import { uint16 } from '../packet/uint16.js';
import type { Network, Truth } from '../scripted/network.js';
import { Simulation } from '../scripted/simulation.js';
import type {
  Batch,
  Failed,
  Family,
  Outgoing,
  PacketSocket,
  Received,
  Sent,
  StampSource,
  Terms,
  Transport,
} from './packet-socket.js';

export interface ScriptedSocketOptions {
  /** What the stamps claim to be; they are exact either way. Default `kernel`. */
  readonly stamps?: StampSource;
  /** Called for every answer as it is delivered. */
  readonly onAnswer?: (truth: Truth) => void;
}

/** The bound source port of every simulated host. */
const SOURCE_PORT = 33_000;
const TERMS: Readonly<Record<Transport, Terms>> = {
  icmp: Object.freeze({ echoId: null, sourcePort: null, quotesHeader: true, keepsChecksum: true }),
  udp: Object.freeze({ echoId: null, sourcePort: SOURCE_PORT, quotesHeader: true, keepsChecksum: true }),
};
/** The longest that a timer can be set for. */
const FOREVER_MS = 2 ** 31 - 1;

/**
 * The socket of a host in a simulated network. With a virtual clock hours pass at once, with the system's the
 * network runs in real time; the stamps are exact on both. Real packets go in and come out.
 */
export function openScriptedSocket(
  network: Network,
  clock: Clock,
  options: ScriptedSocketOptions = {},
): PacketSocket {
  return new ScriptedSocket(network, clock, options);
}

class ScriptedSocket implements PacketSocket {
  readonly name = 'scripted';
  readonly stamps: StampSource;
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #simulation: Simulation;
  readonly #opened: number;
  /** The stamp that a packet would have got at `#opened`, in ns. */
  readonly #epoch: bigint;
  #listener: ((batch: Batch) => void) | null = null;
  #sent: Sent[] = [];
  #failed: Failed[] = [];
  #received: Received[] = [];
  /** When the host can send its next packet. */
  #sendAt = Number.NEGATIVE_INFINITY;
  #timer: { readonly at: number; readonly cancel: () => void } | null = null;
  #keepAlive: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(network: Network, clock: Clock, { stamps = 'kernel', onAnswer }: ScriptedSocketOptions) {
    this.stamps = stamps;
    this.#clock = clock;
    this.#network = network;
    this.#opened = clock.now();
    this.#epoch = BigInt(Math.round(clock.wall())) * 1_000_000n;
    this.#simulation = new Simulation(network, this.#opened, (arrival) => {
      const { family, transport, from, hopLimit, bytes, at, tag, distance, sentAt } = arrival;
      const stamp = this.#stamp(at);
      this.#received.push({ family, transport, from, hopLimit, bytes, at: stamp, stamp: stamps });
      onAnswer?.({ tag, distance, rttMs: at - sentAt, at });
    });
  }

  terms(family: Family, transport: Transport): Terms | null {
    return this.#simulation.has(family) ? TERMS[transport] : null;
  }

  why(family: Family): string | null {
    return this.#simulation.has(family) ? null : `The simulated host has no IPv${family} address.`;
  }

  send(packets: readonly Outgoing[]): void {
    if (this.#closed) throw new ProbeError('SOCKET_CLOSED');
    const now = this.#clock.now();
    // On a clock that wakes late, what is overdue happens before.
    this.#simulation.run(now);
    const gap = this.#network.sendGapMs ?? 0;
    for (const packet of packets) {
      const { tag, family, transport, source, destination, hopLimit } = packet;
      const at = Math.max(now, this.#sendAt);
      const bytes = packet.bytes.slice();
      const copy = { tag, family, transport, source, destination, hopLimit, bytes };
      const code = isPossible(packet) ? this.#simulation.enter(copy, at) : 'EINVAL';
      if (code === null) {
        this.#sent.push({ tag, at: this.#stamp(at), stamp: this.stamps });
        this.#sendAt = at + gap;
      } else this.#failed.push({ tag, code });
    }
    this.#wakeAt(now);
  }

  listen(listener: (batch: Batch) => void): void {
    this.#listener = listener;
  }

  skew(): number {
    const now = this.#clock.now();
    return Number(this.#epoch) / 1e6 - this.#opened + this.#stepsMs(now);
  }

  /** Its clock may wake it late. */
  lag(): number {
    return this.#timer === null ? 0 : Math.max(0, this.#clock.now() - this.#timer.at);
  }

  dropped(): number {
    return 0;
  }

  hold(alive: boolean): void {
    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);
    this.#keepAlive = alive && !this.#closed ? setInterval(() => {}, FOREVER_MS) : null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.hold(false);
    this.#timer?.cancel();
    this.#timer = null;
    this.#listener = null;
  }

  #wake(): void {
    this.#timer = null;
    this.#simulation.run(this.#clock.now());
    const batch = { sent: this.#sent, failed: this.#failed, received: this.#received };
    if (batch.sent.length + batch.failed.length + batch.received.length > 0) {
      this.#sent = [];
      this.#failed = [];
      this.#received = [];
      this.#listener?.(batch);
    }
    if (!this.#closed) this.#wakeAt(this.#simulation.next);
  }

  #wakeAt(time: number): void {
    if (this.#timer !== null && this.#timer.at <= time) return;
    this.#timer?.cancel();
    this.#timer = null;
    if (time === Number.POSITIVE_INFINITY) return;
    this.#timer = { at: time, cancel: this.#clock.at(time, () => this.#wake()) };
  }

  #stamp(time: number): bigint {
    return this.#epoch + BigInt(Math.round((time - this.#opened + this.#stepsMs(time)) * 1e6));
  }

  /** By how much the stamp clock has been set since the socket was opened. */
  #stepsMs(time: number): number {
    let total = 0;
    for (const { atMs, byMs } of this.#network.clockSteps ?? []) {
      if (this.#opened + atMs <= time) total += byMs;
    }
    return total;
  }
}

/** What any system refuses at once. */
function isPossible({ family, transport, source, destination, hopLimit, bytes }: Outgoing): boolean {
  const length = family === 4 ? 4 : 16;
  if (source.length !== length || destination.length !== length || bytes.length < 8) return false;
  if (!Number.isInteger(hopLimit) || hopLimit < 1 || hopLimit > 255) return false;
  return transport === 'icmp' || uint16(bytes, 0) === SOURCE_PORT;
}
