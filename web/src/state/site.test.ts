import { expect, it } from 'vitest';
import { site } from './fixtures';
import { areaOf, inLang, labelOf, shortName } from './site';

const liuyang = site('bases', {
  id: 'base-07', place: "Yong'an, Liuyang", place_zh: '长沙市/浏阳市 永安镇', industry: 'a; b', industry_zh: '甲;乙',
  province: 'Chongqing', province_zh: '湖南省', prefecture: 'Chongqing', prefecture_zh: '长沙市', county: 'Liuyang', county_zh: '浏阳市',
});

it('labels a site with the narrowest part of its place', () => {
  expect([shortName(liuyang, 'en'), shortName(liuyang, 'zh')]).toEqual(["Yong'an", '永安镇']);
  const yizhuang = site('bases', { id: 'base-01', place_zh: '大兴区 北京经济技术开发区(亦庄)', county: 'Daxing District' });
  expect([shortName(yizhuang, 'en'), shortName(yizhuang, 'zh')]).toEqual(['Daxing District', '北京经济技术开发区']);
});

it('names each area once, in the order of the language', () => {
  expect([areaOf(liuyang, 'en'), areaOf(liuyang, 'zh')]).toEqual(['Liuyang, Chongqing', '湖南省长沙市浏阳市']);
});

it('falls back to the other language and says which it is', () => {
  expect(inLang(site('hubs', { id: 'x', name_zh: '某区' }), 'name', 'en')).toEqual({ text: '某区', lang: 'zh' });
  expect(inLang(liuyang, 'industry', 'zh')?.text).toBe('甲、乙');
});

it('calls a hub by its name, without the designation after the dash', () => {
  const hub = site('hubs', { id: 'aiz-001', name: 'Beijing artificial intelligence — National pilot zone', place: 'Beijing' });
  expect(labelOf(hub, 'en')).toBe('Beijing artificial intelligence');
});
