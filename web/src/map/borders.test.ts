import { expect, it } from 'vitest';
import { borders } from './borders';

it('draws the border between two neighbours once', () => {
  const square = (west: number) => ({
    type: 'Feature' as const,
    properties: {},
    geometry: {
      type: 'Polygon' as const,
      coordinates: [[[west, 0], [west + 1, 0], [west + 1, 1], [west, 1], [west, 0]]],
    },
  });
  const { geometry } = borders({ type: 'FeatureCollection', features: [square(0), square(1)] });
  const segments = geometry.coordinates.reduce((sum, line) => sum + line.length - 1, 0);
  expect(segments).toBe(7);
});
