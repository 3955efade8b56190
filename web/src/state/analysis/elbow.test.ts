import { expect, test } from 'vitest';
import type { Answer } from './answer';
import { elbowOf } from './elbow';

const withCurve = (distance_curve: unknown) => ({ distance_curve }) as unknown as Answer;

test('the curve of distances is read as it is told, and is none where none is told', () => {
  const curve = { rank: [0, 2, 4], distance_km: [0, 12.5, 90], elbow_rank: 2, of: 5 };
  expect(elbowOf(withCurve(curve))).toEqual(curve);
  expect(elbowOf(withCurve(null))).toBeNull();
  expect(elbowOf(withCurve({ ...curve, rank: [0, 2] }))).toBeNull();
  expect(elbowOf(withCurve({ ...curve, elbow_rank: null }))).toBeNull();
});
