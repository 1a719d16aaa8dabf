import { type Arrivals, ICMP_ERROR, SENT_STAMP } from './native-arrivals.js';
import {
  type Binding,
  DATA_QUEUE,
  ERROR_QUEUE,
  type Queue,
  RAW_UDP,
  RECEIVE_BATCH,
  type SocketSet,
} from './native-binding.js';
import type { Channel } from './native-channel.js';
import { decodeData, decodeError } from './native-decode.js';
import type { Gathering } from './native-gathering.js';

/** Reads what the kernel has queued on a set's channels, never waiting. */
export class Reader {
  readonly #binding: Binding;
  readonly #set: SocketSet;
  readonly #data: Arrivals;
  readonly #errors: Arrivals;
  readonly #gathering: Gathering;
  #turn = 0;

  /** `data` and `errors` are what the set was created with. */
  constructor(binding: Binding, set: SocketSet, data: Arrivals, errors: Arrivals, gathering: Gathering) {
    this.#binding = binding;
    this.#set = set;
    this.#data = data;
    this.#errors = errors;
    this.#gathering = gathering;
  }

  /**
   * Packets from these channels, at most RECEIVE_BATCH; whether there may be more. Their bytes are valid until
   * the next call. Each channel gets to be first.
   */
  readData(channels: readonly Channel[]): boolean {
    let slots = 0;
    this.#turn += 1;
    for (let i = 0; i < channels.length; i += 1) {
      const channel = channels[(this.#turn + i) % channels.length]!;
      if (channel.kind === RAW_UDP) continue;
      const first = slots;
      slots += this.#receive(channel, DATA_QUEUE, first);
      for (let slot = first; slot < slots; slot += 1) {
        this.#gathering.received.push(decodeData(this.#data, slot, channel));
      }
      if (slots === RECEIVE_BATCH) return true;
    }
    return false;
  }

  /** All of it: it holds no more than what we have sent, and errors within the bounds of its buffer. */
  readErrors(channel: Channel): void {
    for (let count = RECEIVE_BATCH; count === RECEIVE_BATCH; ) {
      count = this.#receive(channel, ERROR_QUEUE, 0);
      for (let slot = 0; slot < count; slot += 1) {
        const kind = this.#errors.kind(slot);
        if (kind === SENT_STAMP) this.#readStamp(channel, slot);
        if (kind === ICMP_ERROR) this.#gathering.received.push(decodeError(this.#errors, slot, channel));
      }
    }
  }

  #readStamp({ departures, countFrom, countSince }: Channel, slot: number): void {
    const at = this.#errors.at(slot);
    // Counted from before the last recount: of a packet already given up on.
    if (at < countSince || this.#errors.stamp(slot) !== 'kernel') return;
    const tag = departures.settle(countFrom + this.#errors.id(slot));
    if (tag >= 0) this.#gathering.sent.push({ tag, at, stamp: 'kernel' });
  }

  #receive(channel: Channel, queue: Queue, first: number): number {
    const room = RECEIVE_BATCH - first;
    return Math.max(0, this.#binding.receive(this.#set, channel.index, queue, first, room));
  }
}
