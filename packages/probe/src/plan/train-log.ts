import type { CapacityHop } from '../statistics/capacity.js';
import type { TrainReply } from '../statistics/dispersion.js';
import type { Train } from './train.js';

/** What is known of a hop before trains are sent. */
export interface KnownHop {
  readonly ttl: number;
  /** Those that answered. */
  readonly addresses: readonly string[];
  /** Of single small probes. */
  readonly rttsMs: readonly number[];
}

export interface KnownPath {
  /** In order of TTL, without gaps. */
  readonly hops: readonly KnownHop[];
  /** The last of them is the destination. */
  readonly reached: boolean;
}

/** Every IPv6 link carries that, and practically every one of IPv4. */
export const LOAD_BYTES = 1280;

/** All trains of a trace, and what they say of its hops. */
export class TrainLog {
  readonly trains: Train[] = [];
  readonly #path: KnownPath;

  constructor(path: KnownPath) {
    this.#path = path;
  }

  /** Bytes of all of them, IP headers counted. */
  get bytes(): number {
    return this.trains.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** A single load of this kind was answered by a router that it was to get to. */
  isScoutBack(mute: boolean): boolean {
    return this.trains.some(
      ({ shape, packets }) =>
        shape.mute === mute && packets.some(({ role, answer }) => role === 'scout' && answer !== null),
    );
  }

  /** The hops, by the trains whose loads are answered, or by those whose loads are not. */
  hops(mute: boolean): CapacityHop[] {
    const { hops, reached } = this.#path;
    const trains = this.trains.filter(({ spoiled }) => !spoiled);
    const ofKind = trains.filter(({ shape }) => shape.mute === mute);
    const provenTo = this.#provenTo(ofKind);
    return hops.map(({ ttl, addresses, rttsMs }) => {
      const repliesTo = (loadBytes: number) =>
        ofKind
          .filter(({ shape }) => shape.loadBytes === loadBytes)
          .flatMap(({ index, shape: { loads }, markerReplies }): TrainReply[] => {
            const reply = markerReplies.find((one) => one.ttl === ttl);
            return reply === undefined
              ? []
              : [{ train: index, loads, delayMs: reply.delayMs, sendMs: reply.sendMs }];
          });
      const markers = trains.flatMap(({ packets }) =>
        packets.filter(({ role, ttl: asked }) => role === 'marker' && asked === ttl),
      );
      const by = markers.flatMap(({ answer }) => answer?.by ?? []);
      const isDestination = reached && ttl === hops.at(-1)!.ttl;
      return {
        ttl,
        rttsMs,
        answers: addresses.length > 0,
        missed: markers.length - by.length,
        moved: !isDestination && (addresses.length > 1 || by.some((address) => address !== addresses[0])),
        proven: ttl <= provenTo || (isDestination && mute),
        replies: repliesTo(LOAD_BYTES),
        halfSize: repliesTo(LOAD_BYTES / 2),
      };
    });
  }

  /**
   * By how much the destination's replies to loads, as large as they are, came apart per load: its capacity there
   * or back, whichever is less. The least over all trains; null where no two loads of a train were answered.
   */
  echoMsPerLoad(): number | null {
    let least: number | null = null;
    for (const { loadReplies, shape, packets } of this.trains) {
      if (shape.loadBytes !== LOAD_BYTES || loadReplies.length < 2) continue;
      const loads = packets.filter(({ role }) => role === 'load');
      const answered = loads.flatMap(({ answer }, index) => (answer === null ? [] : index));
      const delays = loadReplies.map(({ delayMs }) => delayMs);
      const apart = (Math.max(...delays) - Math.min(...delays)) / (answered.at(-1)! - answered[0]!);
      least = Math.min(least ?? apart, apart);
    }
    return least;
  }

  /** The last TTL that packets as large as the load are seen to get to. */
  #provenTo(trains: readonly Train[]): number {
    let ttl = 0;
    for (const { packets } of trains) {
      for (const { role, answer, ttl: asked } of packets) {
        if (role !== 'marker' && answer !== null) ttl = Math.max(ttl, asked);
      }
    }
    return ttl;
  }
}
