import { describe, expect, it } from 'vitest';
import { citationOf, clustersOf, fileOf, floorOf, pText, standingOf, validityOf, type Answer } from './answer';
import { clusterOverlay, northernmost } from './drawn';
import { tablesOf } from './tables';
import { viewOf } from './view';

const point = (lon: number, lat: number) => ({ type: 'Point' as const, coordinates: [lon, lat] });
const base: Answer = {
  type: 'FeatureCollection',
  method: { name: 'clusters', parameters: { eps_km: { value: 77.2, from: 'chosen', reason: 'the largest gap' }, by: { value: null, from: 'default', reason: null } } },
  references: ['Ester et al. (1996)'], seed: 1, n: 3, warnings: [{ code: 'few_points', message: 'n = 3: a description, not a test' }], summary: '',
  features: [
    { type: 'Feature', geometry: { type: 'LineString', coordinates: [[120, 31], [121, 31.5]] }, properties: { kind: 'cluster', cluster: 2, n: 2, members: ['a', 'b'], names: ['A', 'B'], p_value: 0.3 } },
    { type: 'Feature', geometry: { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 2], [0, 0]]] }, properties: { kind: 'cluster', cluster: 1, n: 5, members: [], names: [], p_value: 0.01 } },
    { type: 'Feature', geometry: point(120, 31), properties: { kind: 'member', id: 'a', cluster: 2, is_core: true, probability: 0.3 } },
    { type: 'Feature', geometry: point(100, 31), properties: { kind: 'member', id: 'c', cluster: null, is_core: false, probability: null } },
  ],
};

describe('clusters of an answer', () => {
  it('are listed by size and keep the numbers of the file', () => {
    expect(clustersOf(base).clusters.map(({ cluster }) => cluster)).toEqual([1, 2]);
    expect(clustersOf(base).members.map(({ id, cluster }) => [id, cluster])).toEqual([['a', 2], ['c', null]]);
  });

  it('are rated only where the answer rates them', () => {
    expect(validityOf(base)).toEqual({ dbcv: null, silhouette: null });
    expect(validityOf({ ...base, dbcv: 0.335788, silhouette: null })).toEqual({ dbcv: 0.335788, silhouette: null });
  });

  it('are drawn by how they stand against chance', () => {
    const { areas, lines, points } = clusterOverlay(base, ({ cluster }) => `C${cluster}`);
    expect(areas.features.map(({ properties }) => properties?.standing)).toEqual(['significant']);
    expect(lines.features.map(({ properties }) => properties?.standing)).toEqual(['not_significant']);
    const members = points.features.filter(({ properties }) => properties?.kind === 'member').map(({ properties }) => [properties?.role, properties?.faint]);
    expect(members).toEqual([['core', true], ['noise', false]]);
    const labels = points.features.filter(({ properties }) => properties?.kind === 'label');
    expect(labels.map(({ properties, geometry }) => [properties?.sign, geometry.type === 'Point' && geometry.coordinates])).toEqual([['C1', [1, 2]], ['C2', [121, 31.5]]]);
  });

  it('untested stand as untested, never as not significant', () => {
    expect([standingOf(null), standingOf(0.05), standingOf(0.0501)]).toEqual(['not_tested', 'significant', 'not_significant']);
  });
});

it('never writes a p-value below what its simulations can show, nor as zero', () => {
  expect(floorOf(999)).toBe(0.001);
  expect(floorOf(null)).toBeNull();
  expect([pText(0.001, 0.001), pText(0.012, 0.001), pText(0.0501, null), pText(0.00001, null), pText(0.0001, floorOf(9999)), pText(1, 0.001)]).toEqual([
    'p ≤ 0.001', 'p = 0.012', 'p = 0.050', 'p < 0.001', 'p ≤ 1e-4', 'p = 1.000',
  ]);
});

it('finds the northernmost position of any geometry', () => {
  expect(northernmost(point(5, -40))).toEqual([5, -40]);
  expect(northernmost({ type: 'MultiPolygon', coordinates: [[[[0, 0], [1, 5], [2, 0], [0, 0]]], [[[9, 1], [9, 7], [8, 1], [9, 1]]]] })).toEqual([9, 7]);
});

it('cites method, parameters, points, n, seed, references and warnings', () => {
  const text = citationOf(base, 'bases', '2026-11-26', 'http://x/collections/bases/clusters');
  for (const part of ['clusters', 'eps_km=77.2', 'bases', 'n = 3', 'seed 1', '2026-11-26', 'http://x/', 'Ester et al. (1996)', 'a description, not a test']) expect(text).toContain(part);
  expect(text).not.toContain('by=');
});

it('writes the file as it was answered, with all that stands beside the features', () => {
  const { name, type, text } = fileOf(base);
  expect([name, type]).toEqual(['clusters.geojson', 'application/geo+json']);
  expect(JSON.parse(text)).toEqual(base);
});

describe('the way an answer is shown', () => {
  const named = (name: string, more: object = {}): Answer => ({ ...base, features: undefined, type: undefined, method: { name, parameters: {} }, ...more }) as Answer;
  it('follows what it holds', () => {
    expect(viewOf(base)).toBe('clusters');
    expect(viewOf(named('distances', { r_m: [0, 1], observed: [1, 2] }))).toBe('curves');
    expect(viewOf(named('distances', { r_m: [0, 1], observed: [null, null], rows: [{ a: 1 }] }))).toBe('rows');
    expect(viewOf(named('something_new', { rows: [{ a: 1 }] }))).toBe('rows');
  });

  it('takes every list of records for a table, without what a cell cannot hold', () => {
    const answer = named('concentration', { rows: [{ industry: 'a', gamma: null }, { industry: 'b', gamma: 0.1, more: [1] }], list: [1, 2], warnings: [{ code: 'x' }] });
    expect(tablesOf(answer)).toEqual([{ name: 'rows', columns: ['industry', 'gamma'], rows: answer.rows }]);
  });

  it('takes features of an answer for a table of what they say', () => {
    const feature = { type: 'Feature', geometry: null, properties: { id: 'base-10', rank: 1, tags: ['a'] } };
    const answer = named('nearest', { features: [feature], from: { id: 'base-09' } });
    expect(tablesOf(answer)).toEqual([{ name: 'features', columns: ['id', 'rank'], rows: [feature.properties] }]);
  });
});
