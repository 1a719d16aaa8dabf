import type { Finding } from '../../src/analyse/judgement.js';
import type { PathRecord } from '../../src/path-record.js';
import type { Fault, Kind } from './faults.js';
import type { Network } from './network.js';
import { isActive, stagesAt } from './observe.js';

/** What each fault should be found as. */
export const FOUND_AS: Readonly<Partial<Record<Kind, Finding['type']>>> = {
  move: 'PathDeviation',
  latency: 'HighLatency',
  congestion: 'HighLatency',
  loss: 'PacketLoss',
  outage: 'DestinationUnreachable',
  loop: 'RoutingLoop',
};

/** A fault counts as found when it is within so many traces of its start: loss takes probes to be seen. */
export const WITHIN = { loss: 10, other: 5 } as const;
function within({ kind }: Fault): number {
  return kind === 'loss' ? WITHIN.loss : WITHIN.other;
}

/** A move is news for so long; then the new path is the path. */
const MOVE_NEWS = 8;
/** Congestion at the same hours is news on its first days; later it may be either, until it is habit. */
const CONGESTION_DAYS = { news: 3, habit: 12 } as const;
const DAY_MS = 86_400_000;

/** What the fault is called in a table. */
export function nameOf(fault: Fault): string {
  return fault.kind === 'move' ? MOVES[fault.level] : fault.kind;
}

export const MOVES = {
  position: 'hops removed',
  address: 'path move, IP',
  as: 'path move, AS',
  country: 'path move, country',
} as const;

/** What counts as an alarm. */
export type Alarm = Pick<Finding, 'type' | 'hop'> & { readonly level?: unknown };

export function alarmsOf(findings: readonly Finding[]): Alarm[] {
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ type, hop, evidence }) => ({ type, hop, level: evidence.level }));
}

/** A fault, or one day's congestion, that should be found. */
interface Episode {
  readonly fault: Fault;
  /** Traces that showed it. */
  traces: number;
  /** Those in which it was found; the first of them, by that count. */
  hits: number;
  first: number | null;
  isHopRight: boolean;
  isLevelRight: boolean;
}

export interface Tally {
  episodes: number;
  found: number;
  hopRight: number;
  levelRight: number;
  /** Traces that showed such a fault, and those of them in which it was found. */
  shown: number;
  hits: number;
}

/** Holds the alarms of one target's traces, in order, against what was the matter. */
export class Score {
  readonly #network: Network;
  readonly #faults: readonly Fault[];
  readonly #startedAt = new Map<Fault, number>();
  readonly #episodes = new Map<string, Episode>();
  /** Alarms by type: those that a fault explains, and the others. */
  readonly alarms = new Map<Finding['type'], { right: number; wrong: number }>();
  readonly wrong: { readonly at: number; readonly alarm: Alarm }[] = [];

  constructor(network: Network, faults: readonly Fault[]) {
    this.#network = network;
    this.#faults = faults;
  }

