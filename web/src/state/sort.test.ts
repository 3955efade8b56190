import { expect, it } from 'vitest';
import { site } from './fixtures';
import { sorted } from './sort';

const sites = [
  site('bases', { id: 'b', name: 'Zouping', name_zh: '邹平', year: 2011, industry_group: 'equipment' }),
  site('bases', { id: 'a', name: 'Beijing', name_zh: '北京', year: null, industry_group: null }),
  site('bases', { id: 'c', name: 'Changshu', name_zh: '常熟', year: 2020, industry_group: 'vehicles' }),
];
const ids = (order: Parameters<typeof sorted>[1]) => sorted(sites, order).map(({ id }) => id).join('');

it('sorts names by the alphabet, Chinese ones by pinyin', () => {
  expect(ids({ sort: 'name', lang: 'en' })).toBe('acb');
  expect(ids({ sort: 'name', lang: 'zh' })).toBe('acb');
});

it('puts the newest first and unknown years last', () => {
  expect(ids({ sort: 'year', lang: 'en' })).toBe('cba');
});

it('follows the ranks of the service, unplaced sites last', () => {
  expect(ids({ sort: 'distance', lang: 'en', rank: new Map([['c', 2], ['b', 1]]) })).toBe('bca');
});

it('follows the slots of the taxonomy', () => {
  expect(ids({ sort: 'industry', lang: 'en', slot: new Map([['vehicles', 4], ['equipment', 5]]) })).toBe('cba');
});
