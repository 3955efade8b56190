import { expect, test } from 'vitest';
import { cellAt, inkOf, matrixAddress } from './heat';

test('the ink grows with relatedness, shows small values, and stays within its bounds', () => {
  expect([0, 0.04, 0.25, 1].map(inkOf)).toEqual([0, 0.2, 0.5, 1]);
  expect([inkOf(-1), inkOf(2)]).toEqual([0, 1]);
});

test('a place in the picture belongs to one cell, at its rims too', () => {
  expect(cellAt(0.3, 0.6, 10)).toEqual({ row: 6, col: 3 });
  expect(cellAt(1, -0.01, 10)).toEqual({ row: 0, col: 9 });
});

test('a measure is downloaded where it is read', () => {
  expect(matrixAddress('input_output', 'csv')).toBe('/industries/relatedness?measure=input_output&f=csv');
});
