/** What is asked about: a collection of the service as it is filtered on the page, or the user's list sent along. */
import type { Feature, Point } from 'geojson';
import type { Points } from '../../api/processes';
import type { LayerId } from '../../api/types';
import type { Site } from '../site';
import type { View } from '../view';

export function pointsOf(layer: LayerId, own: readonly Site[]): Points {
  if (layer !== 'mine') return { collection: layer };
  return { features: { type: 'FeatureCollection', features: own.flatMap((site) => featureOf(site) ?? []) } };
}

function featureOf({ id, position, properties }: Site): Feature<Point> | null {
  if (position === null) return null;
  const known = Object.entries(properties).filter(([, value]) => value !== null);
  return {
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: [position.lon, position.lat] },
    properties: Object.fromEntries(known),
  };
}

/** The filters of the page as CQL2; empty without any. The page's groups `none` are those without one. */
export function filterOf(layer: LayerId, { industries, province, hubs }: Pick<View, 'industries' | 'province' | 'hubs'>): string {
  if (layer === 'mine') return ''; // the list is sent as it is filtered
  const parts: string[] = [];
  const named = industries.filter((id) => id !== 'none');
  const groups = named.length > 0 ? [`industry_group IN (${named.map(quoted).join(',')})`] : [];
  if (industries.includes('none')) groups.push('industry_group IS NULL');
  if (groups.length > 0) parts.push(groups.length > 1 ? `(${groups.join(' OR ')})` : groups.join(''));
  if (province !== null) parts.push(`adcode LIKE ${quoted(`${province}%`)}`);
  if (layer === 'hubs' && hubs === 'provincial') parts.push("designation_level = 'provincial'");
  if (layer === 'hubs' && hubs === 'national') parts.push("(designation_level = 'national' OR designation_level IS NULL)");
  return parts.join(' AND ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
