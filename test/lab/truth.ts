import { closeSync, openSync, readSync } from 'node:fs';
import { SocketAddress } from 'node:net';
import type { Compiled } from './compile.js';

/** In the order of `enum fate` (internet/packet.h). */
const outcomes = [
  'answered',
  'lost-there',
  'lost-back',
  'queue-full-there',
  'queue-full-back',
  'silent',
  'limited',
  'discarded',
  'malformed',
  'expired-back',
] as const;

export type Outcome = (typeof outcomes)[number];

/** What became of one probe. */
export interface Fate {
  readonly outcome: Outcome;
  /** The node that answered, kept silent or discarded it, or the wire (`r3>r4`) that lost it. */
  readonly at: string;
  readonly family: 4 | 6;
  readonly transport: 'icmp' | 'udp' | 'tcp' | number;
  readonly destination: string;
  /** TTL it was sent with. */
  readonly hopLimit: number;
  /** Echo identifier and sequence, or source and destination port. */
  readonly identifier: number;
  readonly sequence: number;
  /** Of its transport header. */
  readonly checksum: number;
  /** IPv4. */
  readonly ipId: number;
  /** IPv6. */
  readonly flowLabel: number;
  /** Bytes of the whole IP packet. */
  readonly length: number;
  /** The kernel's transmit stamp, nanoseconds since 1970. */
  readonly sentAt: bigint;
  /**
   * What an ideal instrument reads: from the kernel's transmit stamp to its receive stamp of the answer. Where
   * the latter could not be had it lies at most `uncertaintyMs` (else 0) after. Of a lost probe, to its end.
   */
  readonly rttMs: number;
  readonly uncertaintyMs: number;
  /** The same by the description: delays, queues, jitter and generation. `rttMs - dueMs` is how late it was. */
  readonly dueMs: number;
  /** The links' delays alone. */
  readonly delayMs: number;
  /** Narrowest link on its way there; null when none limits. */
  readonly capacityMbps: number | null;
  /** Links it went over on its way there. */
  readonly hops: number;
  /** The answer; null when there was none. */
  readonly answer: null | {
    readonly from: string;
    /** ICMP type and code; null for an answer that is not ICMP. */
    readonly icmp: { readonly type: number; readonly code: number } | null;
    /** TTL it arrived with. */
    readonly hopLimit: number;
  };
}

/** How the simulation itself has been doing. All but `inFlight` should be 0 but for strangers. */
export interface Health {
  /** Probes whose fate is open. */
  readonly inFlight: number;
  /** Packets for addresses that nobody has: the host's own multicast, mostly. */
  readonly strangers: number;
  /** Probes that came faster than they were read, so never happened. */
  readonly unread: number;
  /** Probes without a usable kernel stamp, because the wall clock was set. */
  readonly adrift: number;
}

// internet/truth.h: struct truth_head, struct truth_record
const headBytes = 4096;
const recordBytes = 104;
const transports: Readonly<Record<number, Fate['transport']>> = {
  1: 'icmp',
  58: 'icmp',
  17: 'udp',
  6: 'tcp',
};

/** Reads the file that the running internet writes; each fate is read once. */
export class TruthReader {
  readonly #file: number;
  readonly #names: Compiled;
  #read = 0;

  constructor(path: string, names: Compiled) {
    this.#file = openSync(path, 'r');
    this.#names = names;
  }

  health(): Health {
    const head = this.#head();
    const count = (offset: number) => Number(head.readBigUInt64LE(offset));
    return { inFlight: count(24), strangers: count(32), unread: count(40), adrift: count(48) };
  }

  /** Everything written since the last call. Throws when more came than the file holds. */
  read(): Fate[] {
    const head = this.#head();
    const capacity = Number(head.readBigUInt64LE(8));
    const written = Number(head.readBigUInt64LE(16));
    if (written - this.#read > capacity) {
      this.#read = written;
      throw new Error(`Truth was read too late: the file holds the last ${capacity} fates only`);
    }
    const fates: Fate[] = [];
    while (this.#read < written) {
      const slot = this.#read % capacity;
      const count = Math.min(written - this.#read, capacity - slot, 4096);
      const records = Buffer.allocUnsafe(count * recordBytes);
      readSync(this.#file, records, 0, records.length, headBytes + slot * recordBytes);
      for (let i = 0; i < count; i++) {
        fates.push(fateOf(records.subarray(i * recordBytes, (i + 1) * recordBytes), this.#names));
      }
      this.#read += count;
    }
    return fates;
  }

  close(): void {
    closeSync(this.#file);
  }

  #head(): Buffer {
    const head = Buffer.alloc(64);
    readSync(this.#file, head, 0, head.length, 0);
    if (head.toString('latin1', 0, 8) !== 'truth  1') throw new Error('That is no truth file');
    return head;
  }
}

function fateOf(record: Buffer, names: Compiled): Fate {
  const ms = (offset: number) => Number(record.readBigUInt64LE(offset)) / 1e6;
  const outcome = outcomes[record.readUInt8(97)]!;
  const place = record.readUInt32LE(44);
  const onWire = /-(there|back)$/.test(outcome) && outcome !== 'expired-back';
  const protocol = record.readUInt8(95);
  const narrowest = record.readDoubleLE(32);
  const type = record.readUInt8(98);
  return {
    outcome,
    at: (onWire ? names.pipes[place] : names.nodes[place])!,
    family: record.readUInt8(94) === 4 ? 4 : 6,
    transport: transports[protocol] ?? protocol,
    destination: addressText(record.subarray(48, 64)),
    hopLimit: record.readUInt8(96),
    identifier: record.readUInt16LE(84),
    sequence: record.readUInt16LE(86),
    checksum: record.readUInt16LE(88),
    ipId: record.readUInt16LE(90),
    flowLabel: record.readUInt32LE(80),
    length: record.readUInt16LE(92),
    sentAt: record.readBigUInt64LE(0),
    rttMs: ms(8),
    uncertaintyMs: record.readUInt32LE(40) / 1e6,
    dueMs: ms(16),
    delayMs: ms(24),
    capacityMbps: narrowest > 0 ? narrowest / 1e6 : null,
    hops: record.readUInt8(101),
    answer:
      outcome !== 'answered'
        ? null
        : {
            from: addressText(record.subarray(64, 80)),
            icmp: type === 255 ? null : { type, code: record.readUInt8(99) },
            hopLimit: record.readUInt8(100),
          },
  };
}

/** 16 bytes, IPv4 mapped, as text: RFC 5952 for IPv6. */
function addressText(bytes: Buffer): string {
  if (bytes.readUInt32BE(8) === 0xffff && bytes.readBigUInt64BE(0) === 0n)
    return bytes.subarray(12).join('.');
  const groups = bytes.toString('hex').match(/.{4}/g)!.join(':');
  return new SocketAddress({ address: groups, family: 'ipv6' }).address;
}
