import { expect, it } from 'vitest';
import { directionOf } from './direction';

it('names the middle of each sector', () => {
  expect([0, 45, 90, 135, 180, 225, 270, 315].map(directionOf)).toEqual(['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw']);
});

it('changes halfway between two directions, and north closes the circle', () => {
  expect([22.4, 22.6, 337.4, 337.6, 359.9, 360].map(directionOf)).toEqual(['n', 'ne', 'nw', 'n', 'n', 'n']);
});
