/**
 * The layers of hubs and bases, from below.
 *
 * Only symbols collide, and the top layer is placed first. So the marks of bases are icons above the labels,
 * and labels stand off by more than a mark's radius: no label covers a mark, and none is lost to its own.
 */
import type { ExpressionSpecification, LayerSpecification, SymbolLayerSpecification } from 'maplibre-gl';
import { byLang, colour } from './expressions';
import { mapFont } from './fonts';

const labelLayout: SymbolLayerSpecification['layout'] = {
  'text-font': [mapFont],
  'text-variable-anchor': ['left', 'right', 'top', 'bottom', 'top-left', 'top-right', 'bottom-left', 'bottom-right'],
  'text-justify': 'auto',
  'text-max-width': 14,
  'text-line-height': 1.25,
};

function labelPaint(): SymbolLayerSpecification['paint'] {
  return { 'text-color': colour('ink'), 'text-halo-color': colour('halo'), 'text-halo-width': 1.6 };
}

/** Name above, industry below in a smaller size; from zoom 8 the name in both scripts. */
function baseLabel(): ExpressionSpecification {
  const second = { 'font-scale': 0.85, 'text-color': colour('ink2') };
  const industry = byLang('industry_zh', 'industry_en');
  const other = byLang('label_en', 'label_zh');
  const name = byLang('label_zh', 'label_en');
  return [
    'step', ['zoom'],
    ['format', name, {}],
    5, ['format', name, {}, '\n', {}, industry, second],
    8, ['format', name, {}, '  ', {}, other, second, '\n', {}, industry, second],
  ];
}

function icon(prefix: string): ExpressionSpecification {
  return ['concat', prefix, ['get', 'mark'], '/', ['global-state', 'lang'], '/', ['global-state', 'theme']];
}

export function siteLayers(placeLabels: LayerSpecification): LayerSpecification[] {
  return [
    {
      id: 'near-casing', type: 'line', source: 'near', layout: { 'line-cap': 'round' },
      paint: { 'line-color': colour('halo'), 'line-width': 3.6, 'line-opacity': 0.8 },
    },
    {
      id: 'near', type: 'line', source: 'near', layout: { 'line-cap': 'round' },
      paint: { 'line-color': colour('accent'), 'line-width': 1.3, 'line-opacity': 0.85 },
    },
    {
      id: 'hub-marks', type: 'symbol', source: 'hubs', maxzoom: 7,
      layout: {
        'icon-image': icon('dot/'),
        'icon-size': ['interpolate', ['linear'], ['zoom'], 3, 0.4, 5, 0.58, 6.8, 1],
        'icon-allow-overlap': true, 'icon-ignore-placement': true, 'icon-padding': 0,
      },
      paint: { 'icon-opacity': ['interpolate', ['linear'], ['zoom'], 4, 0.7, 6, 0.95] },
    },
    placeLabels,
    {
      id: 'hub-labels', type: 'symbol', source: 'hubs', minzoom: 8.5,
      layout: { ...labelLayout, 'text-field': byLang('label_zh', 'label_en'), 'text-size': 12, 'text-radial-offset': 1.4 },
      paint: { ...labelPaint(), 'text-color': colour('ink2') },
    },
    {
      id: 'near-labels', type: 'symbol', source: 'near',
      layout: {
        'symbol-placement': 'line-center', 'text-field': ['get', 'label'], 'text-font': [mapFont], 'text-size': 12,
        'text-rotation-alignment': 'viewport', 'text-padding': 3,
      },
      paint: { ...labelPaint(), 'text-color': colour('accent') },
    },
    {
      id: 'mine-labels', type: 'symbol', source: 'mine', minzoom: 6,
      layout: { ...labelLayout, 'text-field': byLang('label_zh', 'label_en'), 'text-size': 12, 'text-radial-offset': 1.4 },
      paint: labelPaint(),
    },
    {
      id: 'base-labels', type: 'symbol', source: 'bases', minzoom: 3,
      layout: { ...labelLayout, 'text-field': baseLabel(), 'text-size': 13, 'text-radial-offset': 1.4 },
      paint: labelPaint(),
    },
    {
      id: 'hub-codes', type: 'symbol', source: 'hubs', minzoom: 7,
      layout: { 'icon-image': icon('mark/'), 'icon-size': 0.82, 'icon-allow-overlap': true, 'icon-padding': 0 },
    },
    {
      id: 'base-marks', type: 'symbol', source: 'bases',
      layout: {
        'icon-image': icon('mark/'), 'icon-allow-overlap': true, 'icon-padding': 0,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 3, 0.85, 5, 1],
      },
    },
    {
      id: 'mine-marks', type: 'symbol', source: 'mine',
      layout: {
        'icon-image': icon('square/'), 'icon-allow-overlap': true, 'icon-padding': 0,
        'icon-size': ['interpolate', ['linear'], ['zoom'], 3, 0.6, 7, 0.95],
      },
    },
    {
      id: 'hover-ring', type: 'circle', source: 'rings', filter: ['==', ['get', 'kind'], 'hover'],
      paint: { 'circle-radius': 14, 'circle-opacity': 0, 'circle-stroke-width': 2, 'circle-stroke-color': colour('ink') },
    },
    {
      id: 'sel-ring', type: 'circle', source: 'rings', filter: ['==', ['get', 'kind'], 'sel'],
      paint: { 'circle-radius': 14, 'circle-opacity': 0, 'circle-stroke-width': 3, 'circle-stroke-color': colour('seal') },
    },
    {
      id: 'choice-marks', type: 'circle', source: 'choices', layout: { 'circle-sort-key': ['-', 0, ['get', 'number']] },
      paint: { 'circle-radius': 13, 'circle-color': colour('accent'), 'circle-stroke-width': 2, 'circle-stroke-color': colour('halo') },
    },
    {
      id: 'choice-numbers', type: 'symbol', source: 'choices',
      layout: { 'text-field': ['to-string', ['get', 'number']], 'text-font': [mapFont], 'text-size': 14, 'text-allow-overlap': true },
      paint: { 'text-color': colour('halo') },
    },
  ];
}

/** Layers whose features can be pointed at, those drawn on top first. */
export const siteMarkLayers = ['mine-marks', 'base-marks', 'hub-codes', 'hub-marks'];
