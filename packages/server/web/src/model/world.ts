import type { FeatureCollection, MultiLineString } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';

export interface World {
  readonly land: FeatureCollection;
  readonly borders: MultiLineString;
}

let loading: Promise<World> | undefined;

/** Countries (Natural Earth, 1:110 million), fetched from this server when a map is first drawn. */
export function loadWorld(): Promise<World> {
  loading ??= import('world-atlas/countries-110m.json').then(({ default: data }) => {
    const topology = data as unknown as Topology<{ countries: GeometryCollection }>;
    const { countries } = topology.objects;
    return { land: feature(topology, countries), borders: mesh(topology, countries, (a, b) => a !== b) };
  });
  return loading;
}
