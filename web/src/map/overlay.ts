/** Draws the answer of an analysis: its layers are added to the map with the first answer, and emptied without one. */
import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibreMap } from 'maplibre-gl';
import type { Overlay } from '../state/analysis/drawn';
import { colour } from './expressions';
import { mapFont } from './fonts';

const kind = (...names: string[]): ExpressionSpecification => ['in', ['get', 'kind'], ['literal', names]];
const standing = (name: string): ExpressionSpecification => ['all', kind('hull'), ['==', ['get', 'standing'], name]];
const byTheme: ExpressionSpecification = ['case', ['==', ['global-state', 'theme'], 'dark'], ['get', 'dark'], ['get', 'light']];
const opacity: ExpressionSpecification = ['coalesce', ['get', 'opacity'], 1];
const small: ExpressionSpecification = ['==', ['get', 'isSmall'], true];
const hullOpacity: ExpressionSpecification = ['match', ['get', 'standing'], 'significant', 0.13, 'not_significant', 0.05, 0];

/** Below the lines and marks of sites. */
const under: LayerSpecification[] = [
  { id: 'an-cells', type: 'fill', source: 'an-areas', filter: kind('cell'), paint: { 'fill-color': byTheme, 'fill-opacity': opacity, 'fill-antialias': false } },
  {
    id: 'an-hatch', type: 'fill', source: 'an-areas', filter: ['all', kind('cell'), ['==', ['get', 'hatched'], true]],
    paint: { 'fill-pattern': ['concat', 'hatch/', ['global-state', 'theme']] },
  },
  { id: 'an-cell-lines', type: 'line', source: 'an-areas', filter: kind('cell'), paint: { 'line-color': colour('ink'), 'line-width': 0.5, 'line-opacity': 0.25 } },
  { id: 'an-hull-fill', type: 'fill', source: 'an-areas', filter: kind('hull'), paint: { 'fill-color': colour('accent'), 'fill-opacity': hullOpacity } },
  // Two sites have no outline: a broad line with round ends is drawn in its place.
  {
    id: 'an-capsule', type: 'line', source: 'an-lines', filter: kind('hull'), layout: { 'line-cap': 'round' },
    paint: { 'line-color': colour('accent'), 'line-width': 34, 'line-opacity': hullOpacity },
  },
  { id: 'an-hull-line', type: 'line', source: 'an-areas', filter: standing('significant'), paint: { 'line-color': colour('accent'), 'line-width': 2 } },
  {
    id: 'an-hull-line-ns', type: 'line', source: 'an-areas', filter: standing('not_significant'),
    paint: { 'line-color': colour('accent'), 'line-width': 1.5, 'line-dasharray': [3, 2] },
  },
  {
    id: 'an-hull-line-nt', type: 'line', source: 'an-areas', filter: standing('not_tested'), layout: { 'line-cap': 'round' },
    paint: { 'line-color': colour('place'), 'line-width': 1.2, 'line-dasharray': [0.1, 2] },
  },
  {
    id: 'an-rel-casing', type: 'line', source: 'an-lines', filter: kind('relation'), layout: { 'line-cap': 'round' },
    paint: { 'line-color': colour('halo'), 'line-width': ['+', ['get', 'width'], 3], 'line-opacity': ['*', 0.85, opacity] },
  },
  {
    id: 'an-rel', type: 'line', source: 'an-lines', filter: kind('relation'), layout: { 'line-cap': 'round', 'line-sort-key': ['get', 'width'] },
    paint: { 'line-color': byTheme, 'line-width': ['get', 'width'], 'line-opacity': opacity },
  },
  {
    id: 'an-spots', type: 'circle', source: 'an-points', filter: kind('spot'),
    paint: {
      'circle-color': byTheme, 'circle-opacity': opacity, 'circle-radius': ['interpolate', ['linear'], ['zoom'], 3, 4, 8, 9],
      'circle-stroke-width': 0.5, 'circle-stroke-color': colour('ink'), 'circle-stroke-opacity': 0.4,
    },
  },
];

