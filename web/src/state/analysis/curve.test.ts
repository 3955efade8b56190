import { describe, expect, it } from 'vitest';
import type { Answer } from './answer';
import { curveOf, knownRuns, rangesBeyond, scaleOf, thousandOf } from './curve';

const answer = { r_m: [0, 10, 20, 30, 40, 50], observed: [1, 5, 6, 2, 0, null], global_lo: [1, 1, 1, 1, 1, 1], global_hi: [4, 4, 4, 4, 4, 4], global_p: 0.01, statistic: 'kd' } as unknown as Answer;

describe('a curve', () => {
  it('names the distances over which it leaves the global band, on either side', () => {
    const curve = curveOf(answer);
    expect(curve && rangesBeyond(curve)).toEqual([{ side: 'above', from_m: 10, to_m: 20 }, { side: 'below', from_m: 40, to_m: 40 }]);
  });

  it('on the band has not left it', () => {
    const curve = curveOf({ ...answer, observed: [4, 4, 1, 1, 1, 1] });
    expect(curve && rangesBeyond(curve)).toEqual([]);
  });

  it('without a value anywhere is none', () => {
    expect(curveOf({ ...answer, observed: [null, null, null, null, null, null] })).toBeNull();
    expect(curveOf({ ...answer, r_m: undefined })).toBeNull();
  });

  it('breaks where a row does not know its value', () => {
    expect(knownRuns([1, 2, null, 3], [1, 2, 3, 4])).toEqual([[0, 1], [3, 3]]);
  });
});

it('scales to round ticks that cover the values', () => {
  expect(scaleOf([0.00053, 0.0017], 4)).toMatchObject({ low: 0.0005, high: 0.002 });
  expect(scaleOf([0, 800], 5).ticks).toEqual([0, 200, 400, 600, 800]);
  expect(scaleOf([3, 3]).high).toBeGreaterThan(3);
  expect(scaleOf([null]).ticks).toEqual([0, 1]);
});

it('tells very small and very large ticks in powers of a thousand', () => {
  expect([thousandOf({ low: 0, high: 1.25e-6 }), thousandOf({ low: 0, high: 2e-4 }), thousandOf({ low: -3, high: 9000 }), thousandOf({ low: 0, high: 4e11 }), thousandOf({ low: 0, high: 0 })]).toEqual([-6, -6, 0, 9, 0]);
});
