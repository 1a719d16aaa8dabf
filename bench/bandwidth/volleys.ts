import { randomInt } from 'node:crypto';
import { OpenProbes } from '../../packages/probe/src/match/open-probes.js';
import { probeKey } from '../../packages/probe/src/match/probe-key.js';
import { parseAddress } from '../../packages/probe/src/packet/address.js';
import { buildUdp } from '../../packages/probe/src/packet/build-probe.js';
import { parseReply } from '../../packages/probe/src/packet/parse-reply.js';
import { findSource } from '../../packages/probe/src/resolve/source.js';
import { openSocket } from '../../packages/probe/src/socket/open-socket.js';
import type { Outgoing } from '../../packages/probe/src/socket/packet-socket.js';

/** One packet of a volley. */
export interface Shot {
  readonly ttl: number;
  /** Of the whole IP packet, from 40. */
  readonly bytes: number;
}

/** Nanoseconds since 1970, by the kernel's stamps; null where there was none. */
export interface Hit {
  readonly sentAt: bigint | null;
  readonly receivedAt: bigint | null;
}

/** Sends packets of one UDP flow in one system call each time, and says when each left and was answered. */
export interface Volleys {
  /** Resolves when all are answered, or after `waitMs`. */
  fire(shots: readonly Shot[], waitMs: number): Promise<readonly Hit[]>;
  close(): Promise<void>;
}

const IP_HEADER = 20;

export async function openVolleys(target: string): Promise<Volleys> {
  const { socket } = await openSocket({ prefer: 'native' });
  const source = parseAddress(await findSource(target))!;
  const destination = parseAddress(target)!;
  const ports = { sourcePort: socket.terms(4, 'udp')!.sourcePort!, destinationPort: 33434 };
  const open = new OpenProbes<{ tag: number; key: number; destination: Uint8Array }>();
  let hits: { sentAt: bigint | null; receivedAt: bigint | null }[] = [];
  let whole = () => {};
  let next = randomInt(1, 0xfffe);
  let base = 0;

  socket.listen(({ sent, received }) => {
    for (const { tag, at, stamp } of sent) {
      const hit = hits[tag - base];
      if (hit !== undefined && stamp === 'kernel') hit.sentAt = at;
    }
    for (const packet of received) {
      const reply = parseReply(packet.family, packet.transport, packet.bytes);
      const probe = reply === null ? null : open.answeredBy(reply, packet);
      if (probe === null) continue;
      open.remove(probe);
      const hit = hits[probe.tag - base];
      if (hit !== undefined && packet.stamp === 'kernel') hit.receivedAt = packet.at;
    }
    if (hits.every(({ receivedAt }) => receivedAt !== null)) whole();
  });

  return {
    async fire(shots, waitMs) {
      base += hits.length;
      hits = shots.map(() => ({ sentAt: null, receivedAt: null }));
      const probes = shots.map(({ ttl, bytes }, index) => {
        next = (next % 0xfffe) + 1;
        const built = buildUdp({
          family: 4,
          source,
          destination,
          ...ports,
          checksum: next,
          size: bytes - IP_HEADER,
        });
        const key = probeKey('udp', destination, ports.sourcePort, ports.destinationPort, next);
        return { tag: base + index, key, destination, ttl, built };
      });
      for (const probe of probes) open.add(probe);
      const answered = new Promise<void>((resolve) => {
        whole = resolve;
      });
      socket.send(
        probes.map(
          ({ tag, ttl, built }): Outgoing => ({
            tag,
            family: 4,
            transport: 'udp',
            source,
            destination,
            hopLimit: ttl,
            bytes: built,
          }),
        ),
      );
      const timer = setTimeout(() => whole(), waitMs);
      socket.hold(true);
      await answered;
      clearTimeout(timer);
      socket.hold(false);
      for (const probe of probes) open.remove(probe);
      return hits;
    },
    close: () => socket.close(),
  };
}
