import t from 'tap';
import { parseReply, type Reply } from '../../src/packet/parse-reply.js';
import { randomFrom, seedOf } from '../seed.js';
import * as messages from './messages.js';

const PACKETS = 1_000_000;

const seeds: readonly (readonly [4 | 6, Uint8Array])[] = [
  [4, messages.echoReply4],
  [4, messages.timeExceeded4],
  [4, messages.timeExceeded4Udp],
  [4, messages.portUnreachable4],
  [4, messages.mpls4],
  [4, messages.undeclaredMpls4],
  [6, messages.echoReply6],
  [6, messages.timeExceeded6],
  [6, messages.timeExceeded6Udp],
  [6, messages.portUnreachable6],
  [6, messages.mpls6],
];

/** Bytes that steer the parser: lengths, versions, types, protocols. */
const telling = [0, 1, 3, 4, 8, 11, 12, 17, 43, 44, 51, 58, 60, 0x20, 0x45, 0x4f, 0x60, 0x7f, 0x80, 0xff];

const isUint16 = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffff;
const isToken = (value: number | null) => value === null || (isUint16(value) && value !== 0);

/** Everything the types promise of a reply, and that its views lie inside the message. */
function wellFormed(reply: Reply | null, family: 4 | 6, bytes: Uint8Array): boolean {
  if (reply === null) return true;
  if (reply.kind === 'udp') return isUint16(reply.sourcePort) && isUint16(reply.destinationPort);
  if (reply.kind === 'echo-reply') {
    return isUint16(reply.id) && isUint16(reply.sequence) && isToken(reply.token);
  }
  const { quote, mpls, mtu } = reply;
  return (
    [quote.a, quote.b, quote.c].every(isUint16) &&
    isToken(quote.token) &&
    quote.destination.length === (family === 4 ? 4 : 16) &&
    quote.destination.byteOffset >= bytes.byteOffset &&
    quote.destination.byteOffset + quote.destination.length <= bytes.byteOffset + bytes.length &&
    quote.hopLimit <= 255 &&
    (family === 4 ? isUint16(quote.ipId ?? -1) : quote.ipId === null) &&
    (mtu === null || (mtu > 0 && mtu <= 0xffffffff)) &&
    /^[a-z][a-z0-9-]+$/.test(reply.reason) &&
    mpls.length * 4 <= bytes.length &&
    mpls.every(({ label, trafficClass, ttl }) => label <= 0xfffff && trafficClass <= 7 && ttl <= 255)
  );
}

/** The same bytes, but reading or slicing past the end throws. */
function guarded(bytes: Uint8Array): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (key === 'length') return target.length;
      if (key === 'subarray') {
        return (from: number, to: number) => {
          if (from < 0 || to > target.length)
            throw new RangeError(`Slice ${from} to ${to} of ${target.length}`);
          return target.subarray(from, to);
        };
      }
      const index = Number(key as string);
      if (!(index >= 0 && index < target.length)) throw new RangeError(`Read ${index} of ${target.length}`);
      return target[index];
    },
  });
}

t.test(`${PACKETS} random and mutated packets`, async (t) => {
  const random = randomFrom(seedOf(t));
  const below = (limit: number) => Math.floor(random() * limit);
  const aByte = () => (random() < 0.5 ? telling[below(telling.length)]! : below(256));

  const buffer = new Uint8Array(4096);
  /** The next packet, somewhere inside the buffer, whose other bytes are left over from earlier ones. */
  const next = (): readonly [4 | 6, Uint8Array] => {
    const at = below(64);
    if (random() < 0.2) {
      const bytes = buffer.subarray(at, at + below(random() < 0.1 ? 2000 : 200));
      for (let index = 0; index < bytes.length; index++) bytes[index] = aByte();
      return [random() < 0.5 ? 4 : 6, bytes];
    }
    const [family, seed] = seeds[below(seeds.length)]!;
    buffer.set(seed, at);
    const length = random() < 0.3 ? below(seed.length + 1) : seed.length + (random() < 0.2 ? below(300) : 0);
    const bytes = buffer.subarray(at, at + length);
    for (let flips = below(6); flips > 0 && length > 0; flips--) {
      bytes[below(random() < 0.5 ? Math.min(length, 72) : length)] = aByte();
    }
    return [random() < 0.95 ? family : family === 4 ? 6 : 4, bytes];
  };

  const seen: Record<string, number> = { null: 0, 'echo-reply': 0, udp: 0, error: 0, mpls: 0 };
  const faults: string[] = [];
  for (let count = 0; count < PACKETS && faults.length < 10; count++) {
    const [family, bytes] = next();
    const transport = random() < 0.05 ? 'udp' : 'icmp';
    try {
      const reply = parseReply(family, transport, bytes);
      if (!wellFormed(reply, family, bytes)) throw new Error(`Not well formed: ${JSON.stringify(reply)}`);
      seen[reply?.kind ?? 'null']! += 1;
      if (reply?.kind === 'error' && reply.mpls.length > 0) seen.mpls! += 1;
      if (count % 20 === 0) parseReply(family, transport, guarded(bytes));
    } catch (cause) {
      faults.push(`IPv${family} ${transport} ${Buffer.from(bytes).toString('hex')}: ${cause}`);
    }
  }
  t.strictSame(faults, []);
  t.comment(`parsed as ${JSON.stringify(seen)}`);
  for (const [kind, times] of Object.entries(seen)) t.ok(times > 1000, `${kind} came up ${times} times`);
});
