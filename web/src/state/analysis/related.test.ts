import { expect, it } from 'vitest';
import type { Answer } from './answer';
import { byIndustry, firstThreshold, indexOf, relatedOverlay, relationsOf, stepOf, strongest, widthOf } from './related';

const line = (from: string, to: string, relatedness: number | null, distance_m: number) => ({
  type: 'Feature', geometry: { type: 'LineString', coordinates: [[0, 0], [1, 1]] }, properties: { from, to, relatedness, distance_m, measure: 'input_output', score: relatedness },
});
const answer = {
  features: [
    line('a', 'x', 0.3, 100), line('a', 'y', 0.1, 50), line('a', 'z', 0.06, 10), line('a', 'v', 0.05, 10), line('a', 'u', 0.04, 5), line('a', 'w', null, 1),
    line('b', 'x', 0.5, 900), { type: 'Feature', geometry: null, properties: {} },
  ],
  index: [{ id: 'a', value: 1.5, expected: 1, p_value: 0.2, absent: [{ code: '29', industry: 'rubber', industry_zh: '橡胶', relatedness: 0.2, nearest_km: 420 }, { code: '30' }] }, { id: 'b', value: null }],
} as unknown as Answer;
const relations = relationsOf(answer);

it('starts with the top three partners of 0.05 and more of each base', () => {
  expect(firstThreshold).toEqual({ least: 0.05, most: 3, others: false });
  expect(strongest(relations, firstThreshold).map(({ from, to }) => from + to)).toEqual(['bx', 'ax', 'ay', 'az']);
});

it('never takes unknown relatedness for zero: it is not drawn even from zero on', () => {
  expect(strongest(relations, { least: 0, most: 99, others: false }).some(({ to }) => to === 'w')).toBe(false);
  expect(relations.some(({ to, relatedness }) => to === 'w' && relatedness === null)).toBe(true);
});

it('takes the best of each kind, and leaves out the same industry when asked to', () => {
  const own = relations.map((relation) => ({ ...relation, isSame: relation.to === 'x' }));
  expect(strongest(own, { least: 0.05, most: 1, others: false }, ({ to }) => (to < 'y' ? 'one' : 'other')).map(({ from, to }) => from + to)).toEqual(['bx', 'ay']);
  expect(strongest(own, { ...firstThreshold, others: true }).map(({ from, to }) => from + to)).toEqual(['ay', 'az', 'av']);
});

it('groups partners by industry, the strongest first and the unknown last', () => {
  const groups = byIndustry(relations.filter(({ from }) => from === 'a'), ({ to }) => ({ x: 'steel', z: 'steel', w: 'unknown' })[to] ?? 'chips');
  expect(groups.map(({ group, relatedness, nearest_m, relations: own }) => [group, relatedness, nearest_m, own.length])).toEqual([
    ['steel', 0.3, 10, 2], ['chips', 0.1, 5, 3], ['unknown', null, 1, 1],
  ]);
});

it('draws near lines wide, far lines thin, and lets what is not selected fade', () => {
  expect([widthOf(0, 100), widthOf(50, 100), widthOf(100, 100), widthOf(500, 100)]).toEqual([6, 3.5, 1, 1]);
  expect([stepOf(0.05, 0.05, 0.45), stepOf(0.25, 0.05, 0.45), stepOf(0.45, 0.05, 0.45), stepOf(0.1, 0.1, 0.1)]).toEqual([0, 2, 3, 3]);
  const { lines } = relatedOverlay(strongest(relations, firstThreshold), firstThreshold, 'b');
  expect(lines.features.map(({ properties }) => properties?.opacity)).toEqual([1, 0.06, 0.06, 0.06]);
  const all = relatedOverlay(relations, firstThreshold, 'nowhere');
  expect(all.lines.features.every(({ properties }) => properties?.opacity === 1)).toBe(true);
});

it('reads the index of each base, with what is absent by its name', () => {
  expect(indexOf(answer)).toEqual([
    { id: 'a', value: 1.5, expected: 1, p_value: 0.2, absent: [{ industry: 'rubber', industry_zh: '橡胶', relatedness: 0.2, nearest_km: 420 }, { industry: '30', industry_zh: '30', relatedness: null, nearest_km: null }] },
    { id: 'b', value: null, expected: null, p_value: null, absent: [] },
  ]);
});
