/** State to map: the one function that changes the drawing. It compares what is to be drawn with what is drawn. */
import type { GeoJSON } from 'geojson';
import type { GeoJSONSource, Map as MapLibreMap } from 'maplibre-gl';
import type { Areas, IndustryGroup } from '../api/types';
import { kilometres } from '../i18n';
import type { Choice } from '../state/mine.svelte';
import type { Neighbour } from '../state/nearest.svelte';
import type { Site } from '../state/site';
import type { Lang, LonLat, Theme } from '../state/view';
import type { BasemapLayers } from './basemap';
import { borders } from './borders';
import { choiceMarks, nearLines, rings, siteFeatures } from './features';
import { addMarks } from './icons';
import { palettes } from './palette';

export interface Drawing {
  theme: Theme;
  lang: Lang;
  basemap: BasemapLayers | null;
  groups: readonly IndustryGroup[];
  bases: readonly Site[];
  hubs: readonly Site[];
  mine: readonly Site[];
  choices: readonly Choice[];
  selected: Site | null;
  hovered: Site | null;
  origin: LonLat | null;
  neighbours: readonly Neighbour[];
  provinces: Areas | null;
  prefectures: Areas | null;
}

export function apply(map: MapLibreMap, before: Drawing | null, next: Drawing): void {
  const changed = (...keys: (keyof Drawing)[]) => keys.some((key) => before === null || before[key] !== next[key]);

  if (changed('theme')) {
    map.setGlobalStateProperty('theme', next.theme);
    for (const [name, value] of Object.entries(palettes[next.theme])) map.setGlobalStateProperty(name, value);
  }
  if (changed('lang')) map.setGlobalStateProperty('lang', next.lang);
  if (changed('lang', 'theme', 'groups') && next.groups.length > 0) void addMarks(map, next.groups, next.lang, next.theme);
  if (changed('basemap') && next.basemap !== null) {
    for (const [name, data] of Object.entries(next.basemap)) fill(map, name, data as GeoJSON);
  }
  if (changed('bases')) fill(map, 'bases', siteFeatures(next.bases));
  if (changed('hubs')) fill(map, 'hubs', siteFeatures(next.hubs));
  if (changed('mine')) fill(map, 'mine', siteFeatures(next.mine));
  if (changed('choices')) fill(map, 'choices', choiceMarks(next.choices));
  if (changed('selected', 'hovered')) fill(map, 'rings', rings(next.selected, next.hovered));
  if (changed('origin', 'neighbours', 'lang')) {
    const lines = next.origin === null ? null : nearLines(next.origin, next.neighbours, (m) => kilometres(next.lang, m));
    fill(map, 'near', lines ?? nothing);
  }
  for (const level of ['provinces', 'prefectures'] as const) {
    const areas = next[level];
    if (changed(level)) fill(map, level, areas === null ? nothing : borders(areas));
  }
}

const nothing: GeoJSON = { type: 'FeatureCollection', features: [] };

function fill(map: MapLibreMap, source: string, data: GeoJSON): void {
  void map.getSource<GeoJSONSource>(source)?.setData(data);
}
