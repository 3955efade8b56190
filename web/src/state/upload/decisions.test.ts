import { describe, expect, it } from 'vitest';
import { decide, emptyLog, placed, redo, rowOfStep, undo, type Decision } from './decisions';

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
