import { describe, expect, it } from 'vitest';
import { filterOf, pointsOf } from './points';

describe('the points of a question', () => {
  const view = { industries: [], province: null, hubs: 'all' } as const;
  it('are those the filters show', () => {
    expect(filterOf('bases', view)).toBe('');
    expect(filterOf('hubs', { industries: ['software', 'none'], province: '32', hubs: 'provincial' })).toBe(
      "(industry_group IN ('software') OR industry_group IS NULL) AND adcode LIKE '32%' AND designation_level = 'provincial'",
    );
    expect(filterOf('mine', { industries: ['software'], province: '32', hubs: 'all' })).toBe('');
  });

  it('are sent along when only this browser knows them, without rows that have no place', () => {
    const site = (id: string, position: { lon: number; lat: number } | null) => ({ id, position, collection: 'mine', properties: { name: id, industry: null } }) as never;
    const points = pointsOf('mine', [site('a', { lon: 1, lat: 2 }), site('b', null)]);
    expect(points).toEqual({ features: { type: 'FeatureCollection', features: [{ type: 'Feature', id: 'a', geometry: { type: 'Point', coordinates: [1, 2] }, properties: { name: 'a' } }] } });
    expect(pointsOf('hubs', [])).toEqual({ collection: 'hubs' });
  });
});
