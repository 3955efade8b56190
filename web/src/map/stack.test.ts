import { expect, it } from 'vitest';
import { next } from './stack';

it('goes through the sites that lie on one another, click by click', () => {
  const ids = ['base-01', 'htz-001', 'etdz-1'];
  expect(next(ids, null)).toBe('base-01');
  expect(next(ids, 'base-01')).toBe('htz-001');
  expect(next(ids, 'etdz-1')).toBe('base-01');
  expect(next(ids, 'elsewhere')).toBe('base-01');
  expect(next([], 'base-01')).toBeNull();
});
