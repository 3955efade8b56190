import { describe, expect, it } from 'vitest';
import { site } from './fixtures';
import { hitLimit, marked, search, searchIndex } from './search';

const groups = [
  { id: 'vehicles', slot: 4, colour: '#56B4E9', text_colour: '#0B1117', code_en: 'Ev', code_zh: '车', name_en: 'Vehicles', name_zh: '汽车' },
];
const sites = [
  site('bases', { id: 'base-03', name: 'Changshu State Automobile Spare Parts Base', name_zh: '常熟国家汽车零部件基地', name_as_printed: 'Changsha State Automobile Spare Parts Base', industry: 'automobile parts', industry_zh: '汽车零部件', province: 'Jiangsu', province_zh: '江苏省', adcode: '320581', place: 'Changshu', place_zh: '常熟市' }),
  site('bases', { id: 'base-06', name: 'Shanxi Smart Manufacturing Base', name_zh: '山西国家智能制造基地', industry: 'smart manufacturing', province: 'Shanxi', province_zh: '山西省', adcode: '140105', place: 'Xiaodian, Taiyuan' }),
  site('hubs', { id: 'htz-009', name: 'Ürümqi High-tech Zone', name_zh: '乌鲁木齐高新区', province: 'Jiangsu', province_zh: '江苏省', adcode: '320100', industry: 'software' }),
];
const index = searchIndex(sites, groups, 'en');
const keys = (query: string) => search(index, query).map(({ key }) => key);

describe('search', () => {
  it('finds names, ids, places and industries in both languages', () => {
    expect(keys('常熟')).toEqual(['base-03']);
    expect(keys('BASE-06')).toEqual(['base-06']);
    expect(keys('taiyuan')).toEqual(['base-06']);
    expect(keys('smart manu')).toEqual(['base-06']);
  });

  it('folds case, accents and full-width letters', () => {
    expect(keys('urumqi')).toEqual(['htz-009']);
    expect(keys('ＴＡＩＹＵＡＮ')).toEqual(['base-06']);
  });

  it('finds a base by the name that was printed for it', () => {
    expect(keys('changsha')).toContain('base-03');
  });

  it('puts the province before the sites that stand in it', () => {
    expect(keys('jiangsu')).toEqual(['province:32', 'base-03', 'htz-009']);
  });

  it('offers the industry group before the sites of that industry', () => {
    expect(keys('汽车')).toEqual(['industry:vehicles', 'base-03']);
  });

  it('asks for every word', () => {
    expect(keys('jiangsu software')).toEqual(['htz-009']);
    expect(keys('jiangsu nothing')).toEqual([]);
  });

  it('reads a pair of numbers as a position, longitude first', () => {
    expect(search(index, '39.9, 116.4')[0]).toMatchObject({ kind: 'position', position: { lon: 116.4, lat: 39.9 } });
    expect(search(index, '116.4 39.9')[0]).toMatchObject({ kind: 'position', position: { lon: 116.4, lat: 39.9 } });
    expect(keys('200, 95')).toEqual([]);
  });

  it('answers nothing to nothing and never more than its limit', () => {
    expect(keys('  ')).toEqual([]);
    const many = Array.from({ length: 50 }, (_, i) => site('hubs', { id: `hub-${i}`, name: 'Zone' }));
    expect(search(searchIndex(many, [], 'en'), 'zone')).toHaveLength(hitLimit);
  });
});

it('marks the part that matched, as it is written', () => {
  expect(marked('Ürümqi Zone', 'rum')).toEqual([
    { text: 'Ü', hit: false },
    { text: 'rüm', hit: true },
    { text: 'qi Zone', hit: false },
  ]);
  expect(marked('常熟市', '常熟')[0]).toEqual({ text: '常熟', hit: true });
});
