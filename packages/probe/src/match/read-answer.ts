import { formatAddress, sameAddress } from '../packet/address.js';
import { noLabels } from '../packet/icmp-extension.js';
import type { ErrorReply, Reply } from '../packet/parse-reply.js';
import type { Answer, AnswerKind, Attempt } from '../plan/attempt.js';
import type { Received, StampSource } from '../socket/packet-socket.js';
import type { OpenProbe } from './open-probes.js';

/** A probe that has been answered. */
interface SentProbe extends OpenProbe {
  readonly attempt: Attempt;
  /** When it left, by whose stamp; null when that is not known. */
  readonly sentAt: bigint | null;
  readonly stamp: StampSource;
}

/** What a reply to this probe says, with its round-trip time, unless `clockWasSet` while it was on its way. */
export function readAnswer(reply: Reply, received: Received, probe: SentProbe, clockWasSet: boolean): Answer {
  const { sentAt, stamp } = probe;
  const kind = kindOf(reply, received, probe.destination);
  // Both stamps are of one clock: a negative difference means that it was set in between.
  const rttMs = sentAt === null || clockWasSet ? Number.NaN : Number(received.at - sentAt) / 1e6;
  return {
    kind,
    by: formatAddress(received.from),
    rttMs: rttMs >= 0 ? rttMs : null,
    stamp: stamp === 'kernel' && sentAt !== null && !clockWasSet ? received.stamp : 'user',
    replyHopLimit: received.hopLimit,
    unreachable: reply.kind === 'error' && kind !== 'passed' ? namedUnlessExpected(reply, kind) : null,
    mtu: reply.kind === 'error' ? reply.mtu : null,
    mpls: reply.kind === 'error' ? reply.mpls : noLabels,
    distance: kind === 'destination' ? distance(reply, received, probe.attempt.ttl) : null,
    distanceIsExact: reply.kind === 'error',
  };
}

function kindOf(reply: Reply, received: Received, destination: Uint8Array): AnswerKind {
  if (reply.kind !== 'error') return 'destination';
  if (reply.error === 'time-exceeded') return 'passed';
  // Only who the packet was for has ports; a host with several addresses may answer from another one.
  const isFinal = reply.reason === 'port-unreachable' || reply.reason === 'protocol-unreachable';
  return isFinal || sameAddress(received.from, destination) ? 'destination' : 'unreachable';
}

/** A closed port is how UDP probes arrive; anything else the destination says is worth telling. */
function namedUnlessExpected(reply: ErrorReply, kind: AnswerKind): string | null {
  return kind === 'destination' && reply.reason === 'port-unreachable' ? null : reply.reason;
}

/**
 * How far the destination seems to be: by the TTL that was left of the probe, where it is quoted, else by the
 * TTL that was left of the reply, which started at 64, 128 or 255 and came back a similar way.
 */
function distance(reply: Reply, received: Received, ttl: number): number | null {
  if (reply.kind === 'error') {
    const hops = ttl - reply.quote.hopLimit + 1;
    return hops >= 1 && hops <= ttl ? hops : null;
  }
  if (received.hopLimit === null) return null;
  const initial = [64, 128, 255].find((start) => start >= received.hopLimit!)!;
  return initial - received.hopLimit + 1;
}
