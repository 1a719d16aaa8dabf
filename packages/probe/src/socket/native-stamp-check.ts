import { setTimeout as sleep } from 'node:timers/promises';
import { type Arrivals, SENT_STAMP } from './native-arrivals.js';
import { type Binding, DATA_QUEUE, ERROR_QUEUE, RECEIVE_BATCH, type SocketSet } from './native-binding.js';
import type { Channel } from './native-channel.js';
import type { Sent } from './packet-socket.js';

/** How a transmit stamp says whose it is: by our own number (Linux 6.13), or by the kernel's count. */
export type Identity = 'number' | 'count';

const TRIES = 40;
const BLIND_WAIT_MS = 20;
/** A stamp further behind the sending was not taken when the packet came in. */
const SAME_INSTANT_NS = 500_000n;

/**
 * The kernel switches receive stamps on a moment after the first socket asks for them; until then packets come
 * without. Sends datagrams from a UDP channel to itself until one comes with a live stamp, at most some 50 ms,
 * and finds out how transmit stamps are identified. Where loopback is down it only waits.
 */
export async function checkStamps(
  binding: Binding,
  set: SocketSet,
  channel: Channel,
  data: Arrivals,
  errors: Arrivals,
): Promise<Identity> {
  let identity: Identity = 'number';
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (!sendToSelf(binding, set, channel, identity)) {
      // Older kernels refuse the identifier, not the packet.
      if (identity === 'number') {
        identity = 'count';
        continue;
      }
      await sleep(BLIND_WAIT_MS);
      return identity;
    }
    await sleep(1);
    const left = whenSent(binding, set, channel, errors);
    const count = binding.receive(set, channel.index, DATA_QUEUE, 0, RECEIVE_BATCH);
    for (let slot = 0; slot < count; slot += 1) {
      const isLive = data.stamp(slot) === 'kernel' && data.at(slot) - left < SAME_INSTANT_NS;
      if (isLive) return identity;
    }
  }
  return identity;
}

function sendToSelf(binding: Binding, set: SocketSet, channel: Channel, identity: Identity): boolean {
  const { departures, family, port } = channel;
  const loopback = family === 4 ? Uint8Array.of(127, 0, 0, 1) : new Uint8Array(16).fill(1, 15);
  const number = departures.next;
  const packet = { tag: 0, family, transport: 'udp', hopLimit: 1, bytes: new Uint8Array(8) } as const;
  departures.stage({ ...packet, source: loopback, destination: loopback }, 0, 0, port);
  const sent = binding.send(set, channel.index, departures.index(number), 1, Number(identity === 'number'));
  if (sent === 1) departures.await(number, 1);
  else departures.drop(number);
  return sent === 1;
}

/** By the kernel's stamp, else by ours; empties the error queue. */
function whenSent(binding: Binding, set: SocketSet, channel: Channel, errors: Arrivals): bigint {
  const count = binding.receive(set, channel.index, ERROR_QUEUE, 0, RECEIVE_BATCH);
  const sent: Sent[] = [];
  channel.departures.expire(channel.departures.next, sent);
  for (let slot = 0; slot < count; slot += 1) {
    if (errors.kind(slot) === SENT_STAMP && errors.stamp(slot) === 'kernel') return errors.at(slot);
  }
  return sent[0]?.at ?? 0n;
}
