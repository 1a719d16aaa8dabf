import type { Place } from './description.js';

export interface Position {
  /** Degrees, north positive. */
  readonly lat: number;
  /** Degrees, east positive. */
  readonly lon: number;
}

export interface Feasibility {
  /** False when light in fibre cannot have been there and back. */
  readonly feasible: boolean;
  /** Along the surface, from the vantage point to the nearest point the place's radius allows. */
  readonly distanceKm: number;
  /** The farthest anything can be that answers in this time. */
  readonly boundKm: number;
}

/** Light in fibre: two thirds of its speed in a vacuum, 200 km per millisecond. */
const FIBRE_KM_PER_MS = 200;

/** IUGG mean radius. */
const EARTH_KM = 6371.0088;

/**
 * Whether something at `place` can answer `from` within a round trip of `rttMs` milliseconds: half of it, at the
 * speed of light in fibre, must be enough for the great circle. null when the place has no position.
 */
export function feasible(
  place: Pick<Place, 'lat' | 'lon' | 'radiusKm'>,
  from: Position,
  rttMs: number,
): Feasibility | null {
  if (place.lat === null || place.lon === null || !Number.isFinite(rttMs)) return null;
  const away = greatCircleKm(from, { lat: place.lat, lon: place.lon });
  const distanceKm = Math.max(0, away - (place.radiusKm ?? 0));
  const boundKm = Math.max(0, (rttMs / 2) * FIBRE_KM_PER_MS);
  return { feasible: distanceKm <= boundKm, distanceKm, boundKm };
}

/** Haversine formula: exact enough for a sphere, stable for near points. */
function greatCircleKm(a: Position, b: Position): number {
  const radians = Math.PI / 180;
  const latitude = Math.sin(((b.lat - a.lat) * radians) / 2);
  const longitude = Math.sin(((b.lon - a.lon) * radians) / 2);
  const square = latitude ** 2 + Math.cos(a.lat * radians) * Math.cos(b.lat * radians) * longitude ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(square)));
}
