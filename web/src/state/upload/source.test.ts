import { describe, expect, it } from 'vitest';
import { decode } from './decode';
import { hasHeader, read } from './source';

const cells = (text: string, name = 'list.csv') => read(name, text).lines.map((line) => line.cells);

describe('the bytes of a file', () => {
  it('are UTF-8 if they can be', () => {
    expect(decode(new TextEncoder().encode('名称'))).toEqual({ text: '名称', encoding: 'UTF-8' });
  });

  it('are GB 18030 otherwise', () => {
    expect(decode(Uint8Array.from([0xc3, 0xfb, 0xb3, 0xc6]))).toEqual({ text: '名称', encoding: 'GB18030' });
  });

  it('may be the UTF-16 of a spreadsheet', () => {
    expect(decode(Uint8Array.from([0xff, 0xfe, 0x0d, 0x54]))).toEqual({ text: '名', encoding: 'UTF-16' });
  });
});

describe('a table', () => {
  it('keeps the line of each row, over blank lines and line breaks in quotation marks', () => {
    const { lines, delimiter } = read('list.csv', '\uFEFFname,note\r\nA,"two\r\nlines"\r\n\r\nB,x\r\n');
    expect(delimiter).toBe(',');
    expect(lines).toEqual([
      { line: 1, cells: ['name', 'note'] },
      { line: 2, cells: ['A', 'two\r\nlines'] },
      { line: 5, cells: ['B', 'x'] },
    ]);
  });

  it('refuses a row with too many cells and fills one with too few', () => {
    const { lines, faults } = read('list.csv', 'name,place\nA\nB,b,c\nC,c,\n');
    expect(lines.map((line) => line.cells)).toEqual([['name', 'place'], ['A', ''], ['C', 'c']]);
    expect(faults).toEqual([{ line: 3, value: 'B,b,c', reason: 'cells' }]);
  });

  it('loses one line to an open quotation mark, not the rest of the file', () => {
    const { lines, faults } = read('list.csv', 'name,place\nA,a\nB,"b\nC,c\nD,d\n');
    expect(faults).toEqual([{ line: 3, value: 'B,"b', reason: 'quotes' }]);
    expect(lines.map(({ line }) => line)).toEqual([1, 2, 4, 5]);
  });

  it('may stand under a title', () => {
    const { lines, faults } = read('list.csv', '2020年产业基地名单,,\n（共两个）,,\n名称,所在地,行业\n甲,常熟市,汽车\n');
    expect(lines.map(({ line }) => line)).toEqual([3, 4]);
    expect(faults).toEqual([]);
    expect(cells('甲,,\n乙,b,c\n')).toHaveLength(2); // without names of columns there is no telling
  });

  it('is parted by what parts it', () => {
    expect(cells('name;place\nA;b', 'x.csv')[1]).toEqual(['A', 'b']);
    expect(cells('name\tplace\nA\tb', '')[1]).toEqual(['A', 'b']);
    expect(cells('name,place\nA,b', '')[1]).toEqual(['A', 'b']);
  });
});

describe('a list of names', () => {
  it('keeps its commas', () => {
    const source = read('list.txt', 'Changsha, Hunan\n\n常熟市\n');
    expect(source.lines).toEqual([{ line: 1, cells: ['Changsha, Hunan'] }, { line: 3, cells: ['常熟市'] }]);
    expect(hasHeader(source)).toBe(false);
  });

  it('may have a heading', () => {
    expect(hasHeader(read('list.txt', '名称\n常熟市\n'))).toBe(true);
  });
});

describe('GeoJSON', () => {
  it('gives the properties and the point of each feature, and lists what is no point', () => {
    const point = { type: 'Feature', id: 7, properties: { 名称: '甲', tags: ['a'] }, geometry: { type: 'Point', coordinates: [120, 31] } };
    const line = { type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates: [] } };
    const source = read('a.geojson', JSON.stringify({ type: 'FeatureCollection', features: [point, line, 5] }));
    expect(source.lines).toEqual([
      { line: 0, cells: ['id', '名称', 'tags', 'lon', 'lat'] },
      { line: 1, cells: ['7', '甲', '["a"]', '120', '31'] },
    ]);
    expect(source.faults.map(({ line: at, reason }) => [at, reason])).toEqual([[2, 'geometry'], [3, 'feature']]);
  });

  it('may have a feature on every line', () => {
    const feature = '{"type":"Feature","properties":{"name":"A"},"geometry":null}';
    const source = read('a.geojsonl', `${feature}\n${feature}\n{broken}\n`);
    expect(source.lines).toHaveLength(3);
    expect(source.faults).toHaveLength(1);
  });
});
