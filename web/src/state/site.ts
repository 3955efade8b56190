/** A base, a hub or a row of the user's list, with the words the page uses for it in each language. */
import type { CollectionId, LayerId, SiteFeature, SiteProperties } from '../api/types';
import type { Lang, LonLat } from './view';

export interface Site {
  id: string;
  collection: LayerId;
  position: LonLat | null;
  properties: SiteProperties;
  /** The columns of the user's own list, as they stood there. */
  own?: readonly (readonly [string, string])[];
}

export function siteOf(collection: CollectionId, feature: SiteFeature): Site {
  const [lon, lat] = feature.geometry?.coordinates ?? [];
  return {
    id: String(feature.id ?? feature.properties.id),
    collection,
    position: lon === undefined || lat === undefined ? null : { lon, lat },
    properties: feature.properties,
  };
}

type Bilingual = 'name' | 'industry' | 'place' | 'province' | 'prefecture' | 'county' | 'note';

/** A property in the language asked for, or in the other one, with the language it is written in. */
export function inLang(site: Site, property: Bilingual, lang: Lang): { text: string; lang: Lang } | null {
  const other: Lang = lang === 'en' ? 'zh' : 'en';
  for (const candidate of [lang, other]) {
    const text = site.properties[candidate === 'zh' ? (`${property}_zh` as const) : property];
    if (text) return { text: property === 'industry' ? listed(text, candidate) : text, lang: candidate };
  }
  return null;
}

/** Several industries are parted by semicolons in the data and by commas on the page. */
function listed(text: string, lang: Lang): string {
  return text.split(/\s*;\s*/).join(lang === 'zh' ? '、' : ', ');
}

export function nameOf(site: Site, lang: Lang): string {
  return inLang(site, 'name', lang)?.text ?? site.id;
}

/**
 * A name short enough for the map: the narrowest part of the place, which English puts first ("Yong'an, Liuyang")
 * and Chinese last ("长沙市/浏阳市 永安镇"); what stands in brackets is left out.
 */
export function shortName(site: Site, lang: Lang): string {
  const { place, place_zh } = site.properties;
  const narrowest = lang === 'zh' ? place_zh?.replace(/[(（].*$/, '').trim().split(/[/ ]/).at(-1) : place?.split(',')[0];
  return narrowest || (inLang(site, 'county', lang) ?? inLang(site, 'prefecture', lang))?.text || nameOf(site, lang);
}

/** What the map and short rows call a site: a base by its place, a hub by its name without the designation. */
export function labelOf(site: Site, lang: Lang): string {
  const label = site.collection === 'bases' ? shortName(site, lang) : (nameOf(site, lang).split(' — ')[0] ?? site.id);
  return label.length > longestLabel ? `${label.slice(0, longestLabel)}…` : label;
}

/** No label is longer than this; the user's own list may hold whole sentences as names. */
const longestLabel = 120;

/** Province, prefecture and county without repetitions, widest first. */
export function areaOf(site: Site, lang: Lang): string | null {
  const parts = (['province', 'prefecture', 'county'] as const).map((level) => inLang(site, level, lang)?.text);
  const different = [...new Set(parts.filter((part): part is string => Boolean(part)))];
  if (different.length === 0) return null;
  return lang === 'zh' ? different.join('') : different.reverse().join(', ');
}

/** Places known only to an administrative seat or wider are drawn with a dotted keyline. */
export function isCoarse(site: Site): boolean {
  return ['county_seat', 'prefecture_seat', 'province', 'country'].includes(site.properties.precision ?? '');
}

/** The group's id, or `none` where the industry is unknown. */
export function groupOf(site: Site): string {
  return site.properties.industry_group ?? 'none';
}
