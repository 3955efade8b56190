import { describe, expect, it } from 'vitest';
import { axisOf, mergesBelow, plateauOf, roundedKm } from './merges';

describe('the radii of clusters', () => {
  const merges = [39.964, 44.174, 134.959, 341.302];
  it('lie on an axis that goes there and back', () => {
    const axis = axisOf(merges);
    for (const km of [40, 100, 300]) expect(axis?.km(axis.place(km))).toBeCloseTo(km, 6);
    expect(axis && axis.from_km < 39.9 && axis.to_km > 341.3).toBe(true);
    expect(axis?.place(1e9)).toBe(1);
    expect(axisOf([])).toBeNull();
  });

  it('give the same groups between two merges', () => {
    expect(plateauOf(merges, 77.2)).toEqual({ from_km: 44.174, to_km: 134.959 });
    expect(plateauOf(merges, 900)).toEqual({ from_km: 341.302, to_km: null });
    expect(mergesBelow(merges, 44.174)).toBe(2);
  });

  it('are asked for with three digits', () => {
    expect([roundedKm(77.2123), roundedKm(1234.5), roundedKm(0.012345)]).toEqual(['77.2', '1230', '0.0123']);
  });
});
