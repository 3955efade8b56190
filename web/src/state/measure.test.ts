import { expect, it } from 'vitest';
import { site } from './fixtures';
import { nearestOf } from './measure';
import type { Site } from './site';

const at = (id: string, lon: number, lat: number): Site => ({ ...site('mine', { id }), position: { lon, lat } });

it('measures as the service does', () => {
  // What /collections/bases/nearest?at=121.47,31.23&k=3 answers.
  const bases = [at('base-02', 117.73, 36.88), at('base-03', 120.74221, 31.64615), at('base-05', 121.09389, 31.44778)];
  const near = nearestOf(bases, { lon: 121.47, lat: 31.23 }, 3);
  expect(near.map(({ site: { id }, distance_m, bearing_deg }) => [id, distance_m.toFixed(3), bearing_deg?.toFixed(4)])).toEqual([
    ['base-05', '43175.744', '304.1022'],
    ['base-03', '83161.600', '303.8890'],
    ['base-02', '715376.577', '332.1776'],
  ]);
});

it('orders equally near ones by id, and names no direction to the place itself', () => {
  const near = nearestOf([at('mine-9', 120, 31), at('mine-10', 120, 31), at('mine-2', 119, 31)], { lon: 120, lat: 31 }, 2);
  expect(near.map(({ site: { id }, distance_m, bearing_deg }) => [id, distance_m, bearing_deg])).toEqual([['mine-10', 0, null], ['mine-9', 0, null]]);
});

it('goes the short way over the antimeridian, westward as a bearing above 180', () => {
  // On the equator 0.001° is 111.32 m.
  const [near] = nearestOf([at('w', 179.9995, 0)], { lon: -179.9995, lat: 0 }, 1);
  expect(near?.distance_m).toBeCloseTo(111.319, 2);
  expect(near?.bearing_deg).toBeCloseTo(270, 6);
});

it('leaves out what has no place', () => {
  expect(nearestOf([site('mine', { id: 'mine-1' })], { lon: 0, lat: 0 }, 5)).toEqual([]);
});
