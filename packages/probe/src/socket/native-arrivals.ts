import { HEADROOM, RECEIVE_BATCH } from './native-binding.js';
import type { Family, StampSource } from './packet-socket.js';

/** struct arrival of native/src/locator.h, 96 bytes. */
const RECORD = 96;
const LENGTH = 8 / 4;
const KIND = 12;
const KERNEL = 13;
const TYPE = 14;
const CODE = 15;
const HOP_LIMIT = 16 / 4;
const ID = 20 / 4;
const INFO = 24 / 4;
const EXTENSION = 28 / 4;
const PORT = 32 / 4;
/** Where addresses are in a record. */
export const PEER = 40;
export const OFFENDER = 56;
export const LOCAL = 72;

/** enum arrival_kind. */
export const DATA = 0;
export const ICMP_ERROR = 1;
export const SENT_STAMP = 2;

/** What one call of `receive` filled in: records, and a slot of bytes with headroom for each. */
export class Arrivals {
  readonly buffer: ArrayBuffer;
  readonly #stride: number;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #stamps: BigInt64Array;
  /** Of each slot what was looked at last: the next packet is most often as long and from as far. */
  readonly #packets: Uint8Array[];
  readonly #peers: Uint8Array[];

  /** `capacity` is the longest packet, longer ones are cut; a multiple of 8. */
  constructor(capacity: number) {
    this.#stride = HEADROOM + capacity;
    this.buffer = new ArrayBuffer(RECEIVE_BATCH * (RECORD + this.#stride));
    this.#bytes = new Uint8Array(this.buffer);
    this.#words = new Int32Array(this.buffer);
    this.#stamps = new BigInt64Array(this.buffer);
    this.#packets = Array(RECEIVE_BATCH).fill(this.#bytes.subarray(0, 0));
    this.#peers = Array(RECEIVE_BATCH).fill(this.#bytes.subarray(0, 0));
  }

  kind(slot: number): number {
    return this.#bytes[slot * RECORD + KIND]!;
  }

  at(slot: number): bigint {
    return this.#stamps[slot * (RECORD / 8)]!;
  }

  stamp(slot: number): StampSource {
    return this.#bytes[slot * RECORD + KERNEL] === 1 ? 'kernel' : 'user';
  }

  /** SENT_STAMP: which packet, unsigned 32 bits. */
  id(slot: number): number {
    return this.#word(slot, ID) >>> 0;
  }

  hopLimit(slot: number): number | null {
    const limit = this.#word(slot, HOP_LIMIT);
    return limit < 0 ? null : limit;
  }

  /** Of PEER, host order. */
  port(slot: number): number {
    return this.#word(slot, PORT);
  }

  /** The address of PEER. Not a copy. */
  peer(slot: number, family: Family): Uint8Array {
    const length = family === 4 ? 4 : 16;
    const known = this.#peers[slot]!;
    if (known.length === length) return known;
    const at = slot * RECORD + PEER;
    const peer = this.#bytes.subarray(at, at + length);
    this.#peers[slot] = peer;
    return peer;
  }

  /** A copy. */
  address(slot: number, field: typeof PEER | typeof OFFENDER | typeof LOCAL, family: Family): Uint8Array {
    const at = slot * RECORD + field;
    const address = new Uint8Array(family === 4 ? 4 : 16);
    for (let i = 0; i < address.length; i += 1) address[i] = this.#bytes[at + i]!;
    return address;
  }

  /** ICMP_ERROR: what the message's header said. */
  error(slot: number): { type: number; code: number; info: number; extension: number | null } {
    const extension = this.#word(slot, EXTENSION);
    return {
      type: this.#bytes[slot * RECORD + TYPE]!,
      code: this.#bytes[slot * RECORD + CODE]!,
      info: this.#word(slot, INFO) >>> 0,
      extension: extension < 0 ? null : extension,
    };
  }

  /** The packet's first byte. */
  firstByte(slot: number): number {
    return this.#bytes[this.#slot(slot)]!;
  }

  /** The packet, after `headroom` free bytes (or, where negative, without its first ones). Not a copy. */
  bytes(slot: number, headroom = 0): Uint8Array {
    const at = this.#slot(slot);
    const start = at - headroom;
    const end = at + this.#word(slot, LENGTH);
    const known = this.#packets[slot]!;
    if (known.byteOffset === start && known.length === end - start) return known;
    const packet = this.#bytes.subarray(start, end);
    this.#packets[slot] = packet;
    return packet;
  }

  /** Where the packet's bytes begin. */
  #slot(slot: number): number {
    return RECEIVE_BATCH * RECORD + slot * this.#stride + HEADROOM;
  }

  #word(slot: number, field: number): number {
    return this.#words[slot * (RECORD / 4) + field]!;
  }
}
