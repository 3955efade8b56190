import { describe, expect, it } from 'vitest';
import { breaksOf, classNameOf, classOf, hotStyle, hotStyles } from './classes';

describe('classes', () => {
  it('part values into about equal numbers, fewer where values are alike', () => {
    expect(breaksOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 5)).toEqual([3, 5, 7, 9]);
    expect(breaksOf([2, 2, 2], 5)).toEqual([]);
    expect([classOf(2, [3, 5]), classOf(3, [3, 5]), classOf(9, [3, 5])]).toEqual([0, 1, 2]);
  });

  it('of hot spots are those of the service, the hot and cold ones by their q-values', () => {
    expect([classNameOf('hot', 0.01), classNameOf('hot', 0.011), classNameOf('cold', null), classNameOf('high_low', 0.001), classNameOf('not_significant', 0.2), classNameOf(null, 0.01)]).toEqual([
      'hot_99', 'hot_95', 'cold_95', 'high_low', 'not_significant', null,
    ]);
  });

  it('of hot spots are known however they are written; the unknown look like nothing', () => {
    expect(hotStyle('hot 99')).toBe(hotStyles.hot_99);
    expect(hotStyle('Cold-90')).toBe(hotStyles.cold_90);
    expect(hotStyle(null)).toBe(hotStyles.not_significant);
    expect(hotStyle('strange')).toBe(hotStyles.not_significant);
  });
});
