/** The sites and lines as GeoJSON for the map's sources. */
import type { Feature, FeatureCollection, LineString, Point } from 'geojson';
import type { Choice } from '../state/mine.svelte';
import type { Neighbour } from '../state/nearest.svelte';
import { groupOf, inLang, isCoarse, labelOf, type Site } from '../state/site';
import type { Lang, LonLat } from '../state/view';

export function siteFeatures(sites: readonly Site[]): FeatureCollection<Point> {
  return { type: 'FeatureCollection', features: sites.flatMap((site) => (site.position ? [siteFeature(site, site.position)] : [])) };
}

function siteFeature(site: Site, { lon, lat }: LonLat): Feature<Point> {
  const industry = (lang: Lang) => inLang(site, 'industry', lang)?.text ?? '';
  return {
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon, lat] },
    properties: {
      id: site.id,
      mark: `${groupOf(site)}${isCoarse(site) ? '/seat' : ''}`,
      label_en: labelOf(site, 'en'),
      label_zh: labelOf(site, 'zh'),
      industry_en: industry('en'),
      industry_zh: industry('zh'),
    },
  };
}

/** A line from the origin to each neighbour, labelled with its distance. */
export function nearLines(
  origin: LonLat,
  neighbours: readonly Neighbour[],
  label: (distance_m: number) => string,
): FeatureCollection<LineString> {
  return {
    type: 'FeatureCollection',
    features: neighbours.flatMap(({ site, distance_m }) =>
      site.position === null
        ? []
        : [{
            type: 'Feature' as const,
            geometry: { type: 'LineString' as const, coordinates: [[origin.lon, origin.lat], [site.position.lon, site.position.lat]] },
            properties: { id: site.id, label: label(distance_m) },
          }],
    ),
  };
}

/** The numbered places a row of the user's list could mean. */
export function choiceMarks(choices: readonly Choice[]): FeatureCollection<Point> {
  return {
    type: 'FeatureCollection',
    features: choices.map(({ number, position: { lon, lat } }) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { number },
    })),
  };
}

/** The rings around the selected and the pointed-at site. */
export function rings(selected: Site | null, hovered: Site | null): FeatureCollection<Point> {
  const ring = (site: Site | null, kind: string): Feature<Point>[] =>
    site?.position
      ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: [site.position.lon, site.position.lat] }, properties: { kind } }]
      : [];
  return { type: 'FeatureCollection', features: [...ring(hovered, 'hover'), ...ring(selected, 'sel')] };
}