/** Around and above the marks of sites, below their labels. */
const over: LayerSpecification[] = [
  {
    id: 'an-members', type: 'circle', source: 'an-points', filter: kind('member'),
    paint: {
      'circle-radius': ['interpolate', ['linear'], ['zoom'], 3, ['case', small, 3.2, 12], 6, ['case', small, 8, 15], 8, ['case', small, 13, 15]],
      'circle-opacity': 0,
      'circle-stroke-color': ['case', ['==', ['get', 'role'], 'noise'], colour('place'), colour('accent')],
      'circle-stroke-width': ['*', ['match', ['get', 'role'], 'core', 2.2, 'border', 1.2, 1], ['case', small, 0.6, 1]],
      'circle-stroke-opacity': ['case', ['==', ['get', 'role'], 'noise'], 0.7, ['==', ['get', 'faint'], true], 0.5, 1],
    },
  },
];

const labels: LayerSpecification[] = [
  {
    id: 'an-signs', type: 'symbol', source: 'an-areas', filter: ['all', kind('cell'), ['!=', ['get', 'sign'], '']],
    layout: { 'text-field': ['get', 'sign'], 'text-font': [mapFont], 'text-size': 12, 'text-allow-overlap': true, 'text-ignore-placement': true },
    paint: { 'text-color': colour('ink'), 'text-halo-color': colour('halo'), 'text-halo-width': 1.2 },
  },
  {
    id: 'an-spot-signs', type: 'symbol', source: 'an-points', minzoom: 5, filter: ['all', kind('spot'), ['!=', ['get', 'sign'], '']],
    layout: { 'text-field': ['get', 'sign'], 'text-font': [mapFont], 'text-size': 11, 'text-offset': [0, -1.1] },
    paint: { 'text-color': colour('ink'), 'text-halo-color': colour('halo'), 'text-halo-width': 1.2 },
  },
  {
    id: 'an-labels', type: 'symbol', source: 'an-points', filter: kind('label'),
    layout: { 'text-field': ['get', 'sign'], 'text-font': [mapFont], 'text-size': 12, 'text-anchor': 'bottom', 'text-offset': [0, -0.9], 'text-padding': 2, 'text-max-width': 30 },
    paint: { 'text-color': colour('accent'), 'text-halo-color': colour('halo'), 'text-halo-width': 1.8 },
  },
];

const sources = ['areas', 'lines', 'points'] as const;
/** What each panel draws. */
const drawnBy = new WeakMap<MapLibreMap, Map<string, Overlay>>();

/** Draws what a panel has to show in place of what it showed before; null takes it away. */
export function drawOverlay(map: MapLibreMap, panel: string, overlay: Overlay | null): void {
  const drawn = drawnBy.get(map) ?? new Map<string, Overlay>();
  if ((drawn.get(panel) ?? null) === overlay) return;
  if (!drawnBy.has(map)) addLayers(map);
  drawnBy.set(map, drawn);
  if (overlay === null) drawn.delete(panel);
  else drawn.set(panel, overlay);
  // Lines to the nearest would cross those to the related; the list keeps them.
  for (const layer of ['near-casing', 'near', 'near-labels']) map.setLayoutProperty(layer, 'visibility', drawn.has('related') ? 'none' : 'visible');
  delete document.documentElement.dataset.map;
  for (const name of sources) {
    const features = [...drawn.values()].flatMap((one) => one[name].features);
    void map.getSource<GeoJSONSource>(`an-${name}`)?.setData({ type: 'FeatureCollection', features });
  }
  map.triggerRepaint();
}

function addLayers(map: MapLibreMap): void {
  for (const name of sources) map.addSource(`an-${name}`, { type: 'geojson', data: { type: 'FeatureCollection', features: [] } });
  map.addImage('hatch/light', hatch('#1B2430'), { pixelRatio: 2 });
  map.addImage('hatch/dark', hatch('#E9EEF3'), { pixelRatio: 2 });
  for (const layer of under) map.addLayer(layer, 'near-casing');
  for (const layer of over) map.addLayer(layer, 'hub-codes');
  for (const layer of labels) map.addLayer(layer, 'hub-codes');
}

/** Thin diagonal lines, for what is known and not significant. */
function hatch(ink: string): ImageData {
  const size = 14;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [size, size];
  const context = canvas.getContext('2d');
  if (context === null) return new ImageData(size, size);
  context.strokeStyle = ink;
  context.globalAlpha = 0.55;
  context.lineWidth = 1.6;
  for (const shift of [-size, 0, size]) {
    context.beginPath();
    context.moveTo(shift, size);
    context.lineTo(shift + size, 0);
    context.stroke();
  }
  return context.getImageData(0, 0, size, size);
}
