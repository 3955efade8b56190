import { expect, it } from 'vitest';
import { site } from '../fixtures';
import { countKinds, decided, type Answer } from './answers';
import { choice, placed } from './decisions';
import { industriesOf, locatedRows, printCsv, printGeoJson, siteOfRow } from './located';
import type { Row } from './rows';

const answer = (patch: Partial<Answer>): Answer => ({
  status: 'no_match', confidence: null, position: null, precision: null, uncertainty_km: null, name: null, name_zh: null,
  adcode: null, chain: [], chain_zh: [], reason: null, reason_zh: null, candidates: [], ...patch,
});
const found = answer({ status: 'matched', confidence: 'high', position: { lon: 120.75, lat: 31.65 }, precision: 'county_seat', uncertainty_km: 8,
  adcode: '320581', name: 'Changshu', name_zh: '常熟市', chain: ['Jiangsu', 'Suzhou', 'Changshu'], chain_zh: ['江苏省', '苏州市', '常熟市'] });
const row: Row = { line: 2, cells: ['甲', '集成电路'], query: '甲', within: null, adcode: null, name: '甲', lon: null, lat: null, industry: '集成电路' };
const columns = ['name', 'adcode'];

it('counts what is found, to check, to choose and missing', () => {
  const answers = [found, answer({ status: 'given' }), answer({ status: 'matched', confidence: 'low' }), answer({ status: 'ambiguous' }), answer({ status: 'conflict' }), answer({})];
  expect(countKinds(answers)).toEqual({ found: 2, check: 1, choose: 2, missing: 1 });
});

it('takes the place of a decision, and drops a row left out', () => {
  expect(decided(answer({}), placed({ lon: 1, lat: 2 }))).toMatchObject({ status: 'pinned', position: { lon: 1, lat: 2 }, precision: 'given' });
  expect(decided(found, { kind: 'out', on: '' })).toBeNull();
  const candidate = { name: 'A', name_zh: null, adcode: '1', level: null, lon: 3, lat: 4, precision: null, uncertainty_km: 5, score: 1, confidence: null, chain: [], chain_zh: [], reason: null };
  expect(decided(answer({}), choice(candidate))).toMatchObject({ status: 'pinned', adcode: '1', position: { lon: 3, lat: 4 } });
});

it('writes the columns of the user first, and ours beside them without overwriting', () => {
  const located = locatedRows([row], [found], new Map());
  const [header, first] = printCsv(located, { columns }).trim().split('\r\n');
  expect(header?.replace('\uFEFF', '')).toBe('name,adcode,located_name,located_name_zh,adcode_located,lon,lat,match_status,confidence,precision,uncertainty_km');
  expect(first).toBe('甲,集成电路,Changshu,常熟市,320581,120.75,31.65,matched,high,county_seat,8');
  expect(printCsv(located, { columns }).startsWith('\uFEFF')).toBe(true);
  expect(JSON.parse(printGeoJson(located, { columns }))).toMatchObject({
    features: [{ geometry: { coordinates: [120.75, 31.65] }, properties: { match_status: 'matched', precision: 'county_seat', uncertainty_km: 8 } }],
  });
});

it('knows the group of an industry that other sites name', () => {
  const industries = industriesOf([], [site('hubs', { id: 'h', industry: 'Integrated circuits', industry_zh: '集成电路', industry_group: 'chips' })]);
  const groupOf = (industry: string) => siteOfRow({ row: { ...row, industry }, answer: found }, columns, industries).properties.industry_group;
  expect(['集成电路', '集成电路设计', 'integrated circuits', '软件'].map(groupOf)).toEqual(['chips', 'chips', 'chips', null]);
});

it('makes a site of a row, with the group its industry names', () => {
  const group = { id: 'chips', slot: 1, colour: '', text_colour: '', code_en: 'IC', code_zh: '芯', name_en: 'Integrated circuits', name_zh: '集成电路' };
  const made = siteOfRow({ row, answer: found }, columns, industriesOf([group], []));
  expect(made).toMatchObject({ id: 'mine-2', collection: 'mine', properties: { name: null, name_zh: '甲', industry_group: 'chips', province: 'Jiangsu', county_zh: '常熟市' } });
  expect(made.own).toEqual([['name', '甲'], ['adcode', '集成电路']]);
});
