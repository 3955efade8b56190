/**
 * Finds sites, provinces and industry groups by their words in either language, and positions by their numbers.
 *
 * Case, accents and full-width forms do not matter. A hit at the start of a text counts more than one at the
 * start of a word, that more than one inside; names count more than places, places more than industries.
 */
import type { IndustryGroup } from '../api/types';
import { nameOf, type Site } from './site';
import type { Lang, LonLat } from './view';

export type Hit =
  | { kind: 'site'; key: string; site: Site; title: string; context: string }
  | { kind: 'province'; key: string; code: string; title: string; context: string }
  | { kind: 'industry'; key: string; group: IndustryGroup; title: string; context: string }
  | { kind: 'position'; key: string; position: LonLat; title: string; context: string };

interface Entry {
  hit: Hit;
  fields: readonly { text: string; weight: number }[];
  /** Breaks ties: lower comes first. */
  order: number;
}

export type SearchIndex = readonly Entry[];

export const hitLimit = 12;

export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

export function searchIndex(sites: readonly Site[], groups: readonly IndustryGroup[], lang: Lang): SearchIndex {
  return [...groups.map((group) => groupEntry(group, lang)), ...provinceEntries(sites, lang), ...sites.map((site) => siteEntry(site, lang))];
}

function siteEntry(site: Site, lang: Lang): Entry {
  const p = site.properties;
  const other = lang === 'zh' ? p.name : p.name_zh;
  const hit: Hit = { kind: 'site', key: site.id, site, title: nameOf(site, lang), context: other ?? '' };
  const fields = weighted(
    [4, site.id, p.name, p.name_zh, p.name_as_printed],
    [3, p.place, p.place_zh, p.county, p.county_zh, p.prefecture, p.prefecture_zh],
    [2, p.industry, p.industry_zh],
    [1, p.province, p.province_zh],
  );
  return { hit, fields, order: { mine: 1, bases: 2, hubs: 3 }[site.collection] };
}

function groupEntry(group: IndustryGroup, lang: Lang): Entry {
  const [title, context] = lang === 'zh' ? [group.name_zh, group.name_en] : [group.name_en, group.name_zh];
  const hit: Hit = { kind: 'industry', key: `industry:${group.id}`, group, title, context };
  return { hit, fields: weighted([4, group.name_en, group.name_zh]), order: 1 };
}

function provinceEntries(sites: readonly Site[], lang: Lang): Entry[] {
  const provinces = new Map<string, { en: string; zh: string }>();
  for (const { properties: p } of sites) {
    const code = p.adcode?.slice(0, 2);
    if (code && (p.province ?? p.province_zh)) {
      provinces.set(code, { en: p.province ?? p.province_zh ?? '', zh: p.province_zh ?? p.province ?? '' });
    }
  }
  return [...provinces].map(([code, { en, zh }]) => {
    const [title, context] = lang === 'zh' ? [zh, en] : [en, zh];
    const hit: Hit = { kind: 'province', key: `province:${code}`, code, title, context };
    return { hit, fields: weighted([5, en, zh]), order: 0 };
  });
}

function weighted(...rows: readonly (readonly [number, ...(string | null)[]])[]) {
  return rows.flatMap(([weight, ...texts]) =>
    texts.flatMap((text) => (text ? [{ text: fold(text), weight }] : [])),
  );
}

/** The best hits for a query; every word of it must be found. A pair of numbers is a position. */
export function search(index: SearchIndex, query: string): Hit[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  const position = positionOf(query);
  const found = index.flatMap((entry) => {
    const score = scoreOf(entry, words);
    return score > 0 ? [{ entry, score }] : [];
  });
  found.sort((a, b) => b.score - a.score || a.entry.order - b.entry.order || (a.entry.hit.key < b.entry.hit.key ? -1 : 1));
  const hits = found.map(({ entry }) => entry.hit);
  return (position ? [position, ...hits] : hits).slice(0, hitLimit);
}

function scoreOf({ fields }: Entry, words: readonly string[]): number {
  let total = 0;
  for (const word of words) {
    let best = 0;
    for (const { text, weight } of fields) best = Math.max(best, weight * closeness(text, word));
    if (best === 0) return 0;
    total += best;
  }
  return total;
}

/** 8 for the whole text, 4 at its start, 2 at the start of a word, 1 inside, 0 if absent. */
function closeness(text: string, word: string): number {
  if (text === word) return 8;
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return 4;
  return /[\p{L}\p{N}]/u.test(text[at - 1] ?? '') ? 1 : 2;
}

/** "116.4, 39.9" or "116.4 39.9": longitude first; the other way round where only that is a position. */
function positionOf(query: string): Hit | null {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*[,，\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(query.normalize('NFKC'));
  const [first, second] = match ? [Number(match[1]), Number(match[2])] : [NaN, NaN];
  const ordered = Math.abs(second) <= 90 ? [first, second] : [second, first];
  const [lon = NaN, lat = NaN] = ordered;
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return null;
  return { kind: 'position', key: 'position', position: { lon, lat }, title: `${lon}, ${lat}`, context: '' };
}

/** The text cut into pieces, those found in the query marked. */
export function marked(text: string, query: string): { text: string; hit: boolean }[] {
  const word = fold(query).split(/\s+/).filter(Boolean).sort((a, b) => b.length - a.length)[0];
  const at = word === undefined ? -1 : foldEach(text).indexOf(word);
  if (word === undefined || at < 0) return [{ text, hit: false }];
  return [
    { text: text.slice(0, at), hit: false },
    { text: text.slice(at, at + word.length), hit: true },
    { text: text.slice(at + word.length), hit: false },
  ].filter((piece) => piece.text !== '');
}

/** Folds each character for itself, so that places in the folded text are places in the text. */
function foldEach(text: string): string {
  return Array.from({ length: text.length }, (_, i) => {
    const character = fold(text.charAt(i));
    return character.length === 1 ? character : text.charAt(i);
  }).join('');
}
