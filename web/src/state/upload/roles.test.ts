import { describe, expect, it } from 'vitest';
import { guessRoles, roleOf, swapped, withRole } from './roles';

describe('the role of a column', () => {
  const known: [string, ReturnType<typeof roleOf>][] = [
    ['name', 'name'], ['Base name', 'name'], ['名称', 'name'], ['基地名称', 'name'], ['企业', 'name'], ['name_zh', 'name'],
    ['place', 'place'], ['地址', 'place'], ['企业所在地', 'place'], ['City', 'place'], ['所在城市', 'place'],
    ['province', 'province'], ['省', 'province'], ['所在省份', 'province'],
    ['lon', 'lon'], ['LNG', 'lon'], ['经度', 'lon'], ['经度（°）', 'lon'], ['startLon', 'lon'], ['x', 'lon'],
    ['lat', 'lat'], ['Latitude', 'lat'], ['纬度', 'lat'],
    ['industry', 'industry'], ['所属行业', 'industry'], ['主导产业', 'industry'],
    ['adcode', 'adcode'], ['行政区划代码', 'adcode'], ['代码', 'adcode'],
    ['ID', 'id'], ['编号', 'id'], ['序号', 'id'],
    ['note', null], ['longitudinal', null], ['flat', null], ['', null],
  ];
  it.each(known)('of %s is %s', (column, role) => expect(roleOf(column)).toBe(role));
});

it('gives each role once, and a name to a table without one', () => {
  expect(guessRoles(['name', 'name_zh', '经度', '纬度'], [])).toEqual(['name', null, 'lon', 'lat']);
  expect(guessRoles(['1', '2'], [['17', '常熟市']])).toEqual([null, 'name']);
});

it('moves a role from the column that had it', () => {
  expect(withRole(['name', null], 1, 'name')).toEqual([null, 'name']);
  expect(swapped(['name', 'lon', 'lat'])).toEqual(['name', 'lat', 'lon']);
});
