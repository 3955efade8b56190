import { describe, expect, it } from 'vitest';
import { degrees, isRewritten, isSwapped } from './coordinates';
import { noMends, type Mends } from './position';
import { guessRoles } from './roles';
import { columnsOf, keyOf, prepare } from './rows';
import { read } from './source';

function prepared(text: string, mends: Partial<Mends> = {}) {
  const source = read('list.csv', text);
  return prepare(source, true, guessRoles(columnsOf(source, true), []), { ...noMends, ...mends });
}

describe('a coordinate', () => {
  it.each([
    ['121.47', 121.47], ['-3', -3], ['１２１．４７', 121.47], ['31,23', 31.23], ['121.47°', 121.47],
    ['31°13\'48"N', 31.23], ['东经121°28′12″', 121.47], ['33°52′S', -33.8667], ['121度28分', 121.4667],
    ['E121.47', 121.47], ['31.23°N', 31.23], ['33.9S', -33.9], ['西经0.5度', -0.5],
  ])('is read from %s', (text, value) => expect(degrees(text)).toBeCloseTo(value, 3));

  it.each(['', 'abc', '12 km', '1.2.3', 'N', '121 km E'])('is not read from “%s”', (text) => expect(degrees(text)).toBeNull());

  it('says when it was written otherwise', () => {
    expect(isRewritten('31.2')).toBe(false);
    expect(isRewritten('３１．２')).toBe(true);
  });
});

it('notices latitude and longitude that are swapped', () => {
  expect([isSwapped(31.2, 121.4), isSwapped(40, 87.6)]).toEqual([true, true]);
  expect([isSwapped(121.4, 31.2), isSwapped(-74, 40.7), isSwapped(200, 100)]).toEqual([false, false, false]);
});

describe('rows', () => {
  it('ask for the place within the province, with what else is known', () => {
    const { rows } = prepared('名称,所在地,省份,代码,经度,纬度,行业\n甲,常熟市,江苏省,320581000000,,,汽车\n乙,,,,120.7,31.6,\n');
    expect(rows).toMatchObject([
      { line: 2, query: '常熟市', name: '甲', within: '江苏省', adcode: '320581', lon: null, industry: '汽车' },
      { line: 3, query: '乙', name: '乙', within: null, lon: 120.7, lat: 31.6 },
    ]);
  });

  it('that cannot be read are listed with line, value and reason, and the rest go on', () => {
    const { rows, faults } = prepared('name,lon,lat\nA,121.4,391.2\nB,x,31\nC,121,\n,,\n"",,  \nD,200,31\nE,,\n,,\n,1,2\n');
    expect(rows.map(({ line }) => line)).toEqual([8, 10]);
    expect(faults).toEqual([
      { line: 2, value: '391.2', reason: 'lat' },
      { line: 3, value: 'x', reason: 'number' },
      { line: 4, value: '121, ', reason: 'half' },
      { line: 7, value: '200', reason: 'lon' },
    ]);
  });

  it('with a text that is no name are listed, too', () => {
    const { faults } = prepared(`name,note\n,only a note\n${'长'.repeat(1001)},\n`);
    expect(faults.map(({ line, reason }) => [line, reason])).toEqual([[2, 'nothing'], [3, 'long']]);
  });

  it('that are the wrong way round are turned when that is asked for', () => {
    const text = 'name,lon,lat\nA,31.2,121.4\nB,116.4,39.9\nC,40,87.6\n';
    expect(prepared(text)).toMatchObject({ pairs: 3, swapped: 2, faults: [{ line: 2, value: '121.4', reason: 'lat' }] });
    expect(prepared(text, { swaps: true }).rows.map(({ lon, lat }) => [lon, lat])).toEqual([[121.4, 31.2], [116.4, 39.9], [87.6, 40]]);
  });

  it('at 0, 0 have lost their coordinates', () => {
    expect(prepared('name,lon,lat\nA,0,0\nB,0,51.5\n').faults).toEqual([{ line: 2, value: '0, 0', reason: 'zero' }]);
  });

  it('in degrees and minutes or full-width digits wait until they are to be read as decimals', () => {
    const text = 'name,lon,lat\nA,121°28′12″E,31°13′48″N\nB,１２１．５,31\nC,121.5,31\n';
    const { rows, faults, rewritten } = prepared(text);
    expect(rows.map(({ line }) => line)).toEqual([4]);
    expect(faults.map(({ line, value, reason }) => [line, value, reason])).toEqual([[2, '121°28′12″E', 'written'], [3, '１２１．５', 'written']]);
    expect(rewritten).toEqual(['121°28′12″E', '１２１．５']);
    expect(prepared(text, { decimals: true }).rows.map(({ lon }) => lon)).toEqual([121.47, 121.5, 121.5]);
    expect(prepared(text, { decimals: true }).faults).toEqual([]);
  });

  it('keep columns of one name apart', () => {
    expect(prepared('name,备注,备注,\nA,1,2,3\n').columns).toEqual(['name', '备注', '备注 (2)', '4']);
  });

  it('of the same text within the same province have one key', () => {
    const { rows } = prepared('place,province\n朝阳区,\n朝阳区,\n朝阳区,北京市\n');
    const keys = rows.map(keyOf);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[0]).not.toBe(keys[2]);
  });
});
