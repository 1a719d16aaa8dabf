import type { Hop } from '../api/hop.js';

/** Where one or more hops are. */
export interface Stop {
  readonly lat: number;
  readonly lon: number;
  readonly label: string;
  /** In the order of the path; a path may come back to where it was. */
  readonly ttls: readonly number[];
  readonly threatened: boolean;
  readonly isEnd: boolean;
}

export interface Leg {
  readonly from: Stop;
  readonly to: Stop;
  /** The TTL it leads to. */
  readonly ttl: number;
}

export interface Unplaced {
  readonly hop: Hop;
  readonly because: 'silent' | 'private' | 'unknown' | 'infeasible';
}

/** A path as a map shows it. */
export interface Route {
  readonly stops: readonly Stop[];
  readonly legs: readonly Leg[];
  readonly unplaced: readonly Unplaced[];
}

/** Places nearer to one another than this many degrees are one. */
const NEAR = 0.4;

/** Hops that are where they can be, joined where they are together; the rest with the reason. */
export function routeOf(hops: readonly Hop[]): Route {
  const stops: { -readonly [K in keyof Stop]: Stop[K] }[] = [];
  const legs: Leg[] = [];
  const unplaced: Unplaced[] = [];
  let before: Stop | null = null;
  for (const hop of hops) {
    const because = whyUnplaced(hop);
    if (because !== null) {
      unplaced.push({ hop, because });
      continue;
    }
    const { lat, lon, city, country } = hop.place!;
    let stop = stops.find((one) => Math.hypot(one.lat - lat!, one.lon - lon!) < NEAR);
    if (stop === undefined) {
      const label = city ?? country ?? '';
      stop = { lat: lat!, lon: lon!, label, ttls: [], threatened: false, isEnd: false };
      stops.push(stop);
    }
    stop.ttls = [...stop.ttls, hop.hop];
    stop.threatened ||= hop.threats.length > 0;
    stop.isEnd = hop === hops.at(-1);
    if (before !== null && before !== stop) legs.push({ from: before, to: stop, ttl: hop.hop });
    before = stop;
  }
  return { stops, legs, unplaced };
}

function whyUnplaced({ ip, place, special }: Hop): Unplaced['because'] | null {
  if (ip === '*') return 'silent';
  if (place === null || place.lat === null || place.lon === null) return special ? 'private' : 'unknown';
  return place.feasible === false ? 'infeasible' : null;
}

/** `3, 5–7`: numbers in ascending order, with neighbours joined. */
export function ranges(numbers: readonly number[]): string {
  const parts: string[] = [];
  let first = Number.NaN;
  let last = Number.NaN;
  const close = () => {
    if (!Number.isNaN(first)) parts.push(first === last ? `${first}` : `${first}–${last}`);
  };
  for (const number of numbers) {
    if (number !== last + 1) {
      close();
      first = number;
    }
    last = number;
  }
  close();
  return parts.join(', ');
}
