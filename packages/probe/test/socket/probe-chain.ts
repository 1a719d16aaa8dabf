import { formatAddress, parseAddress } from '../../src/packet/address.js';
import { uint16 } from '../../src/packet/uint16.js';
import type { Family, PacketSocket, Transport } from '../../src/socket/packet-socket.js';
import { chainAddresses } from './chain.js';
import { type Answered, quotedSource, Session } from './session.js';

/** What became of one probe, as plain data. */
export interface Finding {
  readonly family: Family;
  readonly transport: Transport;
  readonly hopLimit: number;
  /** Identifier, checksum, sequence number; or source port, destination port, checksum. */
  readonly fields: { readonly a: number; readonly b: number; readonly c: number };
  readonly quotesHeader: boolean;
  readonly failed: string | null;
  readonly from: string | null;
  readonly replyHopLimit: number | null;
  readonly kind: string | null;
  readonly reason: string | null;
  readonly quote: { readonly a: number; readonly b: number; readonly c: number } | null;
  readonly quotedAddresses: readonly string[];
}

export interface Findings {
  readonly findings: readonly Finding[];
  /** By family: the code with which a packet to nowhere failed. */
  readonly unroutable: Readonly<Record<string, string | null>>;
  readonly breaches: readonly string[];
}

/** Probes the first and the second hop of the chain with all that the socket can send. */
export async function probeChain(socket: PacketSocket): Promise<Findings> {
  const session = new Session(socket);
  socket.hold(true);
  const findings: Finding[] = [];
  const unroutable: Record<string, string | null> = {};
  for (const family of [4, 6] as const) {
    const { source, destination, unroutable: nowhere } = chainAddresses[family];
    for (const transport of ['icmp', 'udp'] as const) {
      const terms = socket.terms(family, transport);
      if (terms === null) continue;
      const ends = { family, transport, source: parseAddress(source)!, port: 33_500 };
      for (const hopLimit of [1, 2]) {
        const probe = session.probe({ ...ends, destination: parseAddress(destination)!, hopLimit });
        const { tag, bytes } = probe.outgoing;
        session.send([probe]);
        await session.until(() => session.answered.has(tag) || session.failed.has(tag));
        const answered = session.answered.get(tag) ?? null;
        findings.push({
          family,
          transport,
          hopLimit,
          fields: {
            a: uint16(bytes, transport === 'icmp' ? 4 : 0),
            b: uint16(bytes, 2),
            c: uint16(bytes, 6),
          },
          quotesHeader: terms.quotesHeader,
          failed: session.failed.get(tag)?.code ?? null,
          from: answered === null ? null : formatAddress(answered.received.from),
          replyHopLimit: answered?.received.hopLimit ?? null,
          ...inWords(answered),
        });
      }
      const lost = session.probe({ ...ends, destination: parseAddress(nowhere)! });
      session.send([lost]);
      await session.until(() => session.failed.has(lost.outgoing.tag) || session.sent.has(lost.outgoing.tag));
      unroutable[`${transport}/${family}`] = session.failed.get(lost.outgoing.tag)?.code ?? null;
    }
  }
  await socket.close();
  return { findings, unroutable, breaches: session.breaches };
}

function inWords(answered: Answered | null): Pick<Finding, 'kind' | 'reason' | 'quote' | 'quotedAddresses'> {
  const reply = answered?.reply;
  if (answered === null || reply?.kind !== 'error') {
    return { kind: reply?.kind ?? null, reason: null, quote: null, quotedAddresses: [] };
  }
  const { a, b, c, destination } = reply.quote;
  const { family, bytes } = answered.received;
  const quotedAddresses = [quotedSource(family, bytes), destination].map(formatAddress);
  return { kind: reply.error, reason: reply.reason, quote: { a, b, c }, quotedAddresses };
}
