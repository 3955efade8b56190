import { describe, expect, it } from 'vitest';
import type { Answer } from './answers';
import { decide, emptyLog, placed, type Decision } from './decisions';
import { printPins, readPins, recognized, rowsOfPins } from './pins';
import type { Row } from './rows';

const row = (query: string, within: string | null = null): Row => ({
  line: 2, cells: [], query, within, adcode: null, name: null, lon: null, lat: null, industry: null,
});
const chosen: Decision = {
  kind: 'candidate', lon: 116.44, lat: 39.92, adcode: '110105', precision: 'county_seat', uncertainty_km: 5,
  name: 'Chaoyang', name_zh: '朝阳区', chain: [], chain_zh: [], on: '2026-11-24',
};
const here: Decision = { ...placed({ lon: 120.123456789, lat: 31 }), on: '2026-11-25' };
const out: Decision = { kind: 'out', on: '2026-11-26' };

function replayed(rows: readonly Row[], text: string) {
  const found = readPins(text);
  return found && rowsOfPins(rows, found);
}

describe('a pins file', () => {
  it('comes back as it went', () => {
    const rows = [row('朝阳区, "科技园"', '北京市'), row('甲'), row('乙'), row('甲')];
    const log = decide(decide(decide(emptyLog, [0], chosen), [1, 3], here), [2], out);
    const text = printPins(rows, log.decisions, '李雷');
    expect(text).toBe(
      'query,within,decision,lon,lat,adcode,who,when,precision,uncertainty_km\n' +
        '"朝阳区, ""科技园""",北京市,choose,116.44,39.92,110105,李雷,2026-11-24,county_seat,5\n' +
        '甲,,place,120.12346,31,,李雷,2026-11-25,given,\n' +
        '乙,,leave_out,,,,李雷,2026-11-26,,\n',
    );
    expect(replayed(rows, text)).toMatchObject([
      { rows: [0], decision: { kind: 'candidate', lon: 116.44, adcode: '110105', precision: 'county_seat', uncertainty_km: 5, who: '李雷' } },
      { rows: [1, 3], decision: { kind: 'placed', lon: 120.12346, lat: 31, on: '2026-11-25' } },
      { rows: [2], decision: { kind: 'out', on: '2026-11-26' } },
    ]);
  });

  it('leaves a text out only where all its rows are', () => {
    const rows = [row('甲'), row('甲'), row('乙'), row('乙')];
    const log = decide(emptyLog, [1, 2, 3], out);
    expect(replayed(rows, printPins(rows, log.decisions, ''))?.map(({ rows: of }) => of)).toEqual([[2, 3]]);
  });

  it('keeps who had signed a decision', () => {
    const signed = decide(emptyLog, [0], { ...out, who: '韩梅梅' }).decisions;
    expect(printPins([row('甲')], signed, '李雷')).toContain(',韩梅梅,');
  });

  it('tells equal texts within different provinces apart', () => {
    const rows = [row('鼓楼区', '江苏省'), row('鼓楼区', '福建省'), row('鼓楼区')];
    expect(replayed(rows, printPins(rows, decide(emptyLog, [1], here).decisions, ''))?.map(({ rows: of }) => of)).toEqual([[1]]);
  });

  it('may have its columns in any order, with others beside them, or only text and place', () => {
    const text = '\uFEFFnote, LAT ,lon,Query,decision,decided_on\nx,31,120,甲,,2026-01-02\ny,,,乙,leave_out,\n';
    expect(replayed([row('甲', '江苏省'), row('乙')], text)).toMatchObject([
      { rows: [0], decision: { kind: 'placed', lon: 120, lat: 31, on: '2026-01-02' } },
      { rows: [1], decision: { kind: 'out' } },
    ]);
  });

  it('names the lines that are no pin, and is refused as a whole without its columns', () => {
    const lines = ['甲,,120,31', '乙,,,31', ',,1,1', '丙,place,120,91', '丁,perhaps,120,31', '戊,choose,,'];
    expect(readPins(`query,decision,lon,lat\n${lines.join('\n')}\n`)?.refused).toEqual([3, 4, 5, 6, 7]);
    expect(readPins('name,place\nA,b\n')).toBeNull();
  });

  it('gives a choice its names back while the candidate is one', () => {
    const read: Decision = { ...chosen, name: null, name_zh: null, who: '李雷' };
    const candidate = { ...chosen, level: 'county', score: 0.9, confidence: null, reason: null };
    const answer = { candidates: [candidate] } as unknown as Answer;
    expect(recognized(read, answer)).toMatchObject({ name_zh: '朝阳区', who: '李雷', on: '2026-11-24' });
    expect(recognized({ ...read, lon: 1 }, answer)).toMatchObject({ name_zh: null, lon: 1 });
  });
});