  add(at: number, trace: PathRecord, alarms: readonly Alarm[]): void {
    const active = this.#faults.filter((fault) => isActive(fault, at, trace.startedAt));
    for (const fault of active) {
      if (!this.#startedAt.has(fault)) this.#startedAt.set(fault, trace.startedAt);
      this.#follow(fault, at, trace, alarms);
    }
    for (const alarm of alarms) {
      const count = this.alarms.get(alarm.type) ?? { right: 0, wrong: 0 };
      this.alarms.set(alarm.type, count);
      if (this.#faults.some((fault) => this.#explains(fault, alarm, at, trace))) count.right += 1;
      else {
        count.wrong += 1;
        this.wrong.push({ at, alarm });
      }
    }
  }

  /** What was not found in time, for people who want to know why. */
  missed(): { readonly fault: Fault; readonly traces: number; readonly first: number | null }[] {
    return [...this.#episodes.values()].filter(
      ({ fault, first, isHopRight, isLevelRight }) =>
        first === null || first > within(fault) || !isHopRight || !isLevelRight,
    );
  }

  /** By kind of fault; moves of the path by their level, too. */
  tallies(): ReadonlyMap<string, Tally> {
    const tallies = new Map<string, Tally>();
    for (const { fault, traces, hits, first, isHopRight, isLevelRight } of this.#episodes.values()) {
      const tally = tallies.get(nameOf(fault)) ?? {
        episodes: 0,
        found: 0,
        hopRight: 0,
        levelRight: 0,
        shown: 0,
        hits: 0,
      };
      tallies.set(nameOf(fault), tally);
      const isFound = first !== null && first <= within(fault);
      tally.episodes += 1;
      tally.found += isFound ? 1 : 0;
      tally.hopRight += isFound && isHopRight ? 1 : 0;
      tally.levelRight += isFound && isLevelRight ? 1 : 0;
      tally.shown += traces;
      tally.hits += hits;
    }
    return tallies;
  }

  #follow(fault: Fault, at: number, trace: PathRecord, alarms: readonly Alarm[]): void {
    const type = FOUND_AS[fault.kind];
    if (type === undefined || (fault.kind === 'move' && at >= fault.from + WITHIN.other)) return;
    const day = fault.kind === 'congestion' ? this.#day(fault, trace) : 0;
    if (fault.kind === 'congestion' && day >= CONGESTION_DAYS.news) return;
    const key = `${this.#faults.indexOf(fault)} ${day}`;
    const episode = this.#episodes.get(key) ?? {
      fault,
      traces: 0,
      hits: 0,
      first: null,
      isHopRight: false,
      isLevelRight: false,
    };
    this.#episodes.set(key, episode);
    episode.traces += 1;
    const alarm = alarms.find((one) => one.type === type);
    if (alarm === undefined) return;
    episode.hits += 1;
    episode.first ??= episode.traces;
    // Some take a few traces to tell where: it is what they say in the end that counts.
    if (episode.traces > within(fault)) return;
    episode.isHopRight = alarm.hop === this.#hopOf(fault, at, trace);
    episode.isLevelRight = fault.kind !== 'move' || alarm.level === fault.level;
  }

  #explains(fault: Fault, { type }: Alarm, at: number, trace: PathRecord): boolean {
    const isNow = isActive(fault, at, trace.startedAt);
    switch (fault.kind) {
      case 'move': {
        const isNews = fault.from <= at && at < fault.from + MOVE_NEWS;
        // Another way is longer or shorter, too, and so is the way back from it.
        const isSettling = at < fault.from + 40 || (at >= fault.to && at < fault.to + 40);
        const isLonger = type === 'HighLatency' && fault.from <= at && isSettling;
        return (type === 'PathDeviation' && isNews) || isLonger;
      }
      case 'congestion':
        return type === 'HighLatency' && isNow && this.#day(fault, trace) < CONGESTION_DAYS.habit;
      case 'loss':
        // All packets to the destination may have been lost.
        return isNow && (type === 'PacketLoss' || type === 'DestinationUnreachable');
      case 'loop':
        return isNow && (type === 'RoutingLoop' || type === 'DestinationUnreachable');
      default:
        return isNow && FOUND_AS[fault.kind] === type;
    }
  }

  /** Days since it began; the hours are within one day. */
  #day(fault: Fault, { startedAt }: PathRecord): number {
    return Math.round((startedAt - this.#startedAt.get(fault)!) / DAY_MS);
  }

  /** The first hop at or behind the stage that can show it: where it can be seen to begin. */
  #hopOf(fault: Fault, at: number, trace: PathRecord): number | null {
    const { hops } = trace;
    const stages = stagesAt(this.#network, this.#faults, at);
    const routersOf = (some: typeof stages) => some.flatMap(({ branches }) => branches.flat());
    const before = new Set(routersOf(stages.slice(0, fault.at)).map(({ address }) => address));
    // What a router that limits its answers misses tells nothing of loss.
    const mute = new Set(
      routersOf(stages)
        .filter(({ burst }) => fault.kind === 'loss' && burst !== Number.POSITIVE_INFINITY)
        .map(({ address }) => address),
    );
    const first = hops.findLastIndex(({ hop }) => hop.address !== null && before.has(hop.address)) + 1;
    if (fault.kind === 'outage') return first;
    if (fault.kind === 'loop') return trace.loop?.from ?? null;
    const length = stages.slice(0, fault.at).reduce((sum, { branches }) => sum + branches[0]!.length, 0);
    return (
      hops.slice(Math.max(first, length)).find(({ hop }) => hop.address !== null && !mute.has(hop.address))
        ?.hop.ttl ?? null
    );
  }
}
