import type { RoutingLoop } from '../hop.js';

/** Turns that have to be seen before it is called a loop: the first and two more. */
const TURNS = 3;

/**
 * The loop that a path runs into: the shortest turn of two routers or more that the last of its addresses
 * have gone round three times; null when there is none. `addresses` are by TTL from `firstTtl` on, null for a
 * hop that stayed silent, which may be anybody.
 *
 * One address at neighbouring TTLs is no loop: a router sends nothing to itself, but address translators
 * answer in the name of all routers behind them.
 */
export function findRoutingLoop(addresses: readonly (string | null)[], firstTtl: number): RoutingLoop | null {
  const last = addresses.findLastIndex((address) => address !== null);
  for (let period = 2; TURNS * period <= last + 1; period++) {
    const start = startOfTurns(addresses, last, period);
    if (last - start + 1 >= TURNS * period) {
      return Object.freeze({ from: firstTtl + start, to: firstTtl + start + period - 1 });
    }
  }
  return null;
}

/** The first index whose address comes again, as all behind it do, every `period`; infinite where too few do. */
function startOfTurns(addresses: readonly (string | null)[], last: number, period: number): number {
  const turn = new Map<number, string>();
  let start = Number.POSITIVE_INFINITY;
  let again = 0;
  for (let index = last; index >= 0; index--) {
    const address = addresses[index]!;
    if (address === null) continue;
    const known = turn.get(index % period);
    if ((known ?? address) !== address || address === addresses[index + 1]) break;
    turn.set(index % period, address);
    if (known === undefined) continue;
    again += 1;
    start = index;
  }
  return again >= Math.max(TURNS - 1, turn.size) ? start : Number.POSITIVE_INFINITY;
}
