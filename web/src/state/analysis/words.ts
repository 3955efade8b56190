/** Messages of the analyses, and numbers, in the language of the page. */
import { tagOf } from '../../i18n';
import { analysisMessage, type AnalysisKey } from '../../i18n/analysis';
import { hotClasses, quadrants } from './classes';
import { data } from '../data.svelte';
import { nameOf, labelOf } from '../site';
import { store } from '../store.svelte';

export type { AnalysisKey };

export function a(key: AnalysisKey, values?: Record<string, string | number>): string {
  return analysisMessage(store.lang, key, values);
}

/** A number for reading, with so many significant digits at most. */
export function num(value: number, digits = 3): string {
  const isTiny = value !== 0 && Math.abs(value) < 1e-4;
  return new Intl.NumberFormat(tagOf[store.lang], { maximumSignificantDigits: digits, ...(isTiny ? { notation: 'scientific' } : {}) }).format(value);
}

export function percent(share: number): string {
  return new Intl.NumberFormat(tagOf[store.lang], { style: 'percent', maximumFractionDigits: 1 }).format(share);
}

/** What the page calls a site that an answer names by its id, in full or in short. */
export function siteName(id: string, fallback?: string | null, short = false): string {
  const site = data.byId.get(id);
  return site ? (short ? labelOf(site, store.lang) : nameOf(site, store.lang)) : (fallback ?? id);
}

const globalNames = ['statistic', 'moran', 'geary', 'general_g', 'join_count', 'value', 'expected', 'variance', 'variance_normal', 'z_value', 'permutations', 'marked', 'p_greater', 'p_less', 'p_value', 'reason'] as const;

/** What a member of a statistic of the whole map is called; one this page does not know is named as the service names it. */
export function globalName(name: string): string {
  const known = globalNames.find((one) => one === name);
  return known ? a(`global.${known}`) : name;
}

/** The name of a class of hot spots; one this page does not know is named as the service names it. */
export function hotName(name: string): string {
  const known = ([...hotClasses, ...quadrants, 'island'] as const).find((one) => one === name);
  return known ? a(`hot.${known}`) : name;
}
