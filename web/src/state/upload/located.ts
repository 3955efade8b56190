/** The located list: as sites for the map, as CSV and GeoJSON to take away. */
import type { FeatureCollection, Point } from 'geojson';
import Papa from 'papaparse';
import type { IndustryGroup, SiteProperties } from '../../api/types';
import type { Site } from '../site';
import { decided, type Answer } from './answers';
import type { Decision } from './decisions';
import type { Prepared, Row } from './rows';

export interface Located {
  row: Row;
  answer: Answer;
}

/** All rows but those left out, each with its answer as decided. */
export function locatedRows(rows: readonly Row[], answers: readonly Answer[], decisions: ReadonlyMap<number, Decision>): Located[] {
  return answers.flatMap((given, i) => {
    const row = rows[i];
    const answer = decided(given, decisions.get(i));
    return row === undefined || answer === null ? [] : [{ row, answer }];
  });
}

const hasHan = (text: string) => /\p{Script=Han}/u.test(text);

const bilingual = (text: string | null): [en: string | null, zh: string | null] =>
  text === null ? [null, null] : hasHan(text) ? [null, text] : [text, null];

export function siteOfRow({ row, answer }: Located, columns: readonly string[], industries: Industries): Site {
  const [name, name_zh] = bilingual(row.name ?? row.query);
  const [industry, industry_zh] = bilingual(row.industry);
  const [province, prefecture, county] = answer.chain;
  const [province_zh, prefecture_zh, county_zh] = answer.chain_zh;
  const id = `mine-${row.line}`;
  const properties: SiteProperties = {
    id, name, name_zh, name_as_printed: null, industry, industry_zh, industry_codes: null, io_sectors: null,
    designation: null, designation_level: null, year: null,
    place: answer.name, place_zh: answer.name_zh,
    province: province ?? null, province_zh: province_zh ?? null,
    prefecture: prefecture ?? null, prefecture_zh: prefecture_zh ?? null,
    county: county ?? null, county_zh: county_zh ?? null,
    adcode: answer.adcode, precision: answer.precision, uncertainty_km: answer.uncertainty_km,
    match_status: answer.status, confidence: answer.confidence, industry_group: groupOf(row.industry, industries),
    source: null, note: null, note_zh: null,
  };
  const own = columns.flatMap((column, i) => (row.cells[i] ? [[column, row.cells[i]] as const] : []));
  return { id, collection: 'mine', position: answer.position, properties, own };
}

/** The group of each word for an industry, in either language. */
export type Industries = ReadonlyMap<string, string>;

/** The words the service knows: the groups' codes and names, and the industries of sites that have a group. */
export function industriesOf(groups: readonly IndustryGroup[], sites: readonly Site[]): Industries {
  const words = new Map<string, string>();
  for (const { properties: { industry, industry_zh, industry_group } } of sites) {
    const named = [industry, industry_zh].flatMap((text) => text?.split(/\s*;\s*/) ?? []);
    // A site of several industries does not say which of them its group is.
    if (industry_group !== null && named.length <= 2) named.forEach((word) => words.set(word.toLowerCase(), industry_group));
  }
  for (const { id, code_en, code_zh, name_en, name_zh } of groups) {
    [id, code_en, code_zh, name_en, name_zh].forEach((word) => words.set(word.toLowerCase(), id));
  }
  return words;
}

/** By the whole text, else by the longest known word it holds. */
function groupOf(industry: string | null, industries: Industries): string | null {
  if (industry === null) return null;
  const text = industry.toLowerCase();
  const whole = industries.get(text);
  if (whole !== undefined) return whole;
  let longest = '';
  for (const word of industries.keys()) {
    const enough = hasHan(word) ? word.length > 1 : word.length > 4;
    if (enough && word.length > longest.length && text.includes(word)) longest = word;
  }
  return industries.get(longest) ?? null;
}

function columnsAdded({ answer }: Located): Record<string, string | number | null> {
  const { position, status, confidence, precision, uncertainty_km, adcode, name, name_zh } = answer;
  return {
    located_name: name, located_name_zh: name_zh, adcode, lon: position?.lon ?? null, lat: position?.lat ?? null,
    match_status: status, confidence, precision, uncertainty_km,
  };
}

/** The user's columns, then what was found; a column of the same name is the user's and stays so, with a suffix for ours. */
function recordOf(located: Located, { columns }: Pick<Prepared, 'columns'>): Record<string, string | number | null> {
  const record: Record<string, string | number | null> = {};
  columns.forEach((column, i) => (record[column] = located.row.cells[i] ?? ''));
  for (const [name, value] of Object.entries(columnsAdded(located))) record[name in record ? `${name}_located` : name] = value;
  return record;
}

/** For spreadsheets: UTF-8 with a byte order mark. */
export function printCsv(located: readonly Located[], prepared: Pick<Prepared, 'columns'>): string {
  return `\uFEFF${Papa.unparse(located.map((one) => recordOf(one, prepared)), { newline: '\r\n' })}\r\n`;
}

export function printGeoJson(located: readonly Located[], prepared: Pick<Prepared, 'columns'>): string {
  const collection: FeatureCollection<Point | null> = {
    type: 'FeatureCollection',
    features: located.map((one) => {
      const { position } = one.answer;
      return {
        type: 'Feature',
        id: `mine-${one.row.line}`,
        geometry: position && { type: 'Point', coordinates: [position.lon, position.lat] },
        properties: recordOf(one, prepared),
      };
    }),
  };
  return JSON.stringify(collection, null, 1);
}
