import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildEcho, buildUdp } from '../../src/packet/build-probe.js';
import { parseReply, type Reply } from '../../src/packet/parse-reply.js';
import { uint16 } from '../../src/packet/uint16.js';
import type {
  Batch,
  Failed,
  Family,
  Outgoing,
  PacketSocket,
  Received,
  Sent,
  Transport,
} from '../../src/socket/packet-socket.js';

export interface Kind {
  readonly family: Family;
  readonly transport: Transport;
}

/** The source address of the packet that an ICMP error quotes, behind the error's header of 8 bytes. */
export function quotedSource(family: Family, error: Uint8Array): Uint8Array {
  return family === 4 ? error.subarray(8 + 12, 8 + 16) : error.subarray(8 + 8, 8 + 24);
}

interface ProbeFields extends Kind {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly hopLimit?: number;
  /** UDP only. */
  readonly port?: number;
  /** ICMP or UDP header and payload. */
  readonly size?: number;
}

/** A packet together with what its answers are known by. */
export interface Probe {
  readonly outgoing: Outgoing;
  /** The checksum, which the payload repeats. */
  readonly token: number;
}

export interface Answered {
  readonly tag: number;
  /** With bytes of its own. */
  readonly received: Received;
  readonly reply: Reply;
}

let nextToken = randomInt(1, 0x8000);
let nextTag = randomInt(0, 2 ** 31);

/** A socket under test: sends probes, keeps what comes, and notes every breach of the contract it sees. */
export class Session {
  readonly socket: PacketSocket;
  readonly sent = new Map<number, Sent>();
  readonly failed = new Map<number, Failed>();
  /** First answers, by tag. */
  readonly answered = new Map<number, Answered>();
  /** Promises that were broken, in words. */
  readonly breaches: string[] = [];
  batches = 0;
  readonly #probes = new Map<number, number>();
  readonly #accepted = new Set<number>();
  readonly #echoId = randomInt(0x10000);
  #sending = false;
  #sequence = 0;

  constructor(socket: PacketSocket) {
    this.socket = socket;
    socket.listen((batch) => this.#take(batch));
  }

  /** A probe as the socket's terms want it. */
  probe({ family, transport, source, destination, hopLimit = 64, port = 0, size = 40 }: ProbeFields): Probe {
    const terms = this.socket.terms(family, transport);
    if (terms === null) throw new Error(`no ${transport} over IPv${family}`);
    nextToken = nextToken === 0xfffe ? 1 : nextToken + 1;
    nextTag = (nextTag + 1) >>> 0;
    const common = { family, source, destination, checksum: nextToken, size };
    const bytes =
      transport === 'icmp'
        ? buildEcho({ ...common, id: terms.echoId ?? this.#echoId, sequence: this.#sequence++ & 0xffff })
        : buildUdp({ ...common, sourcePort: terms.sourcePort ?? 33_434, destinationPort: port });
    const outgoing = { tag: nextTag, family, transport, source, destination, hopLimit, bytes };
    return { outgoing, token: nextToken };
  }

  send(probes: readonly Probe[]): void {
    for (const { outgoing, token } of probes) {
      this.#accepted.add(outgoing.tag);
      this.#probes.set(token, outgoing.tag);
    }
    const packets = probes.map(({ outgoing }) => ({ ...outgoing, bytes: outgoing.bytes.slice() }));
    this.#sending = true;
    this.socket.send(packets);
    this.#sending = false;
    // The caller's again: whatever becomes of them, the packets are on their way as they were.
    for (const { bytes } of packets) bytes.fill(0xee);
  }

  /** Tags whose fate is known. */
  get settled(): number {
    return this.sent.size + this.failed.size;
  }

  /** Waits until it is so; false when it is not after so long. Keeps the process alive meanwhile. */
  async until(isSo: () => boolean, patienceMs = 5000): Promise<boolean> {
    const end = performance.now() + patienceMs;
    while (!isSo()) {
      if (performance.now() > end) return false;
      await sleep(2);
    }
    return true;
  }

  #take(batch: Batch): void {
    this.batches += 1;
    if (this.#sending) this.breaches.push('the listener was called from inside send');
    for (const sent of batch.sent) {
      this.#settle(sent.tag);
      this.sent.set(sent.tag, sent);
      if (this.socket.stamps === 'user' && sent.stamp === 'kernel') {
        this.breaches.push('a kernel stamp from a socket that has none');
      }
    }
    for (const failed of batch.failed) {
      this.#settle(failed.tag);
      this.failed.set(failed.tag, failed);
      if (!/^E[A-Z0-9]+$/.test(failed.code)) this.breaches.push(`a packet failed with ${failed.code}`);
    }
    for (const received of batch.received) this.#match(received);
  }

  #settle(tag: number): void {
    if (!this.#accepted.has(tag)) this.breaches.push(`tag ${tag} was never sent`);
    if (this.sent.has(tag) || this.failed.has(tag)) this.breaches.push(`tag ${tag} was settled twice`);
  }

  #match(received: Received): void {
    const { family, transport, hopLimit, from } = received;
    if (from.length !== (family === 4 ? 4 : 16)) this.breaches.push(`${from.length} bytes of address`);
    if (hopLimit !== null && !(hopLimit >= 1 && hopLimit <= 255)) {
      this.breaches.push(`an answer came with hop limit ${hopLimit}`);
    }
    const bytes = received.bytes.slice();
    const reply = parseReply(family, transport, bytes);
    const tag = reply === null ? undefined : this.#tagOf(family, reply, bytes);
    // Raw sockets also see answers to others.
    if (reply === null || tag === undefined) return;
    if (!this.sent.has(tag)) this.breaches.push(`tag ${tag} was answered before it was sent`);
    if (!this.answered.has(tag)) {
      this.answered.set(tag, { tag, reply, received: { ...received, from: from.slice(), bytes } });
    }
  }

  /** Only a reply to this socket's id or port counts. */
  #tagOf(family: Family, reply: Reply, bytes: Uint8Array): number | undefined {
    if (reply.kind === 'udp') {
      const isOurs = reply.destinationPort === this.socket.terms(family, 'udp')?.sourcePort;
      return isOurs ? this.#probes.get(uint16(bytes, 10)) : undefined;
    }
    const transport = reply.kind === 'error' ? reply.quote.transport : 'icmp';
    const terms = this.socket.terms(family, transport);
    const own = transport === 'icmp' ? (terms?.echoId ?? this.#echoId) : terms?.sourcePort;
    const { id, token } =
      reply.kind === 'error'
        ? { id: reply.quote.a, token: reply.quote.token }
        : { id: reply.id, token: reply.token };
    return id === own && token !== null ? this.#probes.get(token) : undefined;
  }
}
