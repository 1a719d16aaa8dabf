import { ProbeError } from '../errors.js';
import type { MplsLabel } from '../hop.js';
import { parseAddress } from '../packet/address.js';
import type { Family } from '../socket/packet-socket.js';
import { LinkQueue } from './link-queue.js';
import type { Answering, Destination, Link, Refusal, Router } from './network.js';
import { TokenBucket } from './token-bucket.js';

/** What makes a node a destination. */
export interface Services {
  readonly echo: boolean;
  readonly ports: ReadonlySet<number> | 'all';
  readonly refusesPorts: boolean;
}

/** A router or destination with the link that leads to it, its defaults filled in, and what they remember. */
export class SimulatedNode {
  readonly forwardMs: number;
  readonly backMs: number;
  readonly jitterMs: number;
  readonly loss: number;
  readonly lossBack: number;
  readonly queue: LinkQueue | null;
  readonly queueBack: LinkQueue | null;
  readonly mtu: number;

  readonly silent: boolean;
  readonly replyLoss: number;
  readonly delayMs: number;
  readonly delayJitterMs: number;
  readonly quoteBytes: number;
  readonly replyHopLimit: number;
  readonly limited: boolean;

  readonly address4: Uint8Array | null = null;
  readonly address6: Uint8Array | null = null;
  readonly mpls: readonly MplsLabel[];
  readonly refuses: Refusal | null;
  readonly services: Services | null;

  readonly #node: Answering;
  readonly #buckets: (TokenBucket | undefined)[] = [];

  constructor(node: Router | Destination, isDestination: boolean, random: () => number) {
    const link: Link = node;
    this.forwardMs = duration('forwardMs', link.forwardMs, 0);
    this.backMs = duration('backMs', link.backMs, this.forwardMs);
    this.jitterMs = duration('jitterMs', link.jitterMs, 0);
    this.loss = share('loss', link.loss);
    this.lossBack = share('lossBack', link.lossBack);
    const load = share('load', link.load);
    if (load === 1) throw invalid('load', load, 'less than 1');
    const longestWait = duration('queueMs', link.queueMs, Number.POSITIVE_INFINITY);
    const queue = (mbps: number) =>
      mbps === Number.POSITIVE_INFINITY ? null : new LinkQueue(mbps, longestWait, load, random);
    const mbps = positive('mbps', link.mbps, Number.POSITIVE_INFINITY);
    this.queue = queue(mbps);
    this.queueBack = queue(positive('mbpsBack', link.mbpsBack, mbps));
    this.mtu = positive('mtu', link.mtu, Number.POSITIVE_INFINITY);

    this.#node = node;
    this.silent = node.silent ?? false;
    this.replyLoss = share('replyLoss', node.replyLoss);
    this.delayMs = duration('icmpDelayMs', node.icmpDelayMs, 0);
    this.delayJitterMs = duration('icmpJitterMs', node.icmpJitterMs, 0);
    this.quoteBytes = duration('quoteBytes', node.quoteBytes, Number.POSITIVE_INFINITY);
    this.replyHopLimit = node.replyHopLimit ?? (isDestination ? 64 : 255);
    this.limited = node.rateLimit !== undefined;

    const router: Router = isDestination ? {} : node;
    for (const address of [router.address ?? []].flat()) {
      const bytes = addressOf(address);
      if (bytes.length === 4) this.address4 = bytes;
      else this.address6 = bytes;
    }
    this.mpls = router.mpls ?? [];
    this.refuses = router.refuses ?? null;
    const end: Destination = node;
    this.services = isDestination
      ? {
          echo: end.echo ?? true,
          ports: end.openPorts === 'all' ? 'all' : new Set(end.openPorts),
          refusesPorts: end.closedPorts !== 'silent',
        }
      : null;
  }

  /** What it answers from. A destination answers from the address that was asked. */
  addressFor(family: Family, asked: Uint8Array): Uint8Array | null {
    if (this.services !== null) return asked;
    return family === 4 ? this.address4 : this.address6;
  }

  /** Whether it may send the host's address of that number one more error at `time`. In order of time. */
  mayComplain(host: number, time: number): boolean {
    const limit = this.#node.rateLimit;
    if (limit === undefined) return true;
    this.#buckets[host] ??= new TokenBucket(limit);
    return this.#buckets[host].take(time);
  }
}

/** The bytes of an address in a description. */
export function addressOf(text: string): Uint8Array {
  const bytes = parseAddress(text);
  if (bytes === null) throw new ProbeError('OPTION_INVALID', `${text} in the network is no address`);
  return bytes;
}

function duration(name: string, value: number | undefined, preset: number): number {
  if (value !== undefined && !(value >= 0)) throw invalid(name, value, '0 or more');
  return value ?? preset;
}

function share(name: string, value = 0): number {
  if (!(value >= 0 && value <= 1)) throw invalid(name, value, '0 to 1');
  return value;
}

function positive(name: string, value: number | undefined, preset: number): number {
  if (value !== undefined && !(value > 0)) throw invalid(name, value, 'more than 0');
  return value ?? preset;
}

function invalid(name: string, value: number, expected: string): ProbeError {
  return new ProbeError('OPTION_INVALID', `${name} in the network is ${value}, expected ${expected}`);
}
