import { describe, expect, it } from 'vitest';
import { decide, emptyLog, placed, redo, rowOfStep, undo, type Decision } from './decisions';
import { printPins, readPins, rowsOfPins } from './pins';
import type { Row } from './rows';

const out: Decision = { kind: 'out', on: '2026-01-01' };
const here = placed({ lon: 120.123456789, lat: 31 });

describe('decisions', () => {
  it('are undone one by one, each with all the rows it was about', () => {
    const first = decide(emptyLog, [3], out);
    const second = decide(first, [3, 4, 5], here);
    expect([...second.decisions.keys()]).toEqual([3, 4, 5]);
    const back = undo(second);
    expect([...back.decisions]).toEqual([[3, out]]);
    expect(rowOfStep(back.future)).toBe(3);
    expect([...redo(back).decisions.values()]).toEqual([here, here, here]);
    expect(undo(undo(back)).decisions.size).toBe(0);
  });

  it('made after an undo end what could be redone', () => {
    const log = decide(undo(decide(emptyLog, [1], out)), [2], out);
    expect(redo(log)).toEqual(log);
  });

  it('leave the earlier state as it was', () => {
    const log = decide(emptyLog, [1], out);
    decide(log, [1], here);
    expect(log.decisions.get(1)).toBe(out);
    expect(emptyLog.decisions.size).toBe(0);
  });
});

describe('a pins file', () => {
  const row = (query: string, within: string | null = null): Row => ({
    line: 2, cells: [], query, within, adcode: null, name: null, lon: null, lat: null, industry: null,
  });
  const chosen: Decision = {
    kind: 'candidate', lon: 116.44, lat: 39.92, adcode: '110105', precision: 'county_seat', uncertainty_km: 5,
    name: 'Chaoyang', name_zh: '朝阳区', chain: [], chain_zh: [], on: '2026-11-24',
  };

  it('comes back as it went', () => {
    const rows = [row('朝阳区, "科技园"'), row('甲'), row('乙'), row('甲')];
    const log = decide(decide(decide(emptyLog, [0], chosen), [1, 3], here), [2], out);
    const text = printPins(rows, log.decisions);
    expect(text.split('\n')[0]).toBe('query,adcode,lon,lat,precision,decided_on');
    expect(text.trim().split('\n')).toHaveLength(3); // one for the two rows of one text, none for the one left out
    const found = readPins(text);
    const replayed = found && rowsOfPins(rows, found);
    expect(replayed?.map(({ rows: of }) => of)).toEqual([[0], [1, 3]]);
    expect(replayed?.[0]?.decision).toMatchObject({ lon: 116.44, lat: 39.92, adcode: '110105', precision: 'county_seat', on: '2026-11-24' });
    expect(replayed?.[1]?.decision).toMatchObject({ lon: 120.12346, lat: 31, precision: 'given' });
  });

  it('tells equal texts within different provinces apart', () => {
    const rows = [row('鼓楼区', '江苏省'), row('鼓楼区', '福建省'), row('鼓楼区')];
    const found = readPins(printPins(rows, decide(emptyLog, [1], here).decisions));
    expect(found && rowsOfPins(rows, found).map(({ rows: of }) => of)).toEqual([[1]]);
  });

  it('names the lines that are no pin, and is refused as a whole without its columns', () => {
    expect(readPins('query,adcode,lon,lat,precision,decided_on\n甲,,120,31,given,\n乙,,,31,,\n,,1,1,,\n丙,,120,91,,\n')?.refused).toEqual([3, 4, 5]);
    expect(readPins('name,place\nA,b\n')).toBeNull();
  });
});
