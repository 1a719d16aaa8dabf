import type { Outgoing, Sent } from './packet-socket.js';

/** struct departure of native/src/locator.h, 72 bytes. */
const RECORD = 72;
const TAG = 8 / 4;
const ID = 12 / 4;
const OFFSET = 16 / 4;
const LENGTH = 20 / 4;
const WORDS = 24 / 4;
const SOURCE = 32;
const DESTINATION = 48;
const PORT = 64;
const HOP_LIMIT = 66;
const STATE = 67;

const FREE = 0;
const STAGED = 1;
/** Handed to the system, its transmit stamp still to come. */
const AWAITED = 2;

/**
 * The packets of one channel on their way out: a ring of records that C reads, numbered from 0 without end. The
 * number's low 32 bits are what the kernel's transmit stamp comes back with.
 */
export class Departures {
  readonly ring: ArrayBuffer;
  readonly #bytes: Uint8Array;
  readonly #words: Uint32Array;
  readonly #stamps: BigInt64Array;
  readonly #capacity: number;
  /** The oldest record that may be awaited, and the next free one. */
  #tail: number;
  #head: number;
  #awaited = 0;

  /** `capacity` is a power of two; numbers count from `first`. */
  constructor(capacity: number, first = 0) {
    this.ring = new ArrayBuffer(capacity * RECORD);
    this.#bytes = new Uint8Array(this.ring);
    this.#words = new Uint32Array(this.ring);
    this.#stamps = new BigInt64Array(this.ring);
    this.#capacity = capacity;
    this.#tail = first;
    this.#head = first;
  }

  /** How many wait for their stamp. */
  get awaited(): number {
    return this.#awaited;
  }

  get isFull(): boolean {
    return this.#head - this.#tail === this.#capacity;
  }

  /** The number of the oldest that is not done with. */
  get oldest(): number {
    return this.#tail;
  }

  /** The number the next packet gets. */
  get next(): number {
    return this.#head;
  }

  index(number: number): number {
    return number & (this.#capacity - 1);
  }

  /** Writes the record of a packet whose bytes are `length` bytes at `offset` of the payload buffer. */
  stage(packet: Outgoing, offset: number, length: number, port: number): void {
    const index = this.index(this.#head);
    const word = index * (RECORD / 4);
    const byte = index * RECORD;
    const { bytes } = packet;
    this.#words[word + TAG] = packet.tag;
    this.#words[word + ID] = this.#head;
    this.#words[word + OFFSET] = offset;
    this.#words[word + LENGTH] = length;
    this.#words[word + WORDS] = uint32(bytes, 0);
    this.#words[word + WORDS + 1] = uint32(bytes, 4);
    this.#write(packet.source, byte + SOURCE);
    this.#write(packet.destination, byte + DESTINATION);
    this.#bytes[byte + PORT] = port >>> 8;
    this.#bytes[byte + PORT + 1] = port;
    this.#bytes[byte + HOP_LIMIT] = packet.hopLimit;
    this.#bytes[byte + STATE] = STAGED;
    this.#head += 1;
  }

  /** These have been handed to the system. */
  await(first: number, count: number): void {
    for (let n = first; n < first + count; n += 1) this.#bytes[this.index(n) * RECORD + STATE] = AWAITED;
    this.#awaited += count;
  }

  /** This one was refused. */
  drop(number: number): void {
    this.#bytes[this.index(number) * RECORD + STATE] = FREE;
    this.#forgetFree();
  }

  tag(number: number): number {
    return this.#words[this.index(number) * (RECORD / 4) + TAG]!;
  }

  /** The packet whose number's low 32 bits are `id`: its tag, or -1 when none of those awaited has it. */
  settle(id: number): number {
    const ahead = (id - this.#tail) >>> 0;
    if (ahead >= this.#head - this.#tail) return -1;
    const number = this.#tail + ahead;
    return this.#release(number) ? this.tag(number) : -1;
  }

  /** Gives up on the stamps of all packets before number `end` and goes on with our own. */
  expire(end: number, sent: Sent[]): void {
    for (let n = this.#tail; n < end; n += 1) this.#surrender(n, sent);
  }

  /** Gives up on the stamps of those packets that a reply proves to have left. */
  prove(proof: Proof, sent: Sent[]): void {
    for (let n = this.#tail; n < this.#head; n += 1) {
      const index = this.index(n);
      if (this.#bytes[index * RECORD + STATE] !== AWAITED) continue;
      if (this.#words[index * (RECORD / 4) + WORDS + proof.word] !== proof.value) continue;
      const at = index * RECORD + DESTINATION;
      if (proof.destination.every((byte, i) => byte === this.#bytes[at + i])) this.#surrender(n, sent);
    }
  }

  /** For an address quicker than `set`. */
  #write(address: Uint8Array, at: number): void {
    for (let i = 0; i < address.length; i += 1) this.#bytes[at + i] = address[i]!;
  }

  #surrender(number: number, sent: Sent[]): void {
    const at = this.#stamps[this.index(number) * (RECORD / 8)]!;
    if (this.#release(number)) sent.push({ tag: this.tag(number), at, stamp: 'user' });
  }

  #release(number: number): boolean {
    const state = this.index(number) * RECORD + STATE;
    if (this.#bytes[state] !== AWAITED) return false;
    this.#bytes[state] = FREE;
    this.#awaited -= 1;
    this.#forgetFree();
    return true;
  }

  #forgetFree(): void {
    while (this.#tail < this.#head && this.#bytes[this.index(this.#tail) * RECORD + STATE] === FREE) {
      this.#tail += 1;
    }
  }
}

/** What a reply says of the packet it answers: whereto it went, and one of its first two 32-bit words. */
export interface Proof {
  readonly destination: Uint8Array;
  readonly word: 0 | 1;
  readonly value: number;
}

/** Network byte order. */
export function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
