/** Turns the basemap's topology into what the map draws, and makes the graticule. */
import type { Feature, FeatureCollection, Geometry, LineString } from 'geojson';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection } from 'topojson-specification';
import type { Basemap } from '../api/assets';

export interface BasemapLayers {
  land: FeatureCollection;
  lakes: FeatureCollection;
  rivers: FeatureCollection;
  coast: Feature | FeatureCollection;
  places: FeatureCollection;
}

export function basemapLayers(topology: Basemap): BasemapLayers {
  const decode = (object: GeometryCollection) => feature(topology, object) as FeatureCollection<Geometry>;
  const { land, lakes, rivers, coast, places } = topology.objects;
  return {
    land: decode(land),
    lakes: decode(lakes),
    rivers: decode(rivers),
    places: decode(places),
    coast: coast ? decode(coast) : { type: 'Feature', properties: {}, geometry: mesh(topology, land) },
  };
}

/** Meridians and parallels every ten degrees. */
export function graticule(): FeatureCollection<LineString> {
  const line = (coordinates: number[][]): Feature<LineString> => ({
    type: 'Feature',
    properties: {},
    geometry: { type: 'LineString', coordinates },
  });
  const meridians = Array.from({ length: 37 }, (_, i) => line([[i * 10 - 180, -85], [i * 10 - 180, 85]]));
  const parallels = Array.from({ length: 17 }, (_, i) => line([[-180, i * 10 - 80], [180, i * 10 - 80]]));
  return { type: 'FeatureCollection', features: [...meridians, ...parallels] };
}
