import type { Loss } from './hop.js';
import { noLabels } from './packet/icmp-extension.js';
import type { WatchPlan } from './plan/watch-plan.js';
import type { Transport } from './socket/packet-socket.js';
import type { HopHistory, Recent } from './statistics/hop-history.js';
import { type HopAttempts, judgeLoss } from './statistics/loss.js';
import type { PathChange, WatchHop, WatchRound } from './watch-round.js';

/** One line of a snapshot. */
interface Row {
  readonly ttl: number;
  readonly destination: boolean;
  /** null where nobody was asked yet. */
  readonly history: HopHistory | null;
}

/** The snapshots of one watch, each after a round. */
export class RoundAssembler {
  readonly #plan: WatchPlan;
  readonly #firstTtl: number;
  readonly #echo: boolean;
  /** Of the round before, by TTL. */
  #addresses: readonly (string | null)[] = [];
  #destinationTtl: number;
  /** Since when each has its address: the round, and its wall-clock milliseconds. */
  readonly #since = new WeakMap<HopHistory, { readonly round: number; readonly at: number }>();

  constructor(plan: WatchPlan, firstTtl: number, maxHops: number, transport: Transport) {
    this.#plan = plan;
    this.#firstTtl = firstTtl;
    this.#destinationTtl = maxHops;
    this.#echo = transport === 'icmp';
  }

  /** All that is known after the last closed round, which began at `startedAt`, in wall-clock milliseconds. */
  assemble(startedAt: number): WatchRound {
    const { closed, end, endsAtDestination, loop, last, ledger } = this.#plan;
    const { number: round, unsent, attempts } = closed!;
    const rows: Row[] = [];
    for (let ttl = this.#firstTtl; ttl <= last; ttl++) {
      const destination = ttl === end && endsAtDestination;
      rows.push({ ttl, destination, history: destination ? ledger.destination : ledger.router(ttl) });
    }
    if (endsAtDestination) this.#destinationTtl = end;
    const isApart = !endsAtDestination && ledger.destination.received > 0;
    const apart: Row = { ttl: this.#destinationTtl, destination: true, history: ledger.destination };
    const hops = this.#assembleHops(isApart ? [...rows, apart] : rows, round, startedAt);
    const destination = isApart || endsAtDestination ? hops.at(-1)! : null;
    if (isApart) hops.pop();
    const reached = attempts.some(({ answer }) => answer?.kind === 'destination');
    const ending = this.#ending(reached);
    return Object.freeze({
      round,
      startedAt,
      hops: Object.freeze(hops),
      destination,
      reached,
      end: ending,
      unreachable: ending === 'unreachable' ? (hops.at(-1)?.unreachable ?? null) : null,
      loop: ending === 'loop' ? loop : null,
      changes: Object.freeze(this.#changes(hops)),
      unsent,
    });
  }

  #assembleHops(rows: readonly Row[], round: number, startedAt: number): WatchHop[] {
    const recents = rows.map(({ history }) => history?.recent(round) ?? NOTHING);
    const unreachables = rows.map(({ history }) => history?.latest?.kind === 'unreachable');
    let path: readonly HopAttempts[] | null = null;
    const judge = (index: number) => {
      path ??= rows.map(({ ttl, destination }, at) => {
        const { entries, from, to } = recents[at]!;
        const attempts = entries.slice(from, to);
        return { ttl, destination, unreachable: unreachables[at]!, echo: this.#echo, attempts };
      });
      return judgeLoss(path, index);
    };
    return rows.map(({ ttl, destination, history }, index) => {
      const latest = history?.latest ?? null;
      let loss: Loss | null = null;
      return Object.freeze({
        ttl,
        address: history?.address ?? null,
        addresses: Object.freeze(addressesOf(recents[index]!)),
        since: history === null || latest === null ? null : this.#sinceWhen(history, startedAt),
        lastRttMs: history?.last?.rttMs ?? null,
        rtt: history?.rtt ?? null,
        jitter: history?.jitter ?? null,
        sent: history?.sent ?? 0,
        received: history?.received ?? 0,
        get loss() {
          loss ??= Object.freeze(judge(index));
          return loss;
        },
        mpls: Object.freeze(latest?.mpls ?? noLabels),
        unreachable: latest?.unreachable ?? null,
        mtu: latest?.mtu ?? null,
        destination,
        discarded: history?.discarded ?? 0,
      });
    });
  }

  #sinceWhen(history: HopHistory, startedAt: number): number {
    const known = this.#since.get(history);
    if (known?.round === history.since) return known.at;
    this.#since.set(history, { round: history.since, at: startedAt });
    return startedAt;
  }

  #ending(reached: boolean): WatchRound['end'] {
    const { end, endsAtDestination, loop, last, ledger } = this.#plan;
    if (endsAtDestination) return 'destination';
    if (end !== Number.POSITIVE_INFINITY) return 'unreachable';
    if (reached) return 'destination';
    if (loop !== null) return 'loop';
    return ledger.router(last)?.last?.kind === 'passed' ? 'max-hops' : 'silence';
  }

  #changes(hops: readonly WatchHop[]): PathChange[] {
    const before = this.#addresses;
    const changes: PathChange[] = [];
    const addresses: (string | null)[] = [];
    for (const { ttl, address: to } of hops) {
      addresses[ttl] = to;
      const from = before[ttl] ?? null;
      if (from !== null && to !== null && from !== to) changes.push(Object.freeze({ ttl, from, to }));
    }
    this.#addresses = addresses;
    return changes;
  }
}

const NOTHING: Recent = { entries: [], from: 0, to: 0 };

/** In the order of their first answer. */
function addressesOf({ entries, from, to }: Recent): string[] {
  const addresses: string[] = [];
  for (let at = from; at < to; at++) {
    const by = entries[at]!.answeredBy;
    if (by !== null && !addresses.includes(by)) addresses.push(by);
  }
  return addresses;
}
