import { type GeoPermissibleObjects, geoNaturalEarth1, geoPath } from 'd3-geo';

export type Point = readonly [x: number, y: number];

export interface Projection {
  point(lon: number, lat: number): Point;
  outline(shape: GeoPermissibleObjects): string;
  /** The shortest way over the globe, both ends as longitude and latitude. */
  arc(from: Point, to: Point): string;
  /** The edge of the world. */
  readonly sphere: string;
}

/** The whole world in a rectangle of that size. */
export function project(width: number, height: number): Projection {
  const projection = geoNaturalEarth1().fitExtent(
    [
      [4, 4],
      [Math.max(5, width - 4), Math.max(5, height - 4)],
    ],
    { type: 'Sphere' },
  );
  const path = geoPath(projection).digits(1);
  return {
    point: (lon, lat) => projection([lon, lat]) ?? [0, 0],
    outline: (shape) => path(shape) ?? '',
    arc: (from, to) => path({ type: 'LineString', coordinates: [[...from], [...to]] }) ?? '',
    sphere: path({ type: 'Sphere' }) ?? '',
  };
}
