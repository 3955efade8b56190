/**
 * The map style: one document for both themes and languages. Colours and language are global state, so a change
 * of theme or language changes values and adds nothing. Sources start empty and are filled as answers arrive.
 */
import type { GeoJSONSourceSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { graticule } from './basemap';
import { byLang, colour } from './expressions';
import { fontFaces, mapFont } from './fonts';
import { siteLayers } from './style-sites';
import { palettes } from './palette';

const empty: GeoJSONSourceSpecification = { type: 'geojson', data: { type: 'FeatureCollection', features: [] } };

export function mapStyle(): StyleSpecification {
  const state = { lang: { default: 'en' }, theme: { default: 'light' }, ...Object.fromEntries(Object.entries(palettes.light).map(([k, v]) => [k, { default: v }])) };
  return {
    version: 8,
    state,
    'font-faces': fontFaces,
    sources: {
      graticule: { type: 'geojson', data: graticule() },
      land: empty, lakes: empty, rivers: empty, coast: empty, places: empty,
      prefectures: empty, provinces: empty,
      hubs: empty, bases: empty, mine: empty, near: empty, rings: empty, choices: empty,
    },
    layers: [...physical, ...administrative, ...siteLayers(placeLabels)],
  };
}

const physical: LayerSpecification[] = [
  { id: 'sea', type: 'background', paint: { 'background-color': colour('sea') } },
  {
    id: 'graticule', type: 'line', source: 'graticule', maxzoom: 6,
    paint: { 'line-color': colour('graticule'), 'line-width': 0.7 },
  },
  { id: 'land', type: 'fill', source: 'land', paint: { 'fill-color': colour('land') } },
  { id: 'lakes', type: 'fill', source: 'lakes', minzoom: 3, paint: { 'fill-color': colour('sea') } },
  {
    id: 'rivers', type: 'line', source: 'rivers', minzoom: 4, layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: { 'line-color': colour('sea'), 'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.6, 10, 1.6] },
  },
  {
    id: 'coast', type: 'line', source: 'coast', layout: { 'line-join': 'round' },
    paint: { 'line-color': colour('coast'), 'line-width': 0.7 },
  },
];

const administrative: LayerSpecification[] = [
  {
    id: 'prefectures', type: 'line', source: 'prefectures', minzoom: 6,
    paint: { 'line-color': colour('boundary'), 'line-width': 0.5, 'line-opacity': 0.6, 'line-dasharray': [2, 3] },
  },
  {
    id: 'provinces', type: 'line', source: 'provinces', minzoom: 2,
    paint: { 'line-color': colour('boundary'), 'line-width': 0.7, 'line-dasharray': [4, 3] },
  },
];

const placeLabels: LayerSpecification = {
  id: 'place-labels', type: 'symbol', source: 'places', minzoom: 3,
  filter: ['<=', ['get', 'rank'], ['step', ['zoom'], 1, 4, 2, 5, 3, 6, 4, 7, 5]],
  layout: {
    'text-field': byLang('name_zh', 'name_en'),
    'text-font': [mapFont],
    'text-size': ['interpolate', ['linear'], ['zoom'], 4, 11, 8, 12],
    'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
    'text-radial-offset': 0.45,
    'text-justify': 'auto',
    'text-padding': 6,
    'icon-image': ['concat', 'city/', ['global-state', 'theme']],
    'symbol-sort-key': ['get', 'rank'],
  },
  paint: { 'text-color': colour('place'), 'text-halo-color': colour('land'), 'text-halo-width': 1.2 },
};
