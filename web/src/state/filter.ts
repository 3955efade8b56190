/** Which sites are shown: one rule for the map, the list and the counts. */
import { groupOf, type Site } from './site';
import type { View } from './view';

type Filter = Pick<View, 'industries' | 'province' | 'hubs'>;

export function isShown(site: Site, { industries, province, hubs }: Filter): boolean {
  if (industries.length > 0 && !industries.includes(groupOf(site))) return false;
  if (province !== null && site.properties.adcode?.slice(0, 2) !== province) return false;
  if (site.collection !== 'hubs' || hubs === 'all') return true;
  return hubs === (site.properties.designation_level ?? 'national');
}

/** All groups but the one just hidden; shown again when it was hidden. All shown is written as none named. */
export function toggled(industries: readonly string[], group: string, all: readonly string[]): readonly string[] {
  const shown = industries.length === 0 ? all : industries;
  const next = shown.includes(group) ? shown.filter((id) => id !== group) : all.filter((id) => id === group || shown.includes(id));
  if (next.length === 0) return [group];
  return next.length === all.length ? [] : next;
}
