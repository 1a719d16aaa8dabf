import type { CapacityHop } from '../statistics/capacity.js';
import type { TrainReply } from '../statistics/dispersion.js';
import { ascending, quantile } from '../statistics/quantile.js';
import type { Train, TrainShape } from './train.js';

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

/** A pause in the middle of a train is a long one from here on, and so many usual ones more. */
const LONG_PAUSE_MS = 0.1;
const USUAL_PAUSES = 10;
/** So many trains show what is usual. */
const ENOUGH = 32;

/** What came back from one TTL. */
class Heard {
  markers = 0;
  /** Who answered them. */
  readonly by: string[] = [];
  readonly replies: TrainReply[] = [];
  readonly halfSize: TrainReply[] = [];
  readonly heldUp: TrainReply[] = [];
}

/** Where the replies to such a train belong; null where they tell nothing. */
function listOf({ loadBytes }: TrainShape, isHeldUp: boolean): 'replies' | 'halfSize' | 'heldUp' | null {
  if (loadBytes === LOAD_BYTES) return isHeldUp ? 'heldUp' : 'replies';
  return loadBytes === LOAD_BYTES / 2 && !isHeldUp ? 'halfSize' : null;
}

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

  /** The last TTL that packets as large as the load, and as mute as that, are seen to get to. */
  provenTo(mute: boolean): number {
    let ttl = 0;
    for (const { packets, shape } of this.trains) {
      if (shape.mute !== mute) continue;
      for (const { role, answer, ttl: asked } of packets) {
        if (role === 'marker' || answer === null || asked <= ttl) continue;
        const { addresses = [] } = this.#path.hops.find((hop) => hop.ttl === asked) ?? {};
        // Who answers in somebody else's place may just as well have thrown others of them away.
        if (addresses.includes(answer.by)) ttl = asked;
      }
    }
    return ttl;
  }

  /**
   * The trains that this machine was held up in the middle of sending. That spreads them at every hop alike, and
   * shows nothing of the way. What is usual differs a hundredfold between sockets, and between interfaces.
   */
  heldUp(): ReadonlySet<Train> {
    const pauses = ascending(this.trains.slice(0, ENOUGH).flatMap(({ pausesMs }) => pausesMs));
    const longMs = LONG_PAUSE_MS + USUAL_PAUSES * quantile(pauses, 0.5);
    return new Set(this.trains.filter(({ longestPauseMs }) => longestPauseMs > longMs));
  }

  /** The hops, by the trains whose loads are answered, or by those whose loads are not. */
  hops(mute: boolean): CapacityHop[] {
    const { hops, reached } = this.#path;
    const heard = this.#heard(mute);
    const provenTo = this.provenTo(mute);
    const lastRouter = hops.slice(0, -1).findLast(({ addresses }) => addresses.length > 0)?.ttl ?? 0;
    return hops.map(({ ttl, addresses, rttsMs }) => {
      const { by, markers, replies, halfSize, heldUp } = heard.get(ttl)!;
      const isDestination = reached && ttl === hops.at(-1)!.ttl;
      return {
        ttl,
        rttsMs,
        answers: addresses.length > 0,
        answered: by.length,
        missed: markers - by.length,
        moved: !isDestination && (addresses.length > 1 || by.some((address) => address !== addresses[0])),
        // Nobody can tell whether the destination gets what it does not answer; the link before it does.
        proven: ttl <= provenTo || (isDestination && mute && provenTo === lastRouter),
        replies,
        halfSize,
        heldUp,
      };
    });
  }

  /** By TTL, in one go over all trains: of many trains and hops, one hop after the other takes a round's time. */
  #heard(mute: boolean): ReadonlyMap<number, Heard> {
    const heard = new Map(this.#path.hops.map(({ ttl }) => [ttl, new Heard()]));
    const heldUp = this.heldUp();
    for (const train of this.trains) {
      if (train.spoiled) continue;
      for (const { ttl, answer } of train.markers) {
        const at = heard.get(ttl)!;
        at.markers += 1;
        if (answer !== null) at.by.push(answer.by);
      }
      const { index, shape, markerReplies } = train;
      const list = shape.mute === mute ? listOf(shape, heldUp.has(train)) : null;
      if (list === null) continue;
      for (const { ttl, delayMs, sendMs } of markerReplies) {
        heard.get(ttl)![list].push({ train: index, loads: shape.loads, delayMs, sendMs });
      }
    }
    return heard;
  }

  /**
   * By how much the destination's replies to loads, as large as they are, came apart per load: its capacity there
   * or back, whichever is less. The least over all trains; null where no two loads of a train were answered, which
   * `asked` tells from nobody having asked. `heldUp`: only trains that this machine was held up in the middle of.
   */
  echoes(): { readonly echoMsPerLoad: number | null; readonly asked: boolean; readonly heldUp: boolean } {
    const spread = this.heldUp();
    let echoMsPerLoad: number | null = null;
    let asked = false;
    let heldUp = true;
    for (const train of this.trains) {
      const { loadReplies, shape, packets, isAwaited } = train;
      if (shape.mute || shape.loads < 2) continue;
      asked ||= !isAwaited;
      if (shape.loadBytes !== LOAD_BYTES || loadReplies.length < 2) continue;
      const answered = packets.flatMap(({ role, answer }, index) =>
        role === 'load' && answer !== null ? index : [],
      );
      const delays = loadReplies.map(({ delayMs }) => delayMs);
      const apart = (Math.max(...delays) - Math.min(...delays)) / (answered.at(-1)! - answered[0]!);
      echoMsPerLoad = Math.min(echoMsPerLoad ?? apart, apart);
      heldUp &&= spread.has(train);
    }
    return { echoMsPerLoad, asked, heldUp };
  }
}
